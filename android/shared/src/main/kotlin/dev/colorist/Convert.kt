package dev.colorist

import dev.colorist.internal.FfiAdjust
import dev.colorist.internal.FfiColorAdjust
import dev.colorist.internal.FfiDifference
import dev.colorist.internal.FfiEdit
import dev.colorist.internal.FfiFilter
import dev.colorist.internal.FfiLoadStep
import dev.colorist.internal.FfiLoadTimings
import dev.colorist.internal.FfiLogLevel
import dev.colorist.internal.FfiOptions
import dev.colorist.internal.FfiPackInfo
import dev.colorist.internal.FfiPrediction
import dev.colorist.internal.FfiProvider
import dev.colorist.internal.FfiProviderReport
import dev.colorist.internal.FfiSelectiveAdjust
import dev.colorist.internal.FfiSelfTest
import dev.colorist.internal.FfiStats
import dev.colorist.internal.FfiTimings
import dev.colorist.internal.FfiToolPrediction
import dev.colorist.internal.FfiTrimLevel
import dev.colorist.internal.FfiWhyNot
import kotlin.time.Duration
import kotlin.time.Duration.Companion.microseconds
import kotlin.time.Duration.Companion.milliseconds

// Between the public types and the generated ones, field by field.

internal fun Edit.toFfi(): FfiEdit = FfiEdit(adjust?.toFfi(), selectiveAdjust?.toFfi(), filter?.toFfi())

private fun Adjust.toFfi() =
    FfiAdjust(
        exposure = exposure,
        contrast = contrast,
        brightness = brightness,
        highlights = highlights,
        shadows = shadows,
        saturation = saturation,
        vibrance = vibrance,
        temperature = temperature,
        tint = tint,
        hue = hue,
        bloom = bloom,
        sharpen = sharpen,
        structure = structure,
        linearOffset = linearOffset,
    )

private fun SelectiveAdjust.toFfi() =
    FfiSelectiveAdjust(
        red = red.toFfi(),
        orange = orange.toFfi(),
        yellow = yellow.toFfi(),
        green = green.toFfi(),
        cyan = cyan.toFfi(),
        blue = blue.toFfi(),
    )

private fun ColorAdjust.toFfi() = FfiColorAdjust(saturation, luminance)

private fun Filter.toFfi() = FfiFilter(name.wellFormed(), intensity)

internal fun FfiEdit.toEdit(): Edit = Edit(adjust?.toAdjust(), selectiveAdjust?.toSelectiveAdjust(), filter?.toFilter())

private fun FfiAdjust.toAdjust() =
    Adjust(
        exposure = exposure,
        contrast = contrast,
        brightness = brightness,
        highlights = highlights,
        shadows = shadows,
        saturation = saturation,
        vibrance = vibrance,
        temperature = temperature,
        tint = tint,
        hue = hue,
        bloom = bloom,
        sharpen = sharpen,
        structure = structure,
        linearOffset = linearOffset,
    )

private fun FfiSelectiveAdjust.toSelectiveAdjust() =
    SelectiveAdjust(
        red = red.toColorAdjust(),
        orange = orange.toColorAdjust(),
        yellow = yellow.toColorAdjust(),
        green = green.toColorAdjust(),
        cyan = cyan.toColorAdjust(),
        blue = blue.toColorAdjust(),
    )

private fun FfiColorAdjust.toColorAdjust() = ColorAdjust(saturation, luminance)

private fun FfiFilter.toFilter() = Filter(name, intensity)

internal fun FfiDifference.toDifference(): Difference =
    when (this) {
        is FfiDifference.Slider -> Difference.Slider(name, before, after)
        is FfiDifference.Filter -> Difference.Filter(before?.toFilter(), after?.toFilter())
    }

internal fun FfiPrediction.toPrediction(): Prediction =
    Prediction(
        edit = edit.toEdit(),
        confidence = Confidence(confidence.adjust, confidence.selectiveAdjust, confidence.filter),
        timings = timings.toTimings(),
        tokens = tokens.toInt(),
        truncated = truncated,
    )

internal fun FfiToolPrediction.toToolPrediction(): ToolPrediction =
    ToolPrediction(
        calls = calls.map { call -> ToolCall(call.tool, call.choice, call.values.associate { it.name to it.value }) },
        confidence = confidence.associate { it.tool to it.value },
        timings = timings.toTimings(),
        tokens = tokens.toInt(),
        truncated = truncated,
    )

private fun FfiTimings.toTimings() =
    Timings(
        queue = queueUs.micros(),
        tokenize = tokenizeUs.micros(),
        inference = inferenceUs.micros(),
        decode = decodeUs.micros(),
        total = totalUs.micros(),
        passes = passes.toInt(),
        forcedTokens = forcedTokens.toInt(),
    )

internal fun FfiPackInfo.toPackInfo(): PackInfo =
    PackInfo(name, version, license, family, parameters.toLong(), quantization)

internal fun FfiLoadTimings.toLoadTimings(): LoadTimings =
    LoadTimings(
        verify = verifyUs.micros(),
        tokenizer = tokenizerUs.micros(),
        session = sessionUs.micros(),
        total = totalUs.micros(),
    )

