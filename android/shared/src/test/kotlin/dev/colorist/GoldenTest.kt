package dev.colorist

import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class GoldenTest {
    @Test
    fun everyGoldenIsAnsweredToTheLastDigit() =
        withColorist { colorist ->
            assertTrue(Fixtures.goldens.size >= 50)
            for ((intent, expected) in Fixtures.goldens) assertEquals(expected, colorist.edit(intent).edit, intent)
        }

    @Test
    fun theBlockingCallAnswersTheSame() =
        withColorist { colorist ->
            for ((intent, expected) in Fixtures.goldens.take(10)) {
                assertEquals(expected, colorist.editBlocking(intent).edit, intent)
            }
        }

    @Test
    fun aStudentThatWritesItsAnswerIsReadAsWell() =
        runBlocking<Unit> {
            Colorist.open(Fixtures.textPack).use { colorist ->
                val goldens = Fixtures.goldens("tests/golden/text-pack")
                assertTrue(goldens.size >= 10)
                for ((intent, expected) in goldens) {
                    val prediction = colorist.edit(intent)
                    assertEquals(expected, prediction.edit, intent)
                    assertTrue(prediction.timings.passes > 1, "$prediction")
                    assertTrue(prediction.timings.forcedTokens > 1, "$prediction")
                }
            }
        }

    @Test
    fun everyGoldenSurvivesJson() {
        for ((intent, edit) in Fixtures.goldens) assertEquals(edit, Edit.fromJson(edit.toJson()), intent)
    }

    @Test
    fun aPredictionSaysHowItCameAbout() =
        withColorist { colorist ->
            val prediction = colorist.edit("golden hour")
            assertTrue(prediction.tokens >= 3, "$prediction")
            assertTrue(!prediction.truncated)
            assertTrue(prediction.timings.inference.isPositive(), "$prediction")
            assertTrue(prediction.timings.total >= prediction.timings.inference, "$prediction")
            assertEquals(1, prediction.timings.passes)
            assertEquals(0, prediction.timings.forcedTokens)
            with(prediction.confidence) {
                for (tool in listOf(adjust, selectiveAdjust, filter)) assertTrue(tool > 0 && tool <= 1, "$prediction")
            }
            assertTrue(colorist.edit("warm ".repeat(2000)).truncated)
        }

    @Test
    fun theEngineTellsWhatItRuns() =
        withColorist { colorist ->
            assertEquals("colorist-small", colorist.info.name)
            assertTrue(colorist.info.parameters > 0)
            assertEquals("CPU (ONNX Runtime ${Colorist.onnxRuntimeVersion})", colorist.provider.toString())
            assertEquals(listOf("student.onnx"), colorist.provider.graphs)
            assertTrue(colorist.loadTimings.total.isPositive())
            assertEquals("0.1.0", Colorist.version)
        }

    @Test
    fun aProviderThatIsNotThereIsNamedWithTheReason() {
        val plugin = Provider.Plugin("NoSuchProvider", File("none.so"), mapOf("mode" to "fast"))
        val options = ColoristOptions(providers = listOf(Provider.Nnapi, plugin, Provider.Cpu, Provider.Qnn()))
        withColorist(options, Fixtures.tinyPack) { colorist ->
            val report = colorist.provider
            assertEquals("CPU" to null, report.running to report.selfTest)
            assertEquals(listOf("NNAPI", "NoSuchProvider", "QNN"), report.others.map { it.name })
            val why = report.others.map { it.why }
            assertEquals(WhyNot.NOT_BUILT to WhyNot.NOT_TRIED, why.first() to why.last())
            assertTrue("provider-nnapi" in report.others.first().reason, "${report.others}")
            assertEquals(30, colorist.edit("warm").edit.adjust?.temperature)
        }
    }
}
