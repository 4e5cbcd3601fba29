package dev.colorist

import dev.colorist.internal.FfiException
import dev.colorist.internal.InternalException
import kotlin.coroutines.cancellation.CancellationException

/**
 * Why a call failed: one class for each thing an app can do about it.
 *
 * [message] says what is wrong and what to do. It never holds a word of an intent, so that it can
 * be logged. A cancelled coroutine gets its usual [CancellationException], not one of these.
 */
public sealed class ColoristException(
    message: String,
    cause: Throwable?,
) : RuntimeException(message, cause) {
    /** The pack is missing, damaged or made for another version: get it again. */
    public class Pack internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** The text was refused, empty or longer than 1 MiB: ask for another one. */
    public class Intent internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** ONNX Runtime is missing, unsuitable or failed: see that the app ships it. */
    public class Runtime internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** A JSON text is no edit: the message names the place. */
    public class InvalidEdit internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** A look cannot be made: no recipe for the filter, no table or no picture of that size. */
    public class Look internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** The pack's tools are not those of [Edit]: use [Colorist.callTools]. */
    public class OtherTools internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** There was no answer within the deadline: try again or go on without. */
    public class DeadlineExceeded internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** The engine or the table was closed: open the pack, or make the table, again. */
    public class Closed internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)

    /** A blocking call came from the log or progress callback: hand over to another thread there. */
    public class CalledFromCallback internal constructor(message: String, cause: Throwable?) :
        ColoristException(message, cause)

    /** A defect of the library: please report it. */
    public class Internal internal constructor(message: String, cause: Throwable?) : ColoristException(message, cause)
}

/** Runs native code; its failures leave as the exceptions that an app knows. */
internal inline fun <T> translating(call: () -> T): T =
    try {
        call()
    } catch (exception: FfiException) {
        throw exception.translated()
    } catch (_: InternalException) {
        // No cause: it holds a panic's words, and nobody checked what those quote.
        throw ColoristException.Internal("internal error in the native library; please report it", null)
    }

/** Like [translating], for calls that meet what was closed; [message] says what to do then. */
internal inline fun <T> translatingClosed(
    message: String,
    call: () -> T,
): T =
    try {
        translating(call)
    } catch (exception: CancellationException) {
        throw exception
    } catch (exception: IllegalStateException) {
        // What generated code throws once the native handle is gone.
        throw ColoristException.Closed(message, exception)
    }

internal const val ENGINE_CLOSED: String = "the engine is closed; open the pack again"

/** The generated messages read `reason=...`; ours are sentences. */
internal fun FfiException.translated(): Exception =
    when (this) {
        is FfiException.Pack -> ColoristException.Pack(reason, this)
        is FfiException.Intent -> ColoristException.Intent(reason, this)
        is FfiException.Runtime -> ColoristException.Runtime(reason, this)
        is FfiException.InvalidEdit -> ColoristException.InvalidEdit(reason, this)
        is FfiException.Look -> ColoristException.Look(reason, this)
        is FfiException.OtherTools -> ColoristException.OtherTools(reason, this)
        is FfiException.Cancelled -> CancellationException("the request was cancelled", this)
        is FfiException.DeadlineExceeded ->
            ColoristException.DeadlineExceeded("the deadline passed before there was an answer", this)
        is FfiException.Closed -> ColoristException.Closed(ENGINE_CLOSED, this)
        is FfiException.CalledFromCallback ->
            ColoristException.CalledFromCallback(
                "a blocking call from a callback would wait for itself; hand over to another thread",
                this,
            )
        is FfiException.Internal -> ColoristException.Internal(reason, this)
    }
