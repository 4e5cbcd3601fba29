package dev.colorist

import java.io.File
import kotlin.time.Duration
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.Dispatchers

/**
 * How an engine works.
 *
 * @property threads Threads for one inference, at least 1. A small model gains nothing from more.
 * @property deadline How long an edit may take, waiting included, unless the call says otherwise;
 *   `null`: as long as it takes.
 * @property idleUnload After how long without a request the model is unloaded; the next request
 *   loads it again. `null`: never.
 * @property library ONNX Runtime's library; `null`: where the core looks for it. The first engine
 *   of a process decides for all.
 * @property lowMemory Takes less memory and more time: loads one thing after the other, and
 *   without an [idleUnload] unloads after 10 seconds.
 * @property cache A folder of the app's cache, for nobody else to write to, in which the engine
 *   keeps what makes the next start faster. Never a word of an intent. `null`: nothing is kept; on
 *   Android the app's own cache folder is used then.
 * @property providers What may run the model, in order of preference; the CPU is what remains. The
 *   first opening with a provider takes the time of its self-test.
 * @property acceptSlower Takes a provider also when it is slower than the CPU.
 * @property log Told what happens, on any thread. Never gets a word of an intent. Must return
 *   soon; whatever it throws is ignored.
 * @property dispatcher Where opening and trimming block.
 * @property trustedKeys Public keys, as `colorist pack keygen` prints them: only packs that one of
 *   them signed are opened, each time the model is loaded. Empty: any pack.
 * @property oldestVersion The lowest version of the pack that is opened, `MAJOR.MINOR.PATCH`, so that
 *   nobody can exchange a signed pack for an older one; `null`: any.
 */
public class ColoristOptions(
    public val threads: Int = 1,
    public val deadline: Duration? = null,
    public val idleUnload: Duration? = null,
    public val library: File? = null,
    public val lowMemory: Boolean = false,
    public val cache: File? = null,
    public val providers: List<Provider> = emptyList(),
    public val acceptSlower: Boolean = false,
    public val log: ((level: LogLevel, text: String) -> Unit)? = null,
    public val dispatcher: CoroutineDispatcher = Dispatchers.IO,
    public val trustedKeys: List<String> = emptyList(),
    public val oldestVersion: String? = null,
) {
    /**
     * For Java.
     *
     * @param threads Threads for one inference, at least 1.
     * @param deadlineMillis [deadline] in milliseconds; 0: as long as it takes.
     * @param idleUnloadMillis [idleUnload] in milliseconds; 0: never.
     * @param library ONNX Runtime's library; `null`: where the core looks for it.
     * @param lowMemory Takes less memory and more time.
     */
    public constructor(
        threads: Int,
        deadlineMillis: Long,
        idleUnloadMillis: Long,
        library: File?,
        lowMemory: Boolean,
    ) : this(threads, deadlineMillis.millisUnlessZero(), idleUnloadMillis.millisUnlessZero(), library, lowMemory)

    init {
        require(threads >= 1) { "threads must be at least 1, is $threads" }
    }

    /** These options with [folder] as [cache], unless they name one. */
    internal fun cachedIn(folder: File): ColoristOptions =
        ColoristOptions(
            threads = threads,
            deadline = deadline,
            idleUnload = idleUnload,
            library = library,
            lowMemory = lowMemory,
            trustedKeys = trustedKeys,
            oldestVersion = oldestVersion,
            cache = cache ?: folder,
            providers = providers,
            acceptSlower = acceptSlower,
            log = log,
            dispatcher = dispatcher,
        )
}

/** How much a log message matters. */
public enum class LogLevel {
    /** What happened to single requests. */
    DEBUG,

    /** Opening, loading, unloading. */
    INFO,

    /** A request failed. */
    WARN,

    /** A pack could not be opened or loaded. */
    ERROR,
}

/** How much memory [Colorist.trim] gives back. */
public enum class TrimLevel {
    /** Buffers and reserves; the next edit is as fast as ever. */
    LIGHT,

    /** The model too; the next edit loads it again, which [Prediction.timings] shows as queue. */
    UNLOAD,
}
