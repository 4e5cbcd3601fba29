package dev.colorist

import java.io.File
import kotlinx.coroutines.runBlocking
import org.junit.jupiter.api.Assertions.assertEquals
import org.junit.jupiter.api.Assertions.assertTrue
import org.junit.jupiter.api.Test

/** An app that trusts a key opens what it signed, and nothing else; the rules are tested in Rust. */
class SignatureTest {
    private val key = Fixtures.tinyPack.resolveSibling("test-key.pub").readText()

    /** Another valid key: the first test vector of RFC 8032. */
    private val other = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"

    @Test
    fun aTrustedKeyOpensWhatItSigned() =
        runBlocking<Unit> {
            for (keys in listOf(listOf(key), listOf(other, key))) {
                val options = ColoristOptions(trustedKeys = keys, oldestVersion = "0.0.1")
                Colorist.open(Fixtures.tinyPack, options).use {
                    assertEquals(30, it.edit("warm").edit.adjust?.temperature)
                }
            }
        }

    @Test
    fun everythingElseIsRefused() {
        assertTrue("does not trust" in refusal(ColoristOptions(trustedKeys = listOf(other))))
        assertTrue("not signed" in refusal(ColoristOptions(trustedKeys = listOf(key)), Fixtures.stickerPack))
        assertTrue("0.0.2" in refusal(ColoristOptions(trustedKeys = listOf(key), oldestVersion = "0.0.2")))
        assertTrue("public key" in refusal(ColoristOptions(trustedKeys = listOf("key"))))
    }

    private fun refusal(
        options: ColoristOptions,
        pack: File = Fixtures.tinyPack,
    ): String {
        val failure = runCatching { Colorist.openBlocking(pack, options).close() }.exceptionOrNull()
        assertTrue(failure is ColoristException.Pack, "$failure")
        return failure!!.message.orEmpty()
    }
}
