package dev.colorist.minified

import dev.colorist.Colorist
import dev.colorist.ColoristException
import dev.colorist.ColoristOptions
import dev.colorist.LoadProgress
import java.io.File
import kotlinx.coroutines.flow.toList
import kotlinx.coroutines.runBlocking

/**
 * An app that goes every way across the border once: calls, structures, callbacks, futures, errors.
 * Run as R8 leaves it, it shows a rule that is missing.
 */
fun main(arguments: Array<String>): Unit =
    runBlocking {
        val log = mutableListOf<String>()
        val options = ColoristOptions(log = { _, text -> synchronized(log) { log += text } })
        val events = Colorist.load(File(arguments[0]), options).toList()
        check(events.size > 1) { "no step of loading was seen" }
        (events.last() as LoadProgress.Ready).colorist.use { colorist ->
            val edit = colorist.edit("golden hour").edit
            check(edit.adjust != null) { "golden hour adjusts nothing" }
            check(edit == colorist.editBlocking("golden hour").edit) { "the two ways differ" }
            try {
                colorist.edit(" ")
                error("an empty intent was taken")
            } catch (_: ColoristException.Intent) {
                println("minified: ${edit.toJson()}")
            }
        }
        check(log.isNotEmpty()) { "nothing was logged" }
    }
