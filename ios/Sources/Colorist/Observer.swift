internal import ColoristFFI

/// Hands what the bridge reports to the app's closures.
final class Observer: FfiObserver {
    private let onProgress: (@Sendable (Colorist.LoadProgress) -> Void)?
    private let log: (@Sendable (Colorist.LogLevel, String) -> Void)?

    /// `nil` when nobody listens, so that nothing is reported at all.
    init?(
        onProgress: (@Sendable (Colorist.LoadProgress) -> Void)?,
        log: (@Sendable (Colorist.LogLevel, String) -> Void)?
    ) {
        if onProgress == nil && log == nil { return nil }
        self.onProgress = onProgress
        self.log = log
    }

    func onLoad(step: FfiLoadStep, done: UInt32, total: UInt32) throws {
        onProgress?(.init(step: .init(step), done: Int(done), total: Int(total)))
    }

    func onLog(level: FfiLogLevel, text: String) throws {
        log?(.init(level), text)
    }
}

extension Colorist.LoadProgress.Step {
    init(_ ffi: FfiLoadStep) {
        self =
            switch ffi {
            case .library: .library
            case .verify: .verify
            case .tokenizer: .tokenizer
            case .session: .session
            }
    }
}

extension Colorist.LogLevel {
    init(_ ffi: FfiLogLevel) {
        self =
            switch ffi {
            case .debug: .debug
            case .info: .info
            case .warn: .warning
            case .error: .error
            }
    }
}

extension Colorist.TrimLevel {
    var ffi: FfiTrimLevel {
        switch self {
        case .light: .light
        case .unload: .unload
        }
    }
}
