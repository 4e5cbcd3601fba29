internal import ColoristFFI

/// Turns words such as "golden hour" into the slider positions of a photo or video editor, on the
/// device.
///
/// ```swift
/// let colorist = try await Colorist(pack: .bundled)       // import ColoristSmall
/// let prediction = try await colorist.edit("golden hour")
/// temperature = prediction.adjust?.temperature ?? 0
/// ```
///
/// One instance serves the whole app: any number of tasks may use it, and it answers one intent
/// after the other on a thread of its own. What it holds is freed with the last reference to it,
/// or at once by ``close()``.
public final class Colorist: Sendable {
    /// What the pack says about itself.
    public let info: PackInfo
    /// The tools with their ranges.
    public let catalog: Catalog

    let engine: FfiEngine
    private let memoryWarning: MemoryWarning?

    /// Opens a pack: verifies it and loads the model. Takes some 200 ms, on a thread of its own.
    ///
    /// - Parameters:
    ///   - pack: The student's files: `.bundled` or ``Pack/at(_:)``.
    ///   - options: How it works.
    ///   - onProgress: Called after each step of loading, also when the model is loaded again after
    ///     it was unloaded. It is called on Colorist's own threads: hand over and return.
    /// - Throws: ``ColoristError/pack(reason:)`` when the pack is damaged or made for another
    ///   version, ``ColoristError/runtime(reason:)`` when ONNX Runtime is missing or unsuitable.
    public init(
        pack: Pack,
        options: Options = .init(),
        onProgress: (@Sendable (LoadProgress) -> Void)? = nil
    ) async throws(ColoristError) {
        let engine = try await blocking {
            try FfiEngine.open(
                pack: pack.path, options: options.ffi,
                observer: Observer(onProgress: onProgress, log: options.log))
        }
        info = PackInfo(engine.info())
        catalog = Catalog(engine.catalog())
        memoryWarning = options.unloadsOnMemoryWarning ? MemoryWarning(unloading: engine) : nil
        self.engine = engine
    }

    /// What the tools shall do for an intent.
    ///
    /// When the task is canceled, the call ends at once with `CancellationError` and the inference
    /// stops.
    ///
    /// - Parameters:
    ///   - intent: Any words, up to 1 MiB of UTF-8; the student reads the first 64 tokens or so.
    ///   - deadline: How long it may take, waiting included; `nil`: ``Options/deadline``.
    /// - Throws: ``ColoristError``, or `CancellationError`.
    public func edit(_ intent: String, deadline: Duration? = nil) async throws -> Prediction {
        Prediction(
            try await cancellable { engine, token in
                try await engine.editCancellable(
                    intent: intent, deadlineMs: deadline?.milliseconds ?? .max, cancel: token)
            })
    }

    /// Which of the pack's tools shall be used for an intent and with which values, whatever tools
    /// these are: those of ``Edit``, or another app's.
    ///
    /// Cancels as ``edit(_:deadline:)``.
    ///
    /// - Parameters:
    ///   - intent: Any words, up to 1 MiB of UTF-8; the student reads the first 64 tokens or so.
    ///   - deadline: How long it may take, waiting included; `nil`: ``Options/deadline``.
    /// - Throws: ``ColoristError``, or `CancellationError`.
    public func callTools(
        _ intent: String, deadline: Duration? = nil
    ) async throws -> ToolPrediction {
        ToolPrediction(
            try await cancellable { engine, token in
                try await engine.callToolsCancellable(
                    intent: intent, deadlineMs: deadline?.milliseconds ?? .max, cancel: token)
            })
    }

    /// Asks with a token that is canceled with the task.
    private func cancellable<Answer: Sendable>(
        _ ask: @Sendable (FfiEngine, FfiCancelToken) async throws -> Answer
    ) async throws -> Answer {
        let token = FfiCancelToken()
        do {
            // In a task that is canceled already, `onCancel` runs before the operation.
            return try await withTaskCancellationHandler {
                try await ask(engine, token)
            } onCancel: {
                token.cancel()
            }
        } catch FfiError.Cancelled {
            throw CancellationError()
        } catch {
            throw ColoristError(error)
        }
    }

    /// Gives memory back, after the edits that are already waiting.
    ///
    /// - Throws: ``ColoristError/closed``.
    public func trim(_ level: TrimLevel) async throws(ColoristError) {
        try await blocking { [engine] in try engine.trim(level: level.ffi) }
    }

    /// Stops the running edit, answers it, the waiting ones and all later ones with
    /// ``ColoristError/closed``, and frees the memory. May be called twice.
    ///
    /// Returns when the inference thread has ended: within milliseconds, or, while the model is
    /// being loaded again, within that time.
    public func close() {
        engine.shutdown()
    }

    /// Whether the model is in memory. The next edit loads it when it is not.
    public var isLoaded: Bool { engine.isLoaded() }

    /// What runs the model, and why none of the others of ``Options/providers``. It changes when a
    /// provider fails later on, and the CPU goes on in its place.
    public var provider: ProviderReport { ProviderReport(engine.provider()) }

    /// How long the last loading took.
    public var loadTimings: LoadTimings { LoadTimings(engine.loadTimings()) }

    /// What this instance has done so far.
    public var stats: Stats { Stats(engine.stats()) }

    /// Colorist's version.
    public static var version: String { sdkVersion() }
}
