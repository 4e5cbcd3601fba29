package dev.colorist

import dev.colorist.internal.FfiLook
import dev.colorist.internal.FfiLut
import java.nio.ByteBuffer
import java.nio.ByteOrder

/**
 * What an [Edit] does to a picture: a table for everything that acts on a pixel by itself, and
 * three amounts for what needs a pixel's neighbors, which the table leaves out.
 */
public class Look internal constructor(
    private val ffi: FfiLook,
) {
    /** Whether the picture stays as it is. */
    public val isIdentity: Boolean = ffi.isIdentity()

    /** Soft glow around bright areas, 0 to 1. */
    public val bloom: Float = ffi.bloom()

    /** Crispness of fine detail, 0 to 1. */
    public val sharpen: Float = ffi.sharpen()

    /** Local contrast, -1 to 1. */
    public val structure: Float = ffi.structure()

    /**
     * The table, with [size] entries along each axis: 2 to 65, and 33 serves most purposes.
     *
     * @throws ColoristException.Look for another size.
     */
    @JvmOverloads
    public fun lut(size: Int = 33): Lut = translating { Lut(ffi.lut(size.coerceAtLeast(0).toUInt())) }

    /**
     * A picture with the whole look applied on the CPU, the three amounts included: for stills and
     * for tests of one's own shader. Blocks, on 1 to 16 [threads]; dithered; alpha stays.
     *
     * [pixels] are rows without gaps of red, green, blue and alpha, a byte each, not premultiplied.
     *
     * @throws ColoristException.Look when there are not `4 * width * height` bytes.
     */
    @JvmOverloads
    public fun applied(pixels: ByteArray, width: Int, height: Int, threads: Int = 1): ByteArray {
        val (w, h, n) = listOf(width, height, threads).map { it.coerceAtLeast(0).toUInt() }
        return translating { ffi.appliedRgba8(pixels, w, h, n) }
    }
}

/**
 * A 3D lookup table from color to color, sRGB-encoded in and out.
 *
 * It lies in native memory, which [close] gives back at once and the garbage collector some time
 * later; what was taken out of it stays. After [close] every function but that one throws
 * [ColoristException.Closed].
 */
public class Lut internal constructor(
    private val ffi: FfiLut,
) : AutoCloseable {
    /** Entries along each axis. */
    public val size: Int = ffi.size().toInt()

    /**
     * The cube `[red][green][blue]` of ARGB colors that Media3 takes:
     * `SingleColorLut.createFromCube(lut.toMedia3Cube())`.
     */
    public fun toMedia3Cube(): Array<Array<IntArray>> {
        val colors = ByteBuffer.wrap(whileOpen { ffi.argb8() }).order(ByteOrder.LITTLE_ENDIAN).asIntBuffer()
        return Array(size) { Array(size) { IntArray(size).also { colors.get(it) } } }
    }

    /** Red, green, blue and alpha (1) of each entry, red fastest: a 3D texture for shaders. */
    public fun toRgbaFloats(): FloatArray {
        val floats = ByteBuffer.wrap(whileOpen { ffi.rgbaF32() }).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer()
        return FloatArray(floats.remaining()).also { floats.get(it) }
    }

    /** The text of a `.cube` file with that [title]: the look for other programs. */
    @JvmOverloads
    public fun toCube(title: String = "Colorist"): String = whileOpen { ffi.cube(title) }

    /**
     * A picture of `size * size` x [size] pixels (red, green, blue, alpha; a byte each) for shaders:
     * column `red + size * blue`, row `green`.
     */
    public fun toStrip(): ByteArray = whileOpen { ffi.stripRgba8() }

    /** Pixels (red, green, blue, alpha; a byte each) with the table applied, on the CPU; alpha stays. */
    public fun applied(pixels: ByteArray): ByteArray = whileOpen { ffi.applyRgba8(pixels) }

    /** Gives the native memory back; the table cannot be used any more. */
    override fun close(): Unit = ffi.close()

    private inline fun <T> whileOpen(call: () -> T): T =
        translatingClosed("the table is closed; make another one from its look", call)
}
