package dev.colorist

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.float
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertArrayEquals
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

/** The tables that Rust and Swift make too, in both layouts. */
class LookGoldenTest {
    private val catalog = runBlocking { Colorist.open(Fixtures.pack).use { it.catalog } }

    @TestFactory
    fun looks(): List<DynamicTest> =
        Fixtures
            .lines("tests/golden/looks.jsonl")
            .also { assertTrue(it.size >= 10) }
            .map { DynamicTest.dynamicTest(it.getValue("name").jsonPrimitive.content) { check(it) } }

    private fun check(golden: JsonObject) {
        val look = Fixtures.edit(golden.getValue("edit")).look(catalog)
        assertEquals(floats(golden.getValue("amounts")), listOf(look.bloom, look.sharpen, look.structure))
        val size = golden.getValue("size").jsonPrimitive.int
        val table = golden.getValue("table").jsonArray.map(::floats)
        assertEquals(size * size * size, table.size)
        look.lut(size).use { lut ->
            // Red fastest, with an alpha of 1.
            val expected = table.flatMap { it + 1f }.toFloatArray()
            assertArrayEquals(expected, lut.toRgbaFloats(), 5e-6f)
            val cube = lut.toMedia3Cube()
            for ((i, color) in table.withIndex()) {
                val argb = cube[i % size][i / size % size][i / size / size]
                assertEquals(255, argb ushr 24)
                for ((channel, value) in color.withIndex()) {
                    assertEquals(value * 255, ((argb shr (16 - 8 * channel)) and 255).toFloat(), 0.51f, "entry $i")
                }
            }
        }
    }

    private fun floats(list: JsonElement): List<Float> = list.jsonArray.map { it.jsonPrimitive.float }
}
