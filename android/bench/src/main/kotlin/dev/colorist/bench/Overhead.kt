package dev.colorist.bench

import dev.colorist.Colorist
import dev.colorist.Prediction
import java.io.File
import kotlin.time.Duration
import kotlin.time.measureTimedValue
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.withContext

private const val WARM_UP = 500
private const val EDITS = 2000

private val INTENTS = listOf("golden hour", "make it warmer", "a rainy night in tokyo", "faded film from the seventies")

/**
 * What a call from Kotlin costs beside what the native library measures of itself: the wall time
 * here less `Prediction.timings.total`. The ways take turns, so that all see the same machine.
 */
fun main(arguments: Array<String>): Unit = arguments.forEach { measure(File(it)) }

private fun measure(pack: File): Unit =
    runBlocking {
        // One engine only: two would push each other's weights out of the caches.
        Colorist.open(pack).use { colorist ->
            val ways =
                mapOf<String, suspend (String) -> Prediction>(
                    "edit, from this thread" to { colorist.edit(it) },
                    "edit, from Dispatchers.Default" to { withContext(Dispatchers.Default) { colorist.edit(it) } },
                    "editBlocking" to { colorist.editBlocking(it) },
                    "editBlocking, on Dispatchers.IO" to { withContext(Dispatchers.IO) { colorist.editBlocking(it) } },
                )
            val overheads = ways.mapValues { mutableListOf<Duration>() }
            val totals = mutableListOf<Duration>()
            repeat(WARM_UP + EDITS) { round ->
                for ((name, edit) in ways) {
                    val (prediction, wall) = measureTimedValue { edit(INTENTS[round % INTENTS.size]) }
                    if (round < WARM_UP) continue
                    overheads.getValue(name) += wall - prediction.timings.total
                    totals += prediction.timings.total
                }
            }
            println("${pack.name}, $EDITS edits each, microseconds: median, 90th, 99th percentile")
            for ((name, overhead) in overheads) println("  %-34s %s".format(name, overhead.percentiles()))
            println("  %-34s %s".format("(the native library itself)", totals.percentiles()))
        }
    }

private fun List<Duration>.percentiles(): String {
    val sorted = sorted()
    return listOf(0.5, 0.9, 0.99).joinToString(" ") { "%7d".format(sorted[(it * (size - 1)).toInt()].inWholeMicroseconds) }
}
