package dev.colorist

/**
 * The answer to an intent as calls of the pack's tools, whichever these are.
 *
 * @property calls A call of each tool that is used, in the catalog's order.
 * @property confidence How sure the model is of each tool, used or not, by the tool's name: 0 to 1.
 * @property timings How long each phase took.
 * @property tokens Tokens that the model read, special tokens included.
 * @property truncated Whether the text was longer than the model reads; the rest was left out.
 */
public class ToolPrediction internal constructor(
    public val calls: List<ToolCall>,
    public val confidence: Map<String, Float>,
    public val timings: Timings,
    public val tokens: Int,
    public val truncated: Boolean,
) {
    /** The call of [tool]; `null` when it is not used. */
    public operator fun get(tool: String): ToolCall? = calls.find { it.tool == tool }

    override fun toString(): String =
        "ToolPrediction($calls, $confidence, $timings, tokens=$tokens, truncated=$truncated)"
}

/**
 * A tool that is used.
 *
 * @property tool Its name.
 * @property choice The name chosen, such as a sticker's; `null` for tools that choose nothing.
 * @property values All its values by name, in the catalog's order, also those of 0: sliders;
 *   `ROW.COLUMN` of a grid; the amount of a choice, if it has one.
 */
public data class ToolCall(
    public val tool: String,
    public val choice: String?,
    public val values: Map<String, Int>,
)
