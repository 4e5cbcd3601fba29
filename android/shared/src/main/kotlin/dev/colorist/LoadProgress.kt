package dev.colorist

/** What [Colorist.load] emits: steps, in no fixed order, then [Ready]. */
public sealed interface LoadProgress {
    /**
     * A step of loading has ended.
     *
     * @property step Which one.
     * @property done How many steps have ended.
     * @property total How many there are.
     */
    public class Step internal constructor(
        public val step: LoadStep,
        public val done: Int,
        public val total: Int,
    ) : LoadProgress {
        override fun toString(): String = "$step ($done of $total)"
    }

    /**
     * The pack is open. Whoever receives this must close it.
     *
     * @property colorist The open engine.
     */
    public class Ready internal constructor(
        public val colorist: Colorist,
    ) : LoadProgress {
        override fun toString(): String = "Ready"
    }
}

/** A step of loading. */
public enum class LoadStep {
    /** ONNX Runtime's library was opened. */
    LIBRARY,

    /** The pack's files were read and verified. */
    VERIFY,

    /** The tokenizer was parsed. */
    TOKENIZER,

    /** The model was built. */
    SESSION,
}
