package dev.colorist

import android.content.ComponentCallbacks2
import android.content.Context
import android.content.res.Configuration
import java.lang.ref.WeakReference
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.SupervisorJob
import kotlinx.coroutines.launch

/**
 * Gives memory back when the system asks for it: buffers when the UI is hidden, the model when the
 * process becomes a cached one. Before Android 14 the system also tells when memory is critically
 * short, and the model goes then too.
 */
internal class TrimOnPressure private constructor(
    private val app: Context,
    colorist: Colorist,
    dispatcher: CoroutineDispatcher,
) : ComponentCallbacks2 {
    // The app lives as long as its process, and must not keep an engine that nobody has any more.
    private val engine = WeakReference(colorist)

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
        val colorist = engine.get() ?: return app.unregisterComponentCallbacks(this)
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
            val callbacks = TrimOnPressure(app, colorist, dispatcher)
            app.registerComponentCallbacks(callbacks)
            colorist.onClose { app.unregisterComponentCallbacks(callbacks) }
        }
    }
}
