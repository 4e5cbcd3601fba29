package dev.colorist

import android.content.ComponentCallbacks2
import android.content.Context
import android.os.Looper
import dev.colorist.internal.liveHandles
import java.io.File
import kotlin.time.Duration.Companion.milliseconds
import kotlinx.coroutines.async
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import org.junit.Assert.assertEquals
import org.junit.Assert.assertFalse
import org.junit.Assert.assertSame
import org.junit.Assert.assertTrue
import org.junit.Test
import org.junit.runner.RunWith
import org.robolectric.RobolectricTestRunner
import org.robolectric.RuntimeEnvironment
import org.robolectric.Shadows.shadowOf

@RunWith(RobolectricTestRunner::class)
class AndroidTest {
    private val app: Context = appWithPacks()
    private val copies = File(app.noBackupFilesDir, "colorist")

    @Test
    fun everyGoldenIsAnsweredToTheLastDigit() =
        withColorist { colorist ->
            for ((intent, expected) in Fixtures.goldens) assertEquals(intent, expected, colorist.edit(intent).edit)
        }

    @Test
    fun aPackComesFromTheAssetsAndIsCopiedOnce() =
        runBlocking<Unit> {
            repeat(2) {
                Colorist.open(app, "tiny-pack").use { assertEquals(30, it.edit("warm").edit.adjust?.temperature) }
            }
            val copy = copies.listFiles()!!.single()
            val copied = copy.resolve("pack.json").lastModified()
            Colorist.open(app, "tiny-pack").close()
            assertEquals(copied, copy.resolve("pack.json").lastModified())
            val steps = Colorist.load(app, "tiny-pack").toList()
            (steps.last() as LoadProgress.Ready).colorist.close()
            assertEquals(LoadStep.entries.size + 1, steps.size)
        }

    @Test
    fun anAppThatTrustsAKeyOpensNothingElse() =
        runBlocking<Unit> {
            // Another key than the one that signed it.
            val other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
            val options = ColoristOptions(trustedKeys = listOf(other))
            val failure = runCatching { Colorist.open(app, "tiny-pack", options).close() }.exceptionOrNull()
            assertTrue("$failure", failure is ColoristException.Pack)
        }

    @Test
    fun aDamagedCopyIsMadeAgain() =
        runBlocking<Unit> {
            Colorist.open(app, "tiny-pack").close()
            copies.listFiles()!!.single().resolve("student.onnx").appendText("damage")
            Colorist.open(app, "tiny-pack").use { it.edit("warm") }
        }

    @Test
    fun packsKeepTheirCopiesBesideEachOther() =
        runBlocking<Unit> {
            Colorist.open(app).use { first ->
                openBlocking(app, "tiny-pack").use { it.edit("warm") }
                runCatching { Colorist.open(app, "no-such-pack") }
                assertEquals(2, copies.list()!!.size)
                first.trim(TrimLevel.UNLOAD)
                first.edit("warm")
            }
        }

    @Test
    fun theCopyOfAnEarlierVersionGoes() =
        runBlocking<Unit> {
            Colorist.open(app, "tiny-pack").close()
            val earlier = copies.listFiles()!!.single()
            shadowOf(app.packageManager).getInternalMutablePackageInfo(app.packageName).lastUpdateTime += 1000
            Colorist.open(app, "tiny-pack").close()
            assertFalse(earlier.exists())
            assertEquals(1, copies.list()!!.size)
        }

    @Test
    fun anAssetThatIsNoPackOrMissingIsAPackError() =
        runBlocking<Unit> {
            for (asset in listOf("no-such-pack", "operations.jsonl", "")) {
                val failure = runCatching { Colorist.open(app, asset) }.exceptionOrNull()
                assertTrue("$asset: $failure", failure is ColoristException.Pack)
            }
        }

    @Test
    fun theSystemsWarningsGiveMemoryBack() =
        runBlocking<Unit> {
            val colorist = Colorist.open(app, "tiny-pack")
            val warn = RuntimeEnvironment.getApplication()::onTrimMemory
            warn(ComponentCallbacks2.TRIM_MEMORY_UI_HIDDEN)
            colorist.edit("warm")
            assertTrue(colorist.isLoaded)
            for (level in listOf(
                ComponentCallbacks2.TRIM_MEMORY_BACKGROUND,
                ComponentCallbacks2.TRIM_MEMORY_RUNNING_CRITICAL,
                ComponentCallbacks2.TRIM_MEMORY_COMPLETE,
            )) {
                warn(level)
                eventually { !colorist.isLoaded }
                colorist.edit("warm")
            }
            RuntimeEnvironment.getApplication().onLowMemory()
            eventually { !colorist.isLoaded }
            colorist.close()
            warn(ComponentCallbacks2.TRIM_MEMORY_COMPLETE)
        }

    @Test
    fun anEngineThatIsForgottenGoes() =
        runBlocking<Unit> {
            val engines = liveHandles().engines
            openBlocking(app, "tiny-pack")
            eventually {
                System.gc()
                liveHandles().engines == engines
            }
            RuntimeEnvironment.getApplication().onTrimMemory(ComponentCallbacks2.TRIM_MEMORY_UI_HIDDEN)
        }

    @Test
    fun theMainThreadStaysFreeAndGetsTheAnswer() {
        var answeredOn: Thread? = null
        val scope = kotlinx.coroutines.MainScope()
        val job =
            scope.launch {
                val colorist = Colorist.open(app, "slow-pack")
                colorist.use { it.edit("warm") }
                answeredOn = Thread.currentThread()
            }
        // The loop turns while the run takes its second: nothing blocks this thread.
        var turns = 0
        val patience = System.nanoTime() + 20_000_000_000
        while (!job.isCompleted && System.nanoTime() < patience) {
            shadowOf(Looper.getMainLooper()).idle()
            Thread.sleep(1)
            turns++
        }
        assertSame(Looper.getMainLooper().thread, answeredOn)
        assertTrue("$turns", turns > 100)
    }

    @Test
    fun aCancelledJobReturnsWithin50Milliseconds() =
        runBlocking<Unit> {
            Colorist.open(app, "slow-pack").use { colorist ->
                val took = timeToCancel(colorist)
                assertTrue("$took", took < 50.milliseconds)
                eventually { colorist.stats.stopped == 5L }
            }
        }

    @Test
    fun thirtyTwoCoroutinesAreAllAnswered() =
        withColorist { colorist ->
            val answers = Fixtures.goldens.take(32).map { (intent, expected) -> async { colorist.edit(intent).edit to expected } }
            for (answer in answers) answer.await().let { (edit, expected) -> assertEquals(expected, edit) }
        }
}
