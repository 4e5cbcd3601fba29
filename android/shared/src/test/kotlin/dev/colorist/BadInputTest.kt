package dev.colorist

import java.io.File
import java.nio.file.Path
import java.util.concurrent.CopyOnWriteArrayList
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertFalse
import org.junit.jupiter.api.Assertions.assertNotNull
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class BadInputTest {
    @TempDir
    lateinit var folder: Path

    @Test
    fun whatIsNoTextIsRefused() =
        withColorist { colorist ->
            for (intent in listOf("", "   ", "\n\t", "\u0000", "x".repeat((1 shl 20) + 1))) {
                val failure = runCatching { colorist.edit(intent) }.exceptionOrNull()
                assertTrue(failure is ColoristException.Intent, "$failure")
                assertNotNull(failure!!.cause)
            }
            assertEquals(0, colorist.stats.runs)
        }

    @Test
    fun anyTextIsAnswered() =
        withColorist { colorist ->
            val intents =
                listOf(
                    "🌅",
                    "golden 🌇 hour 👩‍👩‍👧",
                    "warm\u0000er",
                    "\uD800",
                    "warm \uDC00 light",
                    "\uFFFF",
                    "e\u0301",
                    "مساء ذهبي",
                    "黄金时刻",
                    "x".repeat(1 shl 20),
                )
            for (intent in intents) colorist.edit(intent)
            assertEquals(colorist.edit("🌅 light").edit, colorist.edit("🌅 light").edit)
        }

    @Test
    fun aWrongPathIsAPackError() =
        runBlocking<Unit> {
            val empty = folder.resolve("empty").toFile().apply { mkdir() }
            val file = folder.resolve("text.colorist").toFile().apply { writeText("no archive") }
            for (path in listOf(File("/no/such/pack"), empty, file, File(""), File("\uD800"), File("a\u0000b"))) {
                val failure = runCatching { Colorist.open(path) }.exceptionOrNull()
                assertTrue(failure is ColoristException.Pack, "$path: $failure")
                assertFalse("reason=" in failure!!.message.orEmpty(), failure.message)
            }
        }

    @Test
    fun aDamagedPackNamesTheFile() =
        runBlocking<Unit> {
            for (name in listOf("student.onnx", "tokenizer.json", "pack.json", "goldens.jsonl")) {
                val pack = folder.resolve(name).toFile()
                Fixtures.pack.copyRecursively(pack)
                val bytes = pack.resolve(name).readBytes()
                bytes[bytes.size / 2] = (bytes[bytes.size / 2].toInt() xor 1).toByte()
                pack.resolve(name).writeBytes(bytes)
                val failure = runCatching { Colorist.open(pack) }.exceptionOrNull()
                assertTrue(failure is ColoristException.Pack, "$name: $failure")
                assertTrue(name in failure!!.message.orEmpty(), failure.message)
            }
        }

    @Test
    fun aFlowOfADamagedPackFails() =
        runBlocking<Unit> {
            val failure = runCatching { Colorist.load(File("/no/such/pack")).collect {} }.exceptionOrNull()
            assertTrue(failure is ColoristException.Pack, "$failure")
        }

    @Test
    fun theWrongRuntimeIsARuntimeError() =
        runBlocking<Unit> {
            val library = folder.resolve("libonnxruntime.so").toFile().apply { writeText("no library") }
            val failure = runCatching { Colorist.open(Fixtures.pack, ColoristOptions(library = library)) }.exceptionOrNull()
            assertTrue(failure is ColoristException.Runtime, "$failure")
        }

    @Test
    fun whatTheUserSaidStaysWithTheUser() {
        val log = CopyOnWriteArrayList<Pair<LogLevel, String>>()
        val failures = mutableListOf<Throwable>()
        val secret = "xylophone"
        withColorist(ColoristOptions(log = { level, text -> log += level to text })) { colorist ->
            colorist.edit("$secret at sunset")
            failures += runCatching { colorist.edit(secret.repeat(200_000)) }.exceptionOrNull()!!
            failures += runCatching { colorist.edit(secret, kotlin.time.Duration.ZERO) }.exceptionOrNull()!!
            colorist.trim(TrimLevel.UNLOAD)
            colorist.edit("$secret again")
            colorist.close()
            failures += runCatching { colorist.edit(secret) }.exceptionOrNull()!!
        }
        failures += runCatching { Edit.fromJson("""{"filter":["$secret"]}""") }.exceptionOrNull()!!
        assertTrue(log.size >= 4, "$log")
        assertTrue(log.any { it.first == LogLevel.INFO }, "$log")
        val said = log.map { it.second } + failures.flatMap { listOf(it.toString(), it.cause.toString()) }
        assertTrue(said.none { secret in it }, "$said")
    }
}
