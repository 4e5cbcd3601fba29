package dev.colorist

// Data classes, although their copy and componentN tie them to their fields: these fields are the
// pack format's schema, so another field is another major version in any case. What the SDK only
// hands out, and may have more to say in later, is in plain classes with internal constructors.

/**
 * The sliders that act on the whole picture.
 *
 * Whole slider positions without a unit, 0 is "unchanged". -100 to 100, but [bloom] and [sharpen]
 * 0 to 100; see [Edit.clamped].
 *
 * @property exposure Overall light, in photographic stops (100 is about +2 EV).
 * @property contrast Spread of the tones around middle gray.
 * @property brightness Lift of the mid-tones; white and black stay.
 * @property highlights Bright tones only; negative recovers them.
 * @property shadows Dark tones only; positive opens them.
 * @property saturation All colors equally; -100 is black and white.
 * @property vibrance Muted colors more than vivid ones.
 * @property temperature Negative is blue and cold, positive amber and warm.
 * @property tint Negative is green, positive magenta.
 * @property hue Turns every color around the wheel (100 is 180 degrees).
 * @property bloom Soft glow around bright areas, 0 to 100.
 * @property sharpen Crispness of fine detail, 0 to 100.
 * @property structure Local contrast; negative is soft and misty.
 * @property linearOffset Constant added in linear light; positive lifts the blacks.
 */
public data class Adjust(
    val exposure: Int = 0,
    val contrast: Int = 0,
    val brightness: Int = 0,
    val highlights: Int = 0,
    val shadows: Int = 0,
    val saturation: Int = 0,
    val vibrance: Int = 0,
    val temperature: Int = 0,
    val tint: Int = 0,
    val hue: Int = 0,
    val bloom: Int = 0,
    val sharpen: Int = 0,
    val structure: Int = 0,
    val linearOffset: Int = 0,
)

/**
 * One color of [SelectiveAdjust], -100 to 100 each.
 *
 * @property saturation How vivid the color is.
 * @property luminance How bright the color is.
 */
public data class ColorAdjust(
    val saturation: Int = 0,
    val luminance: Int = 0,
)

/**
 * Saturation and luminance of six colors.
 *
 * @property red The red parts of the picture.
 * @property orange The orange parts, skin among them.
 * @property yellow The yellow parts.
 * @property green The green parts.
 * @property cyan The cyan parts.
 * @property blue The blue parts.
 */
public data class SelectiveAdjust(
    val red: ColorAdjust = ColorAdjust(),
    val orange: ColorAdjust = ColorAdjust(),
    val yellow: ColorAdjust = ColorAdjust(),
    val green: ColorAdjust = ColorAdjust(),
    val cyan: ColorAdjust = ColorAdjust(),
    val blue: ColorAdjust = ColorAdjust(),
)

/**
 * A named look and how much of it.
 *
 * @property name The filter's name, one of [Catalog.filters], such as `film_Amber`.
 * @property intensity How much of it, 0 to 100.
 */
public data class Filter(
    val name: String,
    val intensity: Int,
)
