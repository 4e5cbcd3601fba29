package dev.colorist

import dev.colorist.internal.FfiEngine
import dev.colorist.internal.runtimeVersion
import dev.colorist.internal.sdkVersion
import java.io.File
import java.util.concurrent.CopyOnWriteArrayList
import java.util.concurrent.atomic.AtomicBoolean
import kotlin.time.Duration
import kotlinx.coroutines.CancellationException
import kotlinx.coroutines.NonCancellable
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.currentCoroutineContext
import kotlinx.coroutines.ensureActive
import kotlinx.coroutines.flow.Flow
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.isActive
import kotlinx.coroutines.launch
import kotlinx.coroutines.withContext

/**
 * Turns intents, words such as "golden hour", into edits, on the device.
 *
 * ```
 * Colorist.open(File("colorist-small")).use { colorist ->
 *     val edit = colorist.edit("golden hour").edit
 *     println(edit.adjust?.temperature)
 * }
 * ```
 *
 * Inference runs on a native thread of its own, one intent after the other. Every function may be
 * called from any thread and any number of coroutines.
 */
public class Colorist private constructor(
    private val engine: FfiEngine,
    private val options: ColoristOptions,
) : AutoCloseable {
    private val closed = AtomicBoolean()
    private val closeActions = CopyOnWriteArrayList<() -> Unit>()

    /** What the pack says about itself; also after closing. */
    public val info: PackInfo = engine.info().toPackInfo()

    private val openedOn = engine.provider().toProviderReport()

    /**
     * What runs the model, and why none of the others of [ColoristOptions.providers]; after closing,
     * what ran at first. It changes when a provider fails later on, and the CPU goes on in its place.
     */
    public val provider: ProviderReport
        get() =
            try {
                whileOpen { engine.provider().toProviderReport() }
            } catch (_: ColoristException.Closed) {
                openedOn
            }

    /** The tools with their ranges; also after closing, when it was asked for before. */
    public val catalog: Catalog by lazy { whileOpen { Catalog(engine.catalog()) } }

    /** Whether the model is in memory: not after [close]. The next edit loads it when it is not. */
    public val isLoaded: Boolean
        get() =
            try {
                whileOpen { engine.isLoaded() }
            } catch (_: ColoristException.Closed) {
                false
            }

    /**
     * How long the last loading took.
     *
     * @throws ColoristException.Closed after [close].
     */
    public val loadTimings: LoadTimings get() = whileOpen { engine.loadTimings().toLoadTimings() }

    /**
     * What the engine has done so far.
     *
     * @throws ColoristException.Closed after [close].
     */
    public val stats: Stats get() = whileOpen { engine.stats().toStats() }

    /**
     * What the tools shall do for [intent], any text up to 1 MiB.
     *
     * Suspends without occupying a thread, so it may be called on the main thread. Cancelling the
     * coroutine returns at once and stops the native work.
     *
     * @param deadline How long it may take, waiting included; `null`: [ColoristOptions.deadline].
     * @throws ColoristException.Intent when the text is blank or too long.
     * @throws ColoristException.OtherTools when the pack's tools are not those of [Edit]: see [callTools].
     * @throws ColoristException.DeadlineExceeded when the deadline passed.
     * @throws ColoristException.Closed after [close], also when it comes while this waits.
     * @throws ColoristException.Pack or [ColoristException.Runtime] when the model was unloaded
     *   and could not be loaded again.
     */
    public suspend fun edit(
        intent: String,
        deadline: Duration? = null,
    ): Prediction = whileOpen { engine.edit(intent.wellFormed(), deadline?.toMillis() ?: NO_DEADLINE) }.toPrediction()

    /**
     * [edit] for Java and for threads that may block. Not for the main thread.
     *
     * @param deadlineMillis How long it may take, milliseconds; 0: [ColoristOptions.deadline]. A
     *   negative one has passed already.
     * @throws ColoristException as [edit], and [ColoristException.CalledFromCallback] from inside
     *   [ColoristOptions.log].
     */
    @JvmOverloads
    public fun editBlocking(
        intent: String,
        deadlineMillis: Long = 0,
    ): Prediction {
        val deadline = deadlineMillis.millisUnlessZero()?.toMillis() ?: NO_DEADLINE
        return whileOpen { engine.editBlocking(intent.wellFormed(), deadline) }.toPrediction()
    }

    /**
     * Which of the pack's tools shall be used for [intent] and with which values, whatever tools
     * these are: those of [Edit], or another app's.
     *
     * Suspends without occupying a thread. Cancelling the coroutine returns at once and stops the
     * native work.
     *
     * @param deadline How long it may take, waiting included; `null`: [ColoristOptions.deadline].
     * @throws ColoristException as [edit], but never [ColoristException.OtherTools].
     */
    public suspend fun callTools(
        intent: String,
        deadline: Duration? = null,
    ): ToolPrediction =
        whileOpen { engine.callTools(intent.wellFormed(), deadline?.toMillis() ?: NO_DEADLINE) }.toToolPrediction()

    /**
     * [callTools] for Java and for threads that may block. Not for the main thread.
     *
     * @param deadlineMillis As for [editBlocking].
     * @throws ColoristException as [callTools], and [ColoristException.CalledFromCallback] from
     *   inside [ColoristOptions.log].
     */
    @JvmOverloads
    public fun callToolsBlocking(
        intent: String,
        deadlineMillis: Long = 0,
    ): ToolPrediction {
        val deadline = deadlineMillis.millisUnlessZero()?.toMillis() ?: NO_DEADLINE
        return whileOpen { engine.callToolsBlocking(intent.wellFormed(), deadline) }.toToolPrediction()
    }

    /**
     * Gives memory back, after the requests that are already waiting.
     *
     * @throws ColoristException.Closed after [close].
     */
    public suspend fun trim(level: TrimLevel): Unit =
        withContext(options.dispatcher) { whileOpen { engine.trim(level.toFfi()) } }

    /**
     * Stops the running request, answers the waiting ones and all later ones with
     * [ColoristException.Closed], frees the memory. May be called twice, and by any thread: it
     * waits only for the native thread to stop, which takes milliseconds, or the rest of a reload.
     */
    override fun close() {
        if (closed.compareAndSet(false, true)) {
            closeActions.forEach { it() }
            engine.shutdown()
            engine.close()
        }
    }

    /** Runs [action] at [close]. */
    internal fun onClose(action: () -> Unit) {
        closeActions += action
    }

    private inline fun <T> whileOpen(call: () -> T): T {
        if (closed.get()) throw ColoristException.Closed(ENGINE_CLOSED, null)
        return translatingClosed(ENGINE_CLOSED, call)
    }

    public companion object {
        /** The version of this SDK. */
        @JvmStatic
        public val version: String get() = sdkVersion()

        /** The version of ONNX Runtime that this SDK is made for. */
        @JvmStatic
        public val onnxRuntimeVersion: String get() = runtimeVersion()

        /**
         * Opens a pack, a folder or a `.colorist` archive: verifies it and loads the model, on
         * [ColoristOptions.dispatcher]. When the coroutine is cancelled meanwhile, what was opened
         * is closed again.
         *
         * @throws ColoristException.Pack when the pack is missing, damaged or for another version.
         * @throws ColoristException.Runtime when ONNX Runtime is missing or unsuitable.
         */
        public suspend fun open(
            pack: File,
            options: ColoristOptions = ColoristOptions(),
        ): Colorist = opening(options) { openNow(pack, options, null) }

        /**
         * [open], watched: emits each step of loading, then [LoadProgress.Ready] with the engine,
         * which the collector must close. A collection that is cancelled before gets its engine
         * closed. Put no operator that buffers (`flowOn`, `buffer`, `conflate`) between: an engine
         * in its buffer would be lost when the collector goes.
         */
        public fun load(
            pack: File,
            options: ColoristOptions = ColoristOptions(),
        ): Flow<LoadProgress> = watched { onStep -> opening(options) { openNow(pack, options, onStep) } }

        /** [open] for Java and for threads that may block. */
        @JvmStatic
        @JvmOverloads
        public fun openBlocking(
            pack: File,
            options: ColoristOptions = ColoristOptions(),
        ): Colorist = openNow(pack, options, null)

        /** What [open] opens where [options] say. */
        internal suspend fun opening(
            options: ColoristOptions,
            open: () -> Colorist,
        ): Colorist {
            var opened: Colorist? = null
            try {
                return withContext(options.dispatcher) { open().also { opened = it } }
            } catch (cancelled: CancellationException) {
                // withContext drops its result when the caller was cancelled meanwhile.
                opened?.let { withContext(NonCancellable + options.dispatcher) { it.close() } }
                throw cancelled
            }
        }

        internal fun watched(open: suspend (onStep: (LoadProgress.Step) -> Unit) -> Colorist): Flow<LoadProgress> =
            flow {
                // What is underway when the collector goes is closed, not lost.
                val progress =
                    Channel<LoadProgress>(Channel.UNLIMITED) { (it as? LoadProgress.Ready)?.colorist?.close() }
                coroutineScope {
                    launch {
                        val colorist = open { progress.trySend(it) }
                        if (progress.trySend(LoadProgress.Ready(colorist)).isFailure) colorist.close()
                        progress.close()
                    }
                    try {
                        for (event in progress) {
                            // Emitting to a collector that has gone fails, and would drop the engine.
                            if (event is LoadProgress.Ready && !currentCoroutineContext().isActive) {
                                event.colorist.close()
                                currentCoroutineContext().ensureActive()
                            }
                            emit(event)
                        }
                    } finally {
                        progress.cancel()
                    }
                }
            }

        internal fun openNow(
            pack: File,
            options: ColoristOptions,
            onStep: ((LoadProgress.Step) -> Unit)?,
        ): Colorist {
            Callbacks.keepThreadsAttached()
            val observer = Callbacks.observer(options.log, onStep)
            val engine = translating { FfiEngine.open(pack.path.wellFormed(), options.toFfi(), observer) }
            return Colorist(engine, options)
        }
    }
}
