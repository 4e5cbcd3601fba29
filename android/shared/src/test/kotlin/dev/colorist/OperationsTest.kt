package dev.colorist

import kotlinx.coroutines.runBlocking
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.float
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonArray
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.DynamicTest
import org.junit.jupiter.api.TestFactory

class OperationsTest {
    private val catalog = runBlocking { Colorist.open(Fixtures.pack).use { it.catalog } }

    @TestFactory
    fun operations(): List<DynamicTest> =
        Fixtures.lines("tests/golden/operations.jsonl").map { case ->
            DynamicTest.dynamicTest("${case.text("op")}: ${case.text("name")}") { check(case) }
        }

    private fun check(case: JsonObject) {
        val edit by lazy { Fixtures.edit(case.getValue("edit")) }
        val outcome =
            runCatching<Any> {
                when (val operation = case.text("op")) {
                    "scaled" -> edit.scaled(case.getValue("strength").jsonPrimitive.float)
                    "clamped" -> edit.clamped(catalog)
                    "mergedOnto" -> edit.mergedOnto(Fixtures.edit(case.getValue("current")), catalog)
                    "diff" -> edit.diff(Fixtures.edit(case.getValue("other")))
                    "toJson" -> edit.toJson()
                    "fromJson" -> Edit.fromJson(case.text("json"))
                    else -> error("no such operation: $operation")
                }
            }
        case["error"]?.let { words ->
            val failure = outcome.exceptionOrNull()
            assertTrue(failure is ColoristException.InvalidEdit, "$outcome")
            assertTrue(words.jsonPrimitive.content in failure!!.message.orEmpty(), failure.message)
            return
        }
        val expected: Any =
            case.getValue("expect").let { expect ->
                when (case.text("op")) {
                    "diff" -> expect.jsonArray.map { difference(it.jsonObject) }
                    "toJson" -> expect.jsonPrimitive.content
                    else -> Fixtures.edit(expect)
                }
            }
        assertEquals(expected, outcome.getOrThrow())
    }

    private fun difference(json: JsonObject): Difference {
        val (before, after) = json["before"] to json["after"]
        if ("filter" !in json) {
            return Difference.Slider(json.text("name"), before!!.jsonPrimitive.int, after!!.jsonPrimitive.int)
        }
        return Difference.Filter(filter(before), filter(after))
    }

    private fun filter(json: JsonElement?): Filter? =
        json?.takeIf { it != JsonNull }?.let { Fixtures.edit(JsonObject(mapOf("filter" to it))).filter }

    private fun JsonObject.text(name: String): String = getValue(name).jsonPrimitive.content
}
