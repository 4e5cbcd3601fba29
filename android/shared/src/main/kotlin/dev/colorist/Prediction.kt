package dev.colorist

import kotlin.time.Duration

/**
 * The answer to an intent.
 *
 * @property edit What the tools shall do.
 * @property confidence How sure the model is of each tool.
 * @property timings How long each phase took.
 * @property tokens Tokens that the model read, special tokens included.
 * @property truncated Whether the text was longer than the model reads; the rest was left out.
 */
public class Prediction internal constructor(
    public val edit: Edit,
    public val confidence: Confidence,
    public val timings: Timings,
    public val tokens: Int,
    public val truncated: Boolean,
) {
    override fun toString(): String =
        "Prediction($edit, $confidence, $timings, tokens=$tokens, truncated=$truncated)"
}

/**
 * How sure the model is of its choice for each tool, used or not: 0 to 1.
 *
 * @property adjust Of [Edit.adjust].
 * @property selectiveAdjust Of [Edit.selectiveAdjust].
 * @property filter Of [Edit.filter].
 */
public class Confidence internal constructor(
    public val adjust: Float,
    public val selectiveAdjust: Float,
    public val filter: Float,
) {
    override fun toString(): String =
        "Confidence(adjust=$adjust, selectiveAdjust=$selectiveAdjust, filter=$filter)"
}

/**
 * How long each phase of a request took, to the microsecond, and what was counted.
 *
 * @property queue Waiting for the inference thread, and loading the model when it was unloaded.
 * @property tokenize Text to token ids.
 * @property inference The runs of the model.
 * @property decode Reading the edit from the model's output, or choosing the tokens to write.
 * @property total From the call, inside the native library, to the answer.
 * @property passes Runs of the decoder: 1 with a slots student.
 * @property forcedTokens Tokens of a text student that the grammar left no choice about; 0 with slots.
 */
public class Timings internal constructor(
    public val queue: Duration,
    public val tokenize: Duration,
    public val inference: Duration,
    public val decode: Duration,
    public val total: Duration,
    public val passes: Int,
    public val forcedTokens: Int,
) {
    override fun toString(): String =
        "Timings(queue=$queue, tokenize=$tokenize, inference=$inference, decode=$decode, total=$total, " +
            "passes=$passes, forcedTokens=$forcedTokens)"
}
