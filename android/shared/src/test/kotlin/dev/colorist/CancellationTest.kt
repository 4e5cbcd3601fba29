package dev.colorist

import dev.colorist.internal.liveHandles
import java.util.concurrent.atomic.AtomicInteger
import kotlin.time.Duration
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.TimeoutCancellationException
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.launch
import kotlinx.coroutines.withTimeout
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class CancellationTest {
    private val long = "a quiet street after the rain ".repeat(100)

    @Test
    fun thirtyTwoCoroutinesAreAllAnsweredRight() =
        withColorist { colorist ->
            coroutineScope {
                (0 until 32)
                    .map { first ->
                        async(Dispatchers.Default) {
                            for (step in 0 until 8) {
                                val (intent, expected) = Fixtures.goldens[(first * 7 + step) % Fixtures.goldens.size]
                                assertEquals(expected, colorist.edit(intent).edit, intent)
                            }
                        }
                    }.awaitAll()
            }
            assertEquals(256, colorist.stats.answered)
        }

    @Test
    fun aCancelledJobReturnsWithin50MillisecondsAndItsRunStops() =
        withColorist(pack = Fixtures.slowPack) { colorist ->
            val took = timeToCancel(colorist)
            assertTrue(took < 50.milliseconds, "$took")
            eventually { colorist.stats.stopped == 5L }
            val stats = colorist.stats
            assertEquals(5, stats.cancelled, "$stats")
            assertEquals(0, stats.answered, "$stats")
            delay(100)
            assertEquals(5, colorist.stats.runs)
        }

    @Test
    fun cancellingManyLeavesNoWork() =
        withColorist { colorist ->
            val answered = AtomicInteger()
            val job =
                launch(Dispatchers.Default) {
                    repeat(2000) {
                        launch {
                            colorist.edit(long)
                            answered.incrementAndGet()
                        }
                    }
                }
            eventually { colorist.stats.requests == 2000L && answered.get() > 0 }
            job.cancelAndJoin()
            eventually { colorist.stats.waiting == 0L }
            val stats = colorist.stats
            assertTrue(stats.cancelled > 1000, "$stats")
            assertEquals(2000, stats.answered + stats.cancelled, "$stats")
            delay(100)
            assertEquals(stats.runs, colorist.stats.runs)
            assertEquals(0uL, liveHandles().requests)
            colorist.edit("golden hour")
        }

    @Test
    fun onePromptCancelOfMany() =
        withColorist { colorist ->
            val waiting = List(50) { async(Dispatchers.Default) { colorist.edit(long) } }
            eventually { colorist.stats.requests == 50L }
            waiting.last().cancelAndJoin()
            waiting.dropLast(1).awaitAll()
            assertEquals(49, colorist.stats.answered)
            assertEquals(1, colorist.stats.cancelled)
        }

    @Test
    fun aCoroutineThatIsCancelledAlreadyAsksNothing() =
        withColorist { colorist ->
            val job =
                launch {
                    coroutineContext[kotlinx.coroutines.Job]!!.cancel()
                    colorist.edit("golden hour")
                }
            job.join()
            eventually { colorist.stats.waiting == 0L }
            assertEquals(0, colorist.stats.answered)
        }

    @Test
    fun withTimeoutEndsTheWait() =
        withColorist { colorist ->
            val queue = launch(Dispatchers.Default) { repeat(500) { launch { colorist.edit(long) } } }
            eventually { colorist.stats.waiting > 100 }
            val failure = runCatching { withTimeout(5.milliseconds) { colorist.edit("golden hour") } }
            assertTrue(failure.exceptionOrNull() is TimeoutCancellationException, "$failure")
            queue.cancelAndJoin()
        }

    @Test
    fun aDeadlineIsAnErrorOfItsOwn() =
        withColorist(ColoristOptions(deadline = 10.seconds)) { colorist ->
            val queue = launch(Dispatchers.Default) { repeat(500) { launch { colorist.edit(long) } } }
            eventually { colorist.stats.waiting > 100 }
            for (deadline in listOf(Duration.ZERO, (-1).seconds, 100.milliseconds / 1000, 5.milliseconds)) {
                val failure = runCatching { colorist.edit("golden hour", deadline) }
                assertTrue(failure.exceptionOrNull() is ColoristException.DeadlineExceeded, "$deadline: $failure")
            }
            for (millis in listOf(5L, -1L, Long.MIN_VALUE)) {
                assertThrows(ColoristException.DeadlineExceeded::class.java) { colorist.editBlocking("golden hour", millis) }
            }
            queue.cancelAndJoin()
            colorist.edit("golden hour", Duration.INFINITE)
            assertEquals(7, colorist.stats.expired, "${colorist.stats}")
        }

    @Test
    fun theOptionsDeadlineHoldsForEveryEdit() =
        withColorist(ColoristOptions(deadline = 1.milliseconds)) { colorist ->
            val outcomes = List(20) { async(Dispatchers.Default) { runCatching { colorist.edit(long) } } }.awaitAll()
            val failures = outcomes.mapNotNull { it.exceptionOrNull() }
            assertTrue(failures.isNotEmpty())
            assertTrue(failures.all { it is ColoristException.DeadlineExceeded })
        }
}
