package dev.colorist

import kotlin.time.Duration
import kotlinx.coroutines.async
import kotlinx.coroutines.cancelAndJoin
import kotlinx.serialization.json.JsonArray
import kotlinx.serialization.json.JsonElement
import kotlinx.serialization.json.JsonNull
import kotlinx.serialization.json.JsonObject
import kotlinx.serialization.json.JsonPrimitive
import kotlinx.serialization.json.int
import kotlinx.serialization.json.jsonObject
import kotlinx.serialization.json.jsonPrimitive
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** Packs with another editor's tools. Nothing here names a tool of theirs. */
class ToolCallTest {
    @Test
    fun everyGoldenOfAnotherEditorsToolsIsAnswered() =
        withColorist(pack = Fixtures.stickerPack) { colorist ->
            val goldens = Fixtures.lines("tests/golden/sticker-pack/goldens.jsonl")
            assertTrue(goldens.size >= 5)
            for (golden in goldens) {
                val intent = golden.getValue("intent").jsonPrimitive.content
                val tools = golden.getValue("edit").jsonObject.filterValues { it != JsonNull }
                val prediction = colorist.callTools(intent)
                assertEquals(tools.keys, prediction.calls.map { it.tool }.toSet(), intent)
                for (call in prediction.calls) check(call, tools.getValue(call.tool), intent)
                assertEquals(golden.getValue("edit").jsonObject.keys, prediction.confidence.keys, intent)
                assertTrue(prediction.confidence.values.all { it in 0f..1f }, "$prediction")
                assertEquals(prediction.calls, colorist.callToolsBlocking(intent).calls, intent)
            }
        }

    @Test
    fun anEditOfOtherToolsIsRefused() =
        withColorist(pack = Fixtures.stickerPack) { colorist ->
            for (refused in listOf(runCatching { colorist.edit("warm") }, runCatching { colorist.editBlocking("warm") })) {
                val failure = refused.exceptionOrNull()
                assertTrue(failure is ColoristException.OtherTools, "$failure")
                for (tool in colorist.callTools("warm").confidence.keys) assertTrue(tool in failure!!.message!!, "$failure")
            }
            assertTrue(colorist.catalog.sliders.isEmpty() && colorist.catalog.filters.isEmpty())
        }

    @Test
    fun theToolsOfAnEditCanBeCalledToo() =
        withColorist { colorist ->
            for ((intent, edit) in Fixtures.goldens.take(20)) {
                val prediction = colorist.callTools(intent)
                assertEquals(edit.adjust?.temperature, prediction["adjust"]?.values?.get("temperature"), intent)
                assertEquals(edit.adjust?.linearOffset, prediction["adjust"]?.values?.get("linearOffset"), intent)
                val blue = prediction["selectiveAdjust"]?.values?.get("blue.saturation")
                assertEquals(edit.selectiveAdjust?.blue?.saturation, blue, intent)
                assertEquals(edit.filter?.name, prediction["filter"]?.choice, intent)
                assertEquals(edit.filter?.intensity, prediction["filter"]?.values?.get("intensity"), intent)
                assertNull(prediction["no such tool"])
            }
        }

    @Test
    fun aCallIsCancelledAndHasADeadline() =
        withColorist(pack = Fixtures.slowPack) { colorist ->
            val late = runCatching { colorist.callTools("warm", Duration.ZERO) }.exceptionOrNull()
            assertTrue(late is ColoristException.DeadlineExceeded, "$late")
            val job = async { colorist.callTools("warm") }
            eventually { colorist.stats.runs == 1L }
            job.cancelAndJoin()
            eventually { colorist.stats.cancelled == 1L }
        }

    /** A golden's tool, in the full or the short form: what it does not name is 0. */
    private fun check(
        call: ToolCall,
        json: JsonElement,
        intent: String,
    ) {
        val named = mutableMapOf<String, Int>()
        if (json is JsonArray) {
            assertEquals(json[0].jsonPrimitive.content, call.choice, intent)
            assertEquals(json.size - 1, call.values.size, intent)
            call.values.keys.zip(json.drop(1)).forEach { (name, v) -> named[name] = v.jsonPrimitive.int }
            checkValues(call, named, intent)
            return
        }
        for ((name, value) in json.jsonObject) {
            when (value) {
                is JsonObject -> value.forEach { (column, v) -> named["$name.$column"] = v.jsonPrimitive.int }
                is JsonArray -> {
                    val row = call.values.filterKeys { it.startsWith("$name.") }
                    row.keys.zip(value).forEach { (cell, v) -> named[cell] = v.jsonPrimitive.int }
                }
                is JsonPrimitive ->
                    if (value.isString) assertEquals(value.content, call.choice, intent) else named[name] = value.int
            }
        }
        checkValues(call, named, intent)
    }

    /** Another processor adds in another order: a value at a rounding's edge may move by one. */
    private fun checkValues(
        call: ToolCall,
        named: Map<String, Int>,
        intent: String,
    ) {
        for ((name, value) in call.values) assertTrue(value - (named[name] ?: 0) in -1..1, "$intent: $name")
        assertTrue(call.values.keys.containsAll(named.keys), intent)
    }
}
