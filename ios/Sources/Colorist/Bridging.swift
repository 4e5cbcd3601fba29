// Public values to the bridge's and back. The bridge counts in 32 bits; larger values are clamped.
internal import ColoristFFI

extension Edit {
    init(_ ffi: FfiEdit) {
        adjust = ffi.adjust.map(Adjust.init)
        selectiveAdjust = ffi.selectiveAdjust.map(SelectiveAdjust.init)
        filter = ffi.filter.map(Filter.init)
    }

    var ffi: FfiEdit {
        FfiEdit(
            adjust: adjust?.ffi, selectiveAdjust: selectiveAdjust?.ffi, filter: filter?.ffi)
    }
}

extension Edit.Filter {
    init(_ ffi: FfiFilter) {
        self.init(name: ffi.name, intensity: Int(ffi.intensity))
    }

    var ffi: FfiFilter {
        FfiFilter(name: name, intensity: Int32(clamping: intensity))
    }
}

extension Edit.Adjust {
    init(_ ffi: FfiAdjust) {
        self.init(
            exposure: Int(ffi.exposure), contrast: Int(ffi.contrast),
            brightness: Int(ffi.brightness), highlights: Int(ffi.highlights),
            shadows: Int(ffi.shadows), saturation: Int(ffi.saturation),
            vibrance: Int(ffi.vibrance), temperature: Int(ffi.temperature), tint: Int(ffi.tint),
            hue: Int(ffi.hue), bloom: Int(ffi.bloom), sharpen: Int(ffi.sharpen),
            structure: Int(ffi.structure), linearOffset: Int(ffi.linearOffset))
    }

    var ffi: FfiAdjust {
        FfiAdjust(
            exposure: Int32(clamping: exposure), contrast: Int32(clamping: contrast),
            brightness: Int32(clamping: brightness), highlights: Int32(clamping: highlights),
            shadows: Int32(clamping: shadows), saturation: Int32(clamping: saturation),
            vibrance: Int32(clamping: vibrance), temperature: Int32(clamping: temperature),
            tint: Int32(clamping: tint), hue: Int32(clamping: hue), bloom: Int32(clamping: bloom),
            sharpen: Int32(clamping: sharpen), structure: Int32(clamping: structure),
            linearOffset: Int32(clamping: linearOffset))
    }
}

extension Edit.SelectiveAdjust {
    init(_ ffi: FfiSelectiveAdjust) {
        self.init(
            red: .init(ffi.red), orange: .init(ffi.orange), yellow: .init(ffi.yellow),
            green: .init(ffi.green), cyan: .init(ffi.cyan), blue: .init(ffi.blue))
    }

    var ffi: FfiSelectiveAdjust {
        FfiSelectiveAdjust(
            red: red.ffi, orange: orange.ffi, yellow: yellow.ffi, green: green.ffi,
            cyan: cyan.ffi, blue: blue.ffi)
    }
}

extension Edit.ColorAdjust {
    init(_ ffi: FfiColorAdjust) {
        self.init(saturation: Int(ffi.saturation), luminance: Int(ffi.luminance))
    }

    var ffi: FfiColorAdjust {
        FfiColorAdjust(
            saturation: Int32(clamping: saturation), luminance: Int32(clamping: luminance))
    }
}

extension Prediction {
    init(_ ffi: FfiPrediction) {
        edit = Edit(ffi.edit)
        confidence = Confidence(
            adjust: ffi.confidence.adjust, selectiveAdjust: ffi.confidence.selectiveAdjust,
            filter: ffi.confidence.filter)
        timings = Timings(ffi.timings)
        tokens = Int(ffi.tokens)
        truncated = ffi.truncated
    }
}

extension Prediction.Timings {
    init(_ ffi: FfiTimings) {
        self.init(
            queue: Duration(microseconds: ffi.queueUs),
            tokenize: Duration(microseconds: ffi.tokenizeUs),
            inference: Duration(microseconds: ffi.inferenceUs),
            decode: Duration(microseconds: ffi.decodeUs),
            total: Duration(microseconds: ffi.totalUs),
            passes: Int(ffi.passes),
            forcedTokens: Int(ffi.forcedTokens))
    }
}
