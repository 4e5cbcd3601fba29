package dev.colorist

import kotlin.time.Duration

/**
 * What a pack says about itself.
 *
 * @property name Its name, such as `colorist-small`.
 * @property version Its own version.
 * @property license Under what terms it may be used.
 * @property family The model's family, such as `t5-v1.1`.
 * @property parameters The model's trained numbers.
 * @property quantization How its weights are stored, such as `dynamic-int8`.
 */
public class PackInfo internal constructor(
    public val name: String,
    public val version: String,
    public val license: String,
    public val family: String,
    public val parameters: Long,
    public val quantization: String,
) {
    override fun toString(): String = "$name $version ($family, $parameters parameters, $quantization)"
}

/**
 * How long the last loading took, by phase; phases run side by side.
 *
 * @property verify Reading the files and checking sizes and hashes.
 * @property tokenizer Parsing the tokenizer.
 * @property session Building the session.
 * @property total From the call until the model could answer.
 */
public class LoadTimings internal constructor(
    public val verify: Duration,
    public val tokenizer: Duration,
    public val session: Duration,
    public val total: Duration,
) {
    override fun toString(): String =
        "LoadTimings(verify=$verify, tokenizer=$tokenizer, session=$session, total=$total)"
}

/**
 * Counts of an engine since it was opened.
 *
 * @property requests Requests made.
 * @property answered Requests answered with an edit.
 * @property cancelled Requests that were cancelled.
 * @property expired Requests whose deadline passed.
 * @property failed Requests that ended with any other error.
 * @property runs Runs of the model that were started.
 * @property stopped Runs that were stopped before their end.
 * @property waiting Requests that wait or run.
 */
public class Stats internal constructor(
    public val requests: Long,
    public val answered: Long,
    public val cancelled: Long,
    public val expired: Long,
    public val failed: Long,
    public val runs: Long,
    public val stopped: Long,
    public val waiting: Long,
) {
    override fun toString(): String =
        "Stats(requests=$requests, answered=$answered, cancelled=$cancelled, expired=$expired, " +
            "failed=$failed, runs=$runs, stopped=$stopped, waiting=$waiting)"
}
