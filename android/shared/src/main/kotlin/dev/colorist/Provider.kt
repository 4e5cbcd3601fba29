package dev.colorist

import java.io.File
import kotlin.time.Duration

/**
 * What may run the model beside the CPU; see [ColoristOptions.providers].
 *
 * One is used only after it reproduced the pack's recorded answers on this very device.
 * [Colorist.provider] tells which one runs, and why not the others. The native library must have
 * been built with it.
 */
public sealed class Provider {
    /**
     * Qualcomm's NPU.
     *
     * @property library The plugin, `libonnxruntime_providers_qnn.so`; `null`: ONNX Runtime has it
     *   built in.
     * @property backend The backend, `libQnnHtp.so` for the NPU; `null`: the provider's default.
     * @property options The provider's own options.
     */
    public class Qnn(
        public val library: File? = null,
        public val backend: File? = null,
        public val options: Map<String, String> = emptyMap(),
    ) : Provider()

    /** Apple's Neural Engine and GPU. */
    public object CoreMl : Provider()

    /** Android's Neural Networks API. */
    public object Nnapi : Provider()

    /** Google's kernels for the CPU, for floating point. */
    public object Xnnpack : Provider()

    /**
     * Any provider that comes in a library of its own.
     *
     * @property name The provider's name, such as `QNNExecutionProvider`.
     * @property library The library; `null`: one that ONNX Runtime has already.
     * @property options The provider's own options.
     */
    public class Plugin(
        public val name: String,
        public val library: File? = null,
        public val options: Map<String, String> = emptyMap(),
    ) : Provider()

    /** The CPU, which needs not be named; what stands behind it is not tried. */
    public object Cpu : Provider()
}

/**
 * Which provider runs, and why not the others.
 *
 * @property running The name of the provider that runs, such as `CPU`.
 * @property runtimeVersion The version of ONNX Runtime.
 * @property graphs The pack's files that it runs.
 * @property selfTest How it did in its self-test; `null` for the CPU, which needs none.
 * @property others Every other provider that was wanted, in the order of preference.
 */
public class ProviderReport internal constructor(
    public val running: String,
    public val runtimeVersion: String,
    public val graphs: List<String>,
    public val selfTest: SelfTest?,
    public val others: List<RefusedProvider>,
    private val summary: String,
) {
    /** What runs, in one line: `CPU (ONNX Runtime 1.28.0)`. */
    override fun toString(): String = summary
}

/**
 * What a self-test found.
 *
 * @property goldens How many of the pack's recorded intents were asked.
 * @property differing How many of their answers differed by more than the pack's tolerance.
 * @property greatest The greatest distance of a value where tools and names were the same.
 * @property median The median time of an inference.
 * @property cpuMedian The median time on the CPU; `null` when it did not matter.
 */
public class SelfTest internal constructor(
    public val goldens: Int,
    public val differing: Int,
    public val greatest: Int,
    public val median: Duration,
    public val cpuMedian: Duration?,
)

/**
 * A provider that does not run.
 *
 * @property name Its name.
 * @property why Why, for programs.
 * @property reason Why, for people.
 */
public class RefusedProvider internal constructor(
    public val name: String,
    public val why: WhyNot,
    public val reason: String,
) {
    override fun toString(): String = "$name: $reason"
}

/** Why a provider does not run. */
public enum class WhyNot {
    /** The native library was built without it. */
    NOT_BUILT,

    /** The ONNX Runtime in use or the device lacks it, or its library cannot be loaded. */
    NOT_AVAILABLE,

    /** The pack has no graph for it. */
    NO_GRAPH,

    /** The pack has no recorded answers to test it with. */
    NO_GOLDENS,

    /** It cannot run every node of the graph. */
    NODES_ON_CPU,

    /** Its answers are not the recorded ones. */
    SELF_TEST_FAILED,

    /** It is right but slower than the CPU; see [ColoristOptions.acceptSlower]. */
    SLOWER_THAN_CPU,

    /** An inference failed, in the self-test or later. */
    FAILED,

    /** The process ended in its last self-test. */
    CRASHED,

    /** One that is preferred runs. */
    NOT_TRIED,

    /** Another reason: see [RefusedProvider.reason]. */
    OTHER,
}
