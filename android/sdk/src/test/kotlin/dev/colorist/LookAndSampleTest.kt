package dev.colorist

import android.graphics.Bitmap
import android.graphics.Color
import android.graphics.drawable.BitmapDrawable
import android.os.Looper
import dev.colorist.samples.EditorActivity
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.Robolectric
import org.robolectric.RobolectricTestRunner
import org.robolectric.Shadows.shadowOf
import org.robolectric.annotation.GraphicsMode

@RunWith(RobolectricTestRunner::class)
@GraphicsMode(GraphicsMode.Mode.NATIVE)
class LookAndSampleTest {
    private val catalog =
        runBlocking { Colorist.open(appWithPacks(), "tiny-pack").use { it.catalog } }

    @Test
    fun aPreviewIsTheTableOnEveryPixel() {
        val photo = Bitmap.createBitmap(2, 1, Bitmap.Config.ARGB_8888)
        photo.setPixel(0, 0, Color.rgb(200, 100, 50))
        photo.setPixel(1, 0, Color.rgb(0, 0, 255))
        val same = Edit().look(catalog).preview(photo)
        assertTrue(same.sameAs(photo))
        val warm = Edit(Adjust(temperature = 100)).look(catalog).preview(photo)
        assertTrue("%x".format(warm.getPixel(0, 0)), Color.red(warm.getPixel(0, 0)) >= 200)
        assertTrue("%x".format(warm.getPixel(1, 0)), Color.blue(warm.getPixel(1, 0)) < 255)
        val gray = Edit(Adjust(saturation = -100)).look(catalog).preview(photo)
        for (x in 0..1) gray.getPixel(x, 0).let { assertEquals(Color.red(it).toDouble(), Color.blue(it).toDouble(), 2.0) }
        assertEquals("the photo itself stays", Color.rgb(0, 0, 255), photo.getPixel(1, 0))
    }

    @Test
    fun aBitmapOfAnotherKindIsShownToo() {
        val photo = Bitmap.createBitmap(3, 2, Bitmap.Config.RGB_565).apply { eraseColor(Color.WHITE) }
        val preview = Edit().look(catalog).preview(photo)
        assertEquals(Color.WHITE, preview.getPixel(2, 1))
    }

    @Test
    fun theSampleActivityShowsThePhotoWithItsEdit() {
        Robolectric.buildActivity(EditorActivity::class.java).use { controller ->
            val activity = controller.setup().get()
            activity.ask("dropped by the next one")
            activity.ask("warmer")
            activity.until { picture().sameAs(photo).not() }
            val pixel = activity.picture().getPixel(0, 0)
            assertTrue("warmer: %x".format(pixel), Color.red(pixel) > Color.blue(pixel))
            activity.ask("   ")
            activity.until { message.text.isNotEmpty() }
            assertTrue("${activity.message.text}", "empty" in activity.message.text)
        }
    }

    private fun EditorActivity.picture(): Bitmap = (picture.drawable as BitmapDrawable).bitmap

    private fun EditorActivity.until(condition: EditorActivity.() -> Boolean) {
        val patience = System.nanoTime() + 20_000_000_000
        while (!condition()) {
            check(System.nanoTime() < patience) { "${message.text}" }
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(1)
        }
    }
}
