package dev.colorist

import dev.colorist.internal.editDiff
import dev.colorist.internal.editFromJson
import dev.colorist.internal.editScaled
import dev.colorist.internal.editToJson

/**
 * What the three tools shall do to a picture; `null` is a tool that is not used.
 *
 * An intent that is not about light or color gives an edit without any tool: that is an answer,
 * not an error.
 *
 * @property adjust The 14 sliders that act on the whole picture.
 * @property selectiveAdjust Saturation and luminance of single colors.
 * @property filter A named look.
 */
public data class Edit(
    val adjust: Adjust? = null,
    val selectiveAdjust: SelectiveAdjust? = null,
    val filter: Filter? = null,
) {
    /** Whether nothing is changed: no tool, or only tools at 0. */
    public val isEmpty: Boolean get() = diff(Edit()).isEmpty()

    /**
     * Every value times [strength], rounded half away from zero: 0.5 is half the effect, 0 none.
     * A negative strength counts as 0. Above 1, follow with [clamped].
     */
    public fun scaled(strength: Float): Edit = translating { editScaled(toFfi(), strength) }.toEdit()

    /**
     * Every value moved to the nearest one in its range in [catalog]. A filter that the catalog
     * does not have is dropped, and so is a tool left with zeros only.
     */
    public fun clamped(catalog: Catalog): Edit = translating { catalog.ffi.clamped(toFfi()) }.toEdit()

    /**
     * This edit taken as a change of [current], such as "warmer": sliders and colors are added to
     * the current ones and clamped; a filter replaces the current one, which otherwise stays.
     */
    public fun mergedOnto(current: Edit, catalog: Catalog): Edit =
        translating { catalog.ffi.mergedOnto(toFfi(), current.toFfi()) }.toEdit()

    /** Where [other] differs, in the catalog's order. A tool that is not used equals one at 0. */
    public fun diff(other: Edit): List<Difference> =
        translating { editDiff(toFfi(), other.toFfi()) }.map { it.toDifference() }

    /**
     * What this edit does to a picture, ready to be shown.
     *
     * @throws ColoristException.Look when the filter is not in [catalog] or has no recipe.
     */
    public fun look(catalog: Catalog): Look = translating { Look(catalog.ffi.look(toFfi())) }

    /** All sliders and colors of each used tool, `null` for an unused one. */
    public fun toJson(): String = translating { editToJson(toFfi()) }

    public companion object {
        /**
         * Reads what [toJson] writes, and the compact form of training rows. What is missing
         * counts as 0; ranges are not checked, see [clamped].
         *
         * @throws ColoristException.InvalidEdit with the place that is wrong.
         */
        @JvmStatic
        public fun fromJson(json: String): Edit =
            translating { editFromJson(json.wellFormed()) }.toEdit()
    }
}

/** One place at which two edits differ. */
public sealed interface Difference {
    /**
     * A slider has another value.
     *
     * @property name The place, such as `adjust.exposure` or `selectiveAdjust.red.luminance`.
     * @property before The value in the edit that was asked.
     * @property after The value in the edit it was compared with.
     */
    public data class Slider(
        val name: String,
        val before: Int,
        val after: Int,
    ) : Difference

    /**
     * Another filter, or another intensity of the same.
     *
     * @property before The filter of the edit that was asked.
     * @property after The filter of the edit it was compared with.
     */
    public data class Filter(
        val before: dev.colorist.Filter?,
        val after: dev.colorist.Filter?,
    ) : Difference
}
