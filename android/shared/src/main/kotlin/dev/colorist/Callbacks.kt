package dev.colorist

import com.sun.jna.CallbackThreadInitializer
import com.sun.jna.Native
import dev.colorist.internal.FfiLoadStep
import dev.colorist.internal.FfiLogLevel
import dev.colorist.internal.FfiObserver
import dev.colorist.internal.uniffiCallbackInterfaceFfiObserver
import dev.colorist.internal.uniffiRustFutureContinuationCallbackImpl

/** What the native library calls. */
internal object Callbacks {
    init {
        // JNA would attach the engine's thread to the VM and detach it again for every answer and
        // every log line. As a daemon it does not keep the process alive either.
        val staysAttached = CallbackThreadInitializer(true, false, "colorist")
        Native.setCallbackThreadInitializer(uniffiRustFutureContinuationCallbackImpl, staysAttached)
        Native.setCallbackThreadInitializer(uniffiCallbackInterfaceFfiObserver.onLog, staysAttached)
    }

    /** The initializer has run once this object is there. */
    fun keepThreadsAttached() = Unit

    /** An observer that tells whom there is, or none. */
    fun observer(
        log: ((LogLevel, String) -> Unit)?,
        onStep: ((LoadProgress.Step) -> Unit)?,
    ): FfiObserver? = if (log == null && onStep == null) null else Observer(log, onStep)

    private class Observer(
        private val log: ((LogLevel, String) -> Unit)?,
        private val onStep: ((LoadProgress.Step) -> Unit)?,
    ) : FfiObserver {
        override fun onLoad(
            step: FfiLoadStep,
            done: UInt,
            total: UInt,
        ) = unharmed { onStep?.invoke(LoadProgress.Step(step.toLoadStep(), done.toInt(), total.toInt())) }

        override fun onLog(
            level: FfiLogLevel,
            text: String,
        ) = unharmed { log?.invoke(level.toLogLevel(), text) }

        /** Whatever the app's callback throws must not reach native code, nor stop the engine. */
        private inline fun unharmed(call: () -> Unit) {
            try {
                call()
            } catch (_: Throwable) {
                // Its failure is its own.
            }
        }
    }
}
