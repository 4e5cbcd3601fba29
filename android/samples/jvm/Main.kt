package dev.colorist.samples

import dev.colorist.Colorist
import dev.colorist.ColoristException
import java.io.File
import kotlinx.coroutines.runBlocking

/** Prints what to do to a picture: `Main path/to/colorist-small golden hour`. */
fun main(arguments: Array<String>): Unit =
    runBlocking {
        try {
            Colorist.open(File(arguments[0])).use { colorist ->
                val prediction = colorist.edit(arguments.drop(1).joinToString(" "))
                println(prediction.edit.toJson())
                println("in ${prediction.timings.total}, with ${colorist.provider}")
            }
        } catch (problem: ColoristException) {
            println("No edit: ${problem.message}")
        }
    }
