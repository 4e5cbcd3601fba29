package dev.colorist

import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class EditTest {
    private val catalog = runBlocking { Colorist.open(Fixtures.pack).use { it.catalog } }

    @Test
    fun everySliderAndColorKeepsItsPlace() {
        // All values differ, so that two exchanged fields would show.
        val edit =
            Edit(
                Adjust(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14),
                SelectiveAdjust(
                    ColorAdjust(15, 16),
                    ColorAdjust(17, 18),
                    ColorAdjust(19, 20),
                    ColorAdjust(21, 22),
                    ColorAdjust(23, 24),
                    ColorAdjust(25, 26),
                ),
                Filter("film_Amber", 27),
            )
        assertEquals(edit, Edit.fromJson(edit.toJson()))
        val places = Edit().diff(edit).filterIsInstance<Difference.Slider>()
        assertEquals((1..26).toList(), places.map { it.after })
        assertEquals(catalog.sliders.map { "adjust.${it.name}" }, places.take(14).map { it.name })
        val colors = catalog.colors.flatMap { listOf("$it.saturation", "$it.luminance") }
        assertEquals(colors.map { "selectiveAdjust.$it" }, places.drop(14).map { it.name })
    }

    @Test
    fun theCatalogOutlivesItsEngine() {
        assertEquals(14, catalog.sliders.size)
        assertEquals(6, catalog.colors.size)
        assertEquals(0..100, catalog.sliders.single { it.name == "bloom" }.range)
        assertEquals(-100..100, catalog.saturation)
        assertEquals(Edit(Adjust(bloom = 100)), Edit(Adjust(bloom = 300)).clamped(catalog))
        assertEquals(Edit(), Edit(filter = Filter("no such filter", 10)).clamped(catalog))
    }

    @Test
    fun anEditIsADial() {
        val edit = Edit(Adjust(temperature = 25), filter = Filter("film_Amber", 40))
        assertEquals(Edit(Adjust(temperature = 13), filter = Filter("film_Amber", 20)), edit.scaled(0.5f))
        assertEquals(Edit(), edit.scaled(0f))
        assertEquals(Edit(), edit.scaled(Float.NaN))
    }

    @Test
    fun aRelativeRequestMovesWhatIsThere() {
        val current = Edit(Adjust(temperature = 90, contrast = 5))
        val warmer = Edit(Adjust(temperature = 20))
        assertEquals(Edit(Adjust(temperature = 100, contrast = 5)), warmer.mergedOnto(current, catalog))
    }

    @Test
    fun emptyIsWhatChangesNothing() {
        assertTrue(Edit().isEmpty)
        assertTrue(Edit(Adjust(), SelectiveAdjust(), Filter("film_Amber", 0)).isEmpty)
        assertFalse(Edit(filter = Filter("film_Amber", 1)).isEmpty)
    }

    @Test
    fun aFilterChangeIsADifference() {
        val before = Filter("film_Amber", 10)
        assertEquals(listOf(Difference.Filter(before, null)), Edit(filter = before).diff(Edit()))
    }

    @Test
    fun wrongJsonIsRefusedWithItsPlace() {
        val cases =
            mapOf(
                """{"adjust":{"exposure":"bright"}}""" to "adjust.exposure",
                """{"adjust":{"sparkle":1}}""" to "adjust",
                """{"filter":["film_Amber"]}""" to "filter",
                "[]" to "object",
                "{" to "JSON",
                "\uD800" to "JSON",
            )
        for ((json, place) in cases) {
            val error = assertThrows(ColoristException.InvalidEdit::class.java) { Edit.fromJson(json) }
            assertTrue(place in error.message.orEmpty(), "$json: ${error.message}")
            assertFalse("bright" in error.message.orEmpty() || "sparkle" in error.message.orEmpty())
        }
    }
}
