package dev.colorist

import dev.colorist.internal.FfiCatalog
import dev.colorist.internal.FfiRange

/**
 * The tools of [Edit] with their ranges, in the order an editor shows them. Empty for a pack with
 * other tools, which [Colorist.callTools] answers for. Outlives its engine.
 */
public class Catalog internal constructor(
    internal val ffi: FfiCatalog,
) {
    /** The sliders of [Adjust]. */
    public val sliders: List<SliderInfo> = ffi.sliders().map { SliderInfo(it.name, it.range.toRange(), it.meaning) }

    /** The names of the colors of [SelectiveAdjust]. */
    public val colors: List<String> = ffi.colors()

    /** The range of [ColorAdjust.saturation]. */
    public val saturation: IntRange = ffi.saturation().toRange()

    /** The range of [ColorAdjust.luminance]. */
    public val luminance: IntRange = ffi.luminance().toRange()

    /** The range of [Filter.intensity]. */
    public val intensity: IntRange = ffi.intensity().toRange()

    /** The filters there are. */
    public val filters: List<FilterInfo> = ffi.filters().map { FilterInfo(it.name, it.meaning) }
}

/**
 * One slider of [Adjust].
 *
 * @property name Its name in JSON and in [Difference.Slider], such as `linearOffset`.
 * @property range The values it takes.
 * @property meaning What it does, for people.
 */
public class SliderInfo internal constructor(
    public val name: String,
    public val range: IntRange,
    public val meaning: String,
) {
    override fun toString(): String = "$name $range: $meaning"
}

/**
 * One filter: a named look.
 *
 * @property name The name for [Filter.name].
 * @property meaning What it looks like, for people.
 */
public class FilterInfo internal constructor(
    public val name: String,
    public val meaning: String,
) {
    override fun toString(): String = "$name: $meaning"
}

private fun FfiRange.toRange(): IntRange = min..max
