package dev.colorist

import java.util.concurrent.Executors
import kotlin.time.Duration.Companion.milliseconds
import kotlin.time.Duration.Companion.seconds
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.async
import kotlinx.coroutines.awaitAll
import kotlinx.coroutines.cancel
import kotlinx.coroutines.cancelAndJoin
import kotlinx.coroutines.flow.filterIsInstance
import kotlinx.coroutines.flow.first
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.test.StandardTestDispatcher
import kotlinx.coroutines.test.runTest
import dev.colorist.internal.liveHandles
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertThrows
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class LifecycleTest {
    @Test
    fun useAfterCloseIsATypedError() =
        runBlocking<Unit> {
            val colorist = Colorist.open(Fixtures.pack)
            colorist.close()
            colorist.close()
            for (use in listOf<suspend () -> Unit>(
                { colorist.edit("golden hour") },
                { colorist.editBlocking("golden hour") },
                { colorist.trim(TrimLevel.LIGHT) },
                { colorist.stats },
                { colorist.loadTimings },
                { colorist.catalog },
            )) {
                val failure = runCatching { use() }.exceptionOrNull()
                assertTrue(failure is ColoristException.Closed, "$failure")
                assertTrue("open the pack again" in failure!!.message.orEmpty())
            }
            assertFalse(colorist.isLoaded)
            assertEquals("colorist-small", colorist.info.name)
        }

    @Test
    fun closingAnswersThoseWhoWait() =
        runBlocking<Unit> {
            val colorist = Colorist.open(Fixtures.pack)
            val waiting = List(200) { async(Dispatchers.Default) { runCatching { colorist.edit("warm ".repeat(100)) } } }
            eventually { colorist.stats.requests == 200L }
            colorist.close()
            val outcomes = waiting.awaitAll()
            val failures = outcomes.mapNotNull { it.exceptionOrNull() }
            assertTrue(failures.size > 100, "${failures.size}")
            assertTrue(failures.all { it is ColoristException.Closed }, "${failures.first()}")
        }

    @Test
    fun closingRacesWithAsking() =
        runBlocking<Unit> {
            repeat(20) {
                val colorist = Colorist.open(Fixtures.tinyPack)
                val asking =
                    List(8) { async(Dispatchers.Default) { runCatching { repeat(50) { colorist.edit("golden hour") } } } }
                val looking = async(Dispatchers.Default) { while (colorist.isLoaded) kotlinx.coroutines.yield() }
                launch(Dispatchers.Default) { colorist.close() }
                val failures = asking.awaitAll().mapNotNull { it.exceptionOrNull() }
                assertTrue(failures.all { it is ColoristException.Closed }, "$failures")
                looking.await()
            }
        }

    @Test
    fun trimmingGivesMemoryBackAndTheNextEditLoadsAgain() =
        withColorist { colorist ->
            val (intent, expected) = Fixtures.goldens.first()
            colorist.trim(TrimLevel.LIGHT)
            assertTrue(colorist.isLoaded)
            val before = Fixtures.residentBytes()
            colorist.trim(TrimLevel.UNLOAD)
            assertFalse(colorist.isLoaded)
            assertTrue(before - Fixtures.residentBytes() > 5_000_000, "the session alone takes more")
            assertEquals(expected, colorist.edit(intent).edit)
            assertTrue(colorist.isLoaded)
        }

    @Test
    fun anIdleEngineUnloads() =
        withColorist(ColoristOptions(idleUnload = 20.milliseconds)) { colorist ->
            colorist.edit("golden hour")
            eventually { !colorist.isLoaded }
            colorist.edit("golden hour")
        }

    @Test
    fun loadingTellsItsSteps() =
        runBlocking<Unit> {
            val events = Colorist.load(Fixtures.pack).toList()
            val steps = events.filterIsInstance<LoadProgress.Step>()
            assertEquals(LoadStep.entries.toSet(), steps.map { it.step }.toSet(), "$events")
            assertEquals((1..LoadStep.entries.size).toList(), steps.map { it.done }.sorted())
            assertTrue(steps.all { it.total == LoadStep.entries.size })
            (events.last() as LoadProgress.Ready).colorist.use { it.edit("golden hour") }
        }

    @Test
    fun readyBelongsToTheCollector() =
        runBlocking<Unit> {
            val ready = Colorist.load(Fixtures.pack).filterIsInstance<LoadProgress.Ready>().first()
            ready.colorist.use { it.edit("golden hour") }
        }

    @Test
    fun aCancelledLoadingLeavesNoEngine() =
        runBlocking<Unit> {
            val engines = liveHandles().engines
            for (wait in 0L..200L step 20) {
                // Loading may be done before it is cancelled; then the engine is the collector's.
                val job =
                    launch(Dispatchers.Default) {
                        Colorist.load(Fixtures.pack).collect { (it as? LoadProgress.Ready)?.colorist?.close() }
                    }
                kotlinx.coroutines.delay(wait)
                if (job.isCompleted) break
                job.cancelAndJoin()
            }
            val opening = launch(Dispatchers.Default) { Colorist.open(Fixtures.pack).close() }
            kotlinx.coroutines.delay(20)
            opening.cancelAndJoin()
            assertEquals(engines, liveHandles().engines)
        }

    @Test
    fun aCollectorThatGoesBeforeReadyLeavesNoEngine() =
        runBlocking<Unit> {
            val engines = liveHandles().engines
            Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { opening ->
                val options = ColoristOptions(dispatcher = opening)
                val job =
                    launch {
                        Colorist.load(Fixtures.tinyPack, options).collect { event ->
                            check(event is LoadProgress.Step)
                            if (event.done < event.total) return@collect
                            // Its turn comes when the engine is open and waits to be collected.
                            kotlinx.coroutines.withContext(opening) { assertEquals(engines + 1u, liveHandles().engines) }
                            this@launch.cancel()
                        }
                    }
                job.join()
                assertEquals(engines, liveHandles().engines)
            }
        }

    @Test
    fun openingAndTrimmingBlockWhereTheOptionsSay() =
        runTest {
            val dispatcher = StandardTestDispatcher(testScheduler)
            val opening = async { Colorist.open(Fixtures.pack, ColoristOptions(dispatcher = dispatcher)) }
            assertFalse(opening.isCompleted)
            testScheduler.advanceUntilIdle()
            opening.await().use { colorist ->
                val trimming = async { colorist.trim(TrimLevel.UNLOAD) }
                assertTrue(colorist.isLoaded)
                trimming.await()
                assertFalse(colorist.isLoaded)
            }
        }

    @Test
    fun anAnswerComesBackOnTheCallersThread() =
        withColorist { colorist ->
            Executors.newSingleThreadExecutor { Thread(it, "caller") }.asCoroutineDispatcher().use { caller ->
                kotlinx.coroutines.withContext(caller) {
                    repeat(10) { colorist.edit("golden hour") }
                    assertTrue(Thread.currentThread().name.startsWith("caller"))
                }
            }
        }

    @Test
    fun theJavaCallsWork() {
        val options = ColoristOptions(1, 10_000, 0, null, true)
        assertEquals(10.seconds to null, options.deadline to options.idleUnload)
        Colorist.openBlocking(Fixtures.pack, options).use { colorist ->
            val (intent, expected) = Fixtures.goldens.first()
            assertEquals(expected, colorist.editBlocking(intent, 10_000).edit)
        }
        assertThrows(IllegalArgumentException::class.java) { ColoristOptions(threads = 0) }
    }
}
