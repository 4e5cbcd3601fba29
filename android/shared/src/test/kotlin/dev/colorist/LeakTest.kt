package dev.colorist

import dev.colorist.internal.liveHandles
import kotlinx.coroutines.Dispatchers
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
                growth {
                    colorist.edit("golden hour")
                    // Every tenth is cancelled on its way.
                    if (it % 10 == 0) {
                        val job = launch(Dispatchers.Default) { colorist.edit("a quiet street after the rain") }
                        if (it % 20 == 0) kotlinx.coroutines.yield()
                        job.cancelAndJoin()
                    }
                }
                eventually { liveHandles().requests == 0uL }
            }
        }

    @Test
    fun openingAndClosingLeavesNothingBehind() =
        runBlocking<Unit> {
            growth { Colorist.open(Fixtures.tinyPack).use { it.edit("golden hour") } }
        }

    private suspend fun growth(cycle: suspend (Int) -> Unit) {
        val handles = liveHandles()
        repeat(WARM_UP) { cycle(it) }
        val before = settled()
        repeat(CYCLES) { cycle(it) }
        val grown = settled() - before
        assertEquals(handles, liveHandles())
        assertTrue(grown < ALLOWED, "$grown bytes more after $CYCLES cycles")
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

        // 1,600 bytes a cycle: above the VM's own noise, far below an engine that stays.
        const val ALLOWED = 16_000_000L
    }
}