internal fun FfiStats.toStats(): Stats =
    Stats(
        requests = requests.toLong(),
        answered = answered.toLong(),
        cancelled = cancelled.toLong(),
        expired = expired.toLong(),
        failed = failed.toLong(),
        runs = runs.toLong(),
        stopped = stopped.toLong(),
        waiting = waiting.toLong(),
    )

internal fun FfiLoadStep.toLoadStep(): LoadStep =
    when (this) {
        FfiLoadStep.LIBRARY -> LoadStep.LIBRARY
        FfiLoadStep.VERIFY -> LoadStep.VERIFY
        FfiLoadStep.TOKENIZER -> LoadStep.TOKENIZER
        FfiLoadStep.SESSION -> LoadStep.SESSION
    }

internal fun FfiLogLevel.toLogLevel(): LogLevel =
    when (this) {
        FfiLogLevel.DEBUG -> LogLevel.DEBUG
        FfiLogLevel.INFO -> LogLevel.INFO
        FfiLogLevel.WARN -> LogLevel.WARN
        FfiLogLevel.ERROR -> LogLevel.ERROR
    }

internal fun TrimLevel.toFfi(): FfiTrimLevel =
    when (this) {
        TrimLevel.LIGHT -> FfiTrimLevel.LIGHT
        TrimLevel.UNLOAD -> FfiTrimLevel.UNLOAD
    }

internal fun ColoristOptions.toFfi(): FfiOptions =
    FfiOptions(
        threads = threads.toUInt(),
        deadlineMs = deadline?.toMillis(),
        idleUnloadMs = idleUnload?.toMillis(),
        library = library?.path?.wellFormed(),
        lowMemory = lowMemory,
        trustedKeys = trustedKeys.map(String::wellFormed),
        oldestVersion = oldestVersion?.wellFormed(),
        cache = cache?.path?.wellFormed(),
        providers = providers.map { it.toFfi() },
        acceptSlower = acceptSlower,
    )

private fun Provider.toFfi(): FfiProvider =
    when (this) {
        is Provider.Qnn ->
            FfiProvider.Qnn(library?.path?.wellFormed(), backend?.path?.wellFormed(), options.wellFormed())
        is Provider.CoreMl -> FfiProvider.CoreMl
        is Provider.Nnapi -> FfiProvider.Nnapi
        is Provider.Xnnpack -> FfiProvider.Xnnpack
        is Provider.Plugin ->
            FfiProvider.Plugin(name.wellFormed(), library?.path?.wellFormed(), options.wellFormed())
        is Provider.Cpu -> FfiProvider.Cpu
    }

private fun Map<String, String>.wellFormed() =
    entries.associate { (key, value) -> key.wellFormed() to value.wellFormed() }

internal fun FfiProviderReport.toProviderReport(): ProviderReport =
    ProviderReport(
        running = running,
        runtimeVersion = runtimeVersion,
        graphs = graphs,
        selfTest = selfTest?.toSelfTest(),
        others = others.map { RefusedProvider(it.name, it.why.toWhyNot(), it.reason) },
        summary = summary,
    )

private fun FfiSelfTest.toSelfTest() =
    SelfTest(
        goldens = goldens.toInt(),
        differing = differing.toInt(),
        greatest = greatest.toInt(),
        median = medianUs.toLong().microseconds,
        cpuMedian = cpuMedianUs?.toLong()?.microseconds,
    )

private fun FfiWhyNot.toWhyNot() =
    when (this) {
        FfiWhyNot.NOT_BUILT -> WhyNot.NOT_BUILT
        FfiWhyNot.NOT_AVAILABLE -> WhyNot.NOT_AVAILABLE
        FfiWhyNot.NO_GRAPH -> WhyNot.NO_GRAPH
        FfiWhyNot.NO_GOLDENS -> WhyNot.NO_GOLDENS
        FfiWhyNot.NODES_ON_CPU -> WhyNot.NODES_ON_CPU
        FfiWhyNot.SELF_TEST_FAILED -> WhyNot.SELF_TEST_FAILED
        FfiWhyNot.SLOWER_THAN_CPU -> WhyNot.SLOWER_THAN_CPU
        FfiWhyNot.FAILED -> WhyNot.FAILED
        FfiWhyNot.CRASHED -> WhyNot.CRASHED
        FfiWhyNot.NOT_TRIED -> WhyNot.NOT_TRIED
        FfiWhyNot.OTHER -> WhyNot.OTHER
    }

/** Stands for the deadline of the options. */
internal const val NO_DEADLINE: ULong = ULong.MAX_VALUE

/** Rounded up, so that a short deadline is not one that has passed already. */
internal fun Duration.toMillis(): ULong {
    val floor = inWholeMilliseconds
    val millis = if (floor < Long.MAX_VALUE && floor.milliseconds < this) floor + 1 else floor
    return millis.coerceAtLeast(0).toULong()
}

/** Milliseconds from Java, where 0 stands for none. */
internal fun Long.millisUnlessZero(): Duration? = takeIf { it != 0L }?.milliseconds

private fun ULong.micros(): Duration = toLong().microseconds

/**
 * The same text without halves of surrogate pairs, which have no UTF-8: each becomes `?`, as the
 * JVM's own encoder does it.
 */
internal fun String.wellFormed(): String =
    if (any(Char::isSurrogate)) String(toByteArray(Charsets.UTF_8), Charsets.UTF_8) else this
