package dev.colorist

import dev.colorist.internal.liveHandles
import java.util.concurrent.atomic.AtomicInteger
import kotlinx.coroutines.CoroutineStart
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/**
 * Ten thousand times the same, with the memory looked at when all pools have been filled: the
 * process's, in which the heap has its full size from the start, and what is used of the heap.
 */
class LeakTest {
    @Test
    fun editsLeaveNothingBehind() =
        runBlocking<Unit> {
            Colorist.open(Fixtures.tinyPack).use { colorist ->
                growth { colorist.edit("golden hour") }
            }
        }

    @Test
    fun cancelledEditsLeaveNothingBehind() =
        runBlocking<Unit> {
            Colorist.open(Fixtures.tinyPack).use { colorist ->
                growth {
                    // Undispatched, so that the request is on its way when it is cancelled.
                    val job = launch(start = CoroutineStart.UNDISPATCHED) { colorist.edit("golden hour") }
                    job.cancelAndJoin()
                    eventually { colorist.stats.waiting == 0L }
                }
                val stats = colorist.stats
                assertTrue(stats.cancelled > CYCLES / 2, "$stats")
            }
        }

    @Test
    fun openingAndClosingLeavesNothingBehind() =
        runBlocking<Unit> {
            val lines = AtomicInteger()
            val options = ColoristOptions(log = { _, _ -> lines.incrementAndGet() })
            growth { Colorist.open(Fixtures.tinyPack, options).use { it.edit("golden hour") } }
            assertTrue(lines.get() > CYCLES, "$lines")
        }

    private suspend fun growth(cycle: suspend () -> Unit) {
        val handles = liveHandles()
        repeat(WARM_UP) { cycle() }
        // What the VM takes for itself comes once; a leak comes again in every round.
        val growths = mutableListOf<Long>()
        do {
            val before = settled()
            repeat(CYCLES) { cycle() }
            growths += settled() - before
        } while (growths.last() >= ALLOWED && growths.size < ROUNDS)
        assertEquals(handles, liveHandles())
        assertTrue(growths.last() < ALLOWED, "$growths bytes more, each after $CYCLES cycles")
    }

    /** The least of several looks, since a collection may come late. */
    private fun settled(): Long =
        (1..10).minOf {
            System.gc()
            Thread.sleep(50)
            val heap = Runtime.getRuntime()
            Fixtures.residentBytes() + heap.totalMemory() - heap.freeMemory()
        }

    private companion object {
        const val WARM_UP = 5_000
        const val CYCLES = 10_000

        const val ROUNDS = 3

        // 800 bytes a cycle: far below an engine, a request or a callback that stays.
        const val ALLOWED = 8_000_000L
    }
}
