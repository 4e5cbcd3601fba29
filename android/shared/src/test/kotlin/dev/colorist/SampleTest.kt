package dev.colorist

import dev.colorist.samples.main as sample
import java.io.ByteArrayOutputStream
import java.io.PrintStream
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

class SampleTest {
    @Test
    fun theSamplePrintsAnEditOrSaysWhyNot() {
        val (intent, edit) = Fixtures.goldens.first()
        val printed = printing { sample(arrayOf(Fixtures.pack.path, *intent.split(' ').toTypedArray())) }
        assertTrue(edit.toJson() in printed, printed)
        assertTrue("No edit: /no/such/pack" in printing { sample(arrayOf("/no/such/pack", "x")) })
    }

    private fun printing(action: () -> Unit): String {
        val (terminal, printed) = System.out to ByteArrayOutputStream()
        System.setOut(PrintStream(printed))
        try {
            action()
        } finally {
            System.setOut(terminal)
        }
        return printed.toString()
    }
}
