package dev.colorist

import android.content.ComponentCallbacks2
import android.content.Context
import android.content.res.Configuration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch

/** Gives memory back when the system asks for it. */
internal class TrimOnPressure private constructor(
    private val colorist: Colorist,
    dispatcher: CoroutineDispatcher,
) : ComponentCallbacks2 {
    // The system asks on the main thread, and trimming blocks.
    private val scope = CoroutineScope(SupervisorJob() + dispatcher)

    override fun onTrimMemory(level: Int) {
        val background = level >= ComponentCallbacks2.TRIM_MEMORY_BACKGROUND
        val critical = level == ComponentCallbacks2.TRIM_MEMORY_RUNNING_CRITICAL
        trim(if (background || critical) TrimLevel.UNLOAD else TrimLevel.LIGHT)
    }

    override fun onLowMemory() = trim(TrimLevel.UNLOAD)

    override fun onConfigurationChanged(configuration: Configuration) = Unit

    private fun trim(level: TrimLevel) {
        scope.launch {
            try {
                colorist.trim(level)
            } catch (_: ColoristException.Closed) {
                // Closed meanwhile: there is nothing left to give back.
            }
        }
    }

    companion object {
        /** Watches the app's memory for an engine, until it is closed. */
        fun install(
            app: Context,
            colorist: Colorist,
            dispatcher: CoroutineDispatcher,
        ) {
            val callbacks = TrimOnPressure(colorist, dispatcher)
            app.registerComponentCallbacks(callbacks)
            colorist.onClose { app.unregisterComponentCallbacks(callbacks) }
        }
    }
}
