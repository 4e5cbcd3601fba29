package dev.colorist

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LookTest {
    private val catalog = runBlocking { Colorist.open(Fixtures.pack).use { it.catalog } }

    @Test
    fun noEditIsTheIdentityInMedia3sOrder() {
        val look = Edit().look(catalog)
        assertTrue(look.isIdentity)
        val cube = look.lut(3).use { it.toMedia3Cube() }
        val steps = intArrayOf(0, 128, 255)
        for (red in 0..2) {
            for (green in 0..2) {
                for (blue in 0..2) {
                    val argb = (0xFF shl 24) or (steps[red] shl 16) or (steps[green] shl 8) or steps[blue]
                    assertEquals(argb, cube[red][green][blue], "$red $green $blue")
                }
            }
        }
    }

    @Test
    fun floatsComeWithRedFastest() {
        val floats = Edit().look(catalog).lut(2).use { it.toRgbaFloats() }
        assertEquals(2 * 2 * 2 * 4, floats.size)
        assertArrayEquals(floatArrayOf(1f, 0f, 0f, 1f), floats.copyOfRange(4, 8))
    }

    @Test
    fun aLookChangesPixels() {
        val look = Edit(Adjust(exposure = 40, bloom = 50, sharpen = 20, structure = -30)).look(catalog)
        assertFalse(look.isIdentity)
        assertEquals(listOf(0.5f, 0.2f, -0.3f), listOf(look.bloom, look.sharpen, look.structure))
        look.lut().use { lut ->
            assertEquals(33, lut.size)
            val gray = byteArrayOf(100, 100, 100, 7)
            val lighter = lut.applied(gray)
            assertTrue(lighter[0].toUByte() > 100u && lighter[0] == lighter[1] && lighter[1] == lighter[2])
            assertEquals(7, lighter[3])
        }
    }

    @Test
    fun warmIsRedderThanBlue() {
        val warm = Edit(Adjust(temperature = 30)).look(catalog).lut().use { it.applied(ByteArray(4) { 100 }) }
        assertTrue(warm[0].toUByte() > warm[2].toUByte(), warm.contentToString())
    }

    @Test
    fun theWholeLookIsOnThePicture() {
        val width = 40
        val stripes = ByteArray(4 * width * 30) { if (it % 4 == 3) 7 else if (it / 4 % 4 < 2) 90 else 120 }
        fun spread(pixels: ByteArray): Int {
            val reds = pixels.filterIndexed { i, _ -> i % 4 == 0 }.map { it.toUByte().toInt() }
            return reds.max() - reds.min()
        }
        val sharp = Edit(Adjust(sharpen = 100, structure = 100)).look(catalog)
        val one = sharp.applied(stripes, width, 30)
        assertTrue(spread(one) > spread(stripes), "${spread(one)}")
        assertTrue(one.filterIndexed { i, _ -> i % 4 == 3 }.all { it == 7.toByte() })
        assertArrayEquals(one, sharp.applied(stripes, width, 30, threads = 3))
        assertArrayEquals(stripes, Edit().look(catalog).applied(stripes, width, 30))
        for (wrong in listOf(0, -1, 39, Int.MAX_VALUE)) {
            assertThrows(ColoristException.Look::class.java) { sharp.applied(stripes, wrong, 30) }
        }
    }

    @Test
    fun aTableLeavesAsCubeAndAsStrip() {
        Edit().look(catalog).lut(2).use { lut ->
            val lines = lut.toCube("warm").lines()
            assertTrue("LUT_3D_SIZE 2" in lines, "$lines")
            val colors = lines.map { line -> line.split(' ').map { it.toFloatOrNull() } }
            assertEquals(8, colors.count { it.size == 3 && null !in it })
            val (black, white) = listOf<Byte>(0, -1)
            val strip = lut.toStrip()
            assertEquals(2 * 2 * 2 * 4, strip.size)
            // The last pixel of the first row is blue and red.
            assertEquals(listOf(white, black, white, white), strip.slice(12..15))
        }
    }

    @Test
    fun aClosedTableIsATypedError() {
        val lut = Edit().look(catalog).lut()
        lut.close()
        lut.close()
        assertEquals(33, lut.size)
        val uses =
            listOf(
                { lut.toMedia3Cube() },
                { lut.toRgbaFloats() },
                { lut.toCube() },
                { lut.toStrip() },
                { lut.applied(ByteArray(4)) },
            )
        for (use in uses) {
            val failure = assertThrows(ColoristException.Closed::class.java) { use() }
            assertTrue("the table is closed" in failure.message.orEmpty(), failure.message)
        }
    }

    @Test
    fun whatHasNoLookIsATypedError() {
        assertThrows(ColoristException.Look::class.java) { Edit(filter = Filter("no such filter", 10)).look(catalog) }
        val look = Edit().look(catalog)
        for (size in listOf(-1, 0, 1, 66, Int.MAX_VALUE)) {
            assertThrows(ColoristException.Look::class.java) { look.lut(size) }
        }
    }
}
