package dev.colorist

import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicInteger
import java.util.concurrent.atomic.AtomicReference
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class CallbackTest {
    @Test
    fun whateverTheLogThrowsTheEngineGoesOn() {
        for (thrown in listOf(IllegalStateException("log"), AssertionError("log"), StackOverflowError("log"))) {
            val calls = AtomicInteger()
            val options =
                ColoristOptions(log = { _, _ ->
                    calls.incrementAndGet()
                    throw thrown
                })
            withColorist(options) { colorist ->
                val (intent, expected) = Fixtures.goldens.first()
                assertEquals(expected, colorist.edit(intent).edit)
                colorist.trim(TrimLevel.UNLOAD)
                assertEquals(expected, colorist.edit(intent).edit)
            }
            assertTrue(calls.get() > 0)
        }
    }

    @Test
    fun aCollectorThatThrowsEndsItsOwnLoadingOnly() =
        runBlocking<Unit> {
            val failure = runCatching { Colorist.load(Fixtures.pack).collect { error("collector") } }.exceptionOrNull()
            assertEquals("collector", failure?.message)
            val events = Colorist.load(Fixtures.pack).toList()
            (events.last() as LoadProgress.Ready).colorist.close()
        }

    @Test
    fun aBlockingCallFromTheLogIsRefusedInsteadOfHanging() {
        val engine = AtomicReference<Colorist>()
        val failures = CopyOnWriteArrayList<Throwable>()
        val options =
            ColoristOptions(log = { _, _ ->
                engine.get()?.let { colorist ->
                    runCatching { colorist.editBlocking("golden hour") }.exceptionOrNull()?.let { failures += it }
                }
            })
        withColorist(options) { colorist ->
            engine.set(colorist)
            // The engine's own thread logs that it has unloaded.
            colorist.trim(TrimLevel.UNLOAD)
            engine.set(null)
        }
        assertTrue(failures.isNotEmpty())
        assertTrue(failures.all { it is ColoristException.CalledFromCallback }, "$failures")
    }

    @Test
    fun closingFromTheLogIsAllowed() {
        val engine = AtomicReference<Colorist>()
        runBlocking<Unit> {
            val colorist = Colorist.open(Fixtures.pack, ColoristOptions(log = { _, _ -> engine.get()?.close() }))
            engine.set(colorist)
            runCatching { colorist.trim(TrimLevel.UNLOAD) }
            val failure = runCatching { colorist.edit("golden hour") }.exceptionOrNull()
            assertTrue(failure is ColoristException.Closed, "$failure")
        }
    }
}
