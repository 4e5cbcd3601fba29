@file:JvmName("Preview")

package dev.colorist

import android.graphics.Bitmap
import java.nio.ByteBuffer

/**
 * [bitmap] with the whole look: a new bitmap of the same size. Runs on the CPU and takes its time
 * with the pixels, so show a picture of the screen's size, and call it on a background thread.
 */
@JvmOverloads
public fun Look.preview(bitmap: Bitmap, threads: Int = 2): Bitmap {
    val (width, height) = bitmap.width to bitmap.height
    // Pixels of their own, since a hardware bitmap gives none, and not multiplied with their alpha.
    val source = if (bitmap.config == Bitmap.Config.ARGB_8888) bitmap else bitmap.copy(Bitmap.Config.ARGB_8888, false)
    val colors = IntArray(width * height)
    source.getPixels(colors, 0, width, 0, 0, width, height)
    val pixels = ByteBuffer.allocate(colors.size * Int.SIZE_BYTES)
    // The buffer is big-endian, so alpha has to go from the front to the end.
    for (argb in colors) pixels.putInt(argb.rotateLeft(Byte.SIZE_BITS))
    val changed = ByteBuffer.wrap(applied(pixels.array(), width, height, threads))
    for (index in colors.indices) colors[index] = changed.getInt().rotateRight(Byte.SIZE_BITS)
    return Bitmap.createBitmap(colors, width, height, Bitmap.Config.ARGB_8888)
}
