internal import ColoristFFI
public import Foundation

extension Colorist {
    /// How a ``Colorist`` works.
    public struct Options: Sendable {
        /// Threads for one inference, at least 1. A small student gains nothing from more than 1.
        public var threads: Int
        /// How long an edit may take, waiting included, unless ``Colorist/edit(_:deadline:)``
        /// says otherwise. `nil`: as long as it takes. Counted in whole milliseconds, rounded up.
        public var deadline: Duration?
        /// After how long without an edit the model is unloaded; the next edit loads it again.
        /// `nil`: never. Counted in whole milliseconds, rounded up.
        public var idleUnload: Duration?
        /// Takes less memory and more time: loads step by step, and without ``idleUnload``
        /// unloads after 10 seconds.
        public var lowMemory: Bool
        /// Whether the model is unloaded when iOS warns that memory is short; the next edit loads
        /// it again. Has no effect elsewhere.
        public var unloadsOnMemoryWarning: Bool
        /// The ONNX Runtime library. `nil`: found by itself. The first instance of a process
        /// decides for all. Has no effect on Apple's platforms, where ONNX Runtime is linked.
        public var library: URL?
        /// Public keys, as `colorist pack keygen` prints them: only packs that one of them signed
        /// are opened, each time the model is loaded. Empty: any pack.
        public var trustedKeys: [String]
        /// The lowest version of the pack that is opened, `MAJOR.MINOR.PATCH`, so that nobody can
        /// exchange a signed pack for an older one. `nil`: any.
        public var oldestVersion: String?
        /// A folder of the app's cache, for nobody else to write to, in which the engine keeps what
        /// makes the next start faster. Never a word of an intent. `nil`: nothing is kept.
        public var cache: URL?
        /// What may run the model, in order of preference; the CPU is what remains. The first time a
        /// provider is asked for, opening takes the time of its self-test.
        public var providers: [Provider]
        /// Takes a provider also when it is slower than the CPU, for example to save energy.
        public var acceptSlower: Bool
        /// Gets what Colorist has to say; never a word of an intent. Called on Colorist's own
        /// threads: hand over and return.
        public var log: (@Sendable (LogLevel, String) -> Void)?

        /// These options; what is left out has the default shown.
        public init(
            threads: Int = 1,
            deadline: Duration? = nil,
            idleUnload: Duration? = nil,
            lowMemory: Bool = false,
            unloadsOnMemoryWarning: Bool = true,
            library: URL? = nil,
            trustedKeys: [String] = [],
            oldestVersion: String? = nil,
            cache: URL? = Options.appCache,
            providers: [Provider] = [],
            acceptSlower: Bool = false,
            log: (@Sendable (LogLevel, String) -> Void)? = nil
        ) {
            self.threads = threads
            self.deadline = deadline
            self.idleUnload = idleUnload
            self.lowMemory = lowMemory
            self.unloadsOnMemoryWarning = unloadsOnMemoryWarning
            self.library = library
            self.trustedKeys = trustedKeys
            self.oldestVersion = oldestVersion
            self.cache = cache
            self.providers = providers
            self.acceptSlower = acceptSlower
            self.log = log
        }

        /// Where ``cache`` is unless something else is said: in the app's caches folder. `nil` on
        /// systems where programs share one.
        public static var appCache: URL? {
            #if canImport(Darwin)
                let caches = FileManager.default.urls(for: .cachesDirectory, in: .userDomainMask)
                return caches.first?.appendingPathComponent("dev.colorist", isDirectory: true)
            #else
                return nil
            #endif
        }
    }

    /// How important a log line is.
    public enum LogLevel: Int, Sendable, Hashable, Comparable {
        /// For who looks for a fault.
        case debug
        /// What happened.
        case info
        /// Something is not as it should be; the work goes on.
        case warning
        /// Something failed.
        case error

        /// Whether `left` is less important.
        public static func < (left: LogLevel, right: LogLevel) -> Bool {
            left.rawValue < right.rawValue
        }
    }

    /// A step of loading that has finished.
    public struct LoadProgress: Sendable, Hashable {
        /// The steps of loading. Some run side by side, so their order may vary.
        public enum Step: Sendable, Hashable {
            /// ONNX Runtime was found and started.
            case library
            /// Sizes and hashes of the pack's files were checked.
            case verify
            /// The tokenizer was read.
            case tokenizer
            /// The model is ready to run.
            case session
        }

        /// The step that has finished.
        public let step: Step
        /// Steps finished so far, this one included.
        public let done: Int
        /// Steps in all.
        public let total: Int

        /// A step that has finished, as the `done`-th of `total`.
        public init(step: Step, done: Int, total: Int) {
            self.step = step
            self.done = done
            self.total = total
        }
    }

    /// How much memory to give back.
    public enum TrimLevel: Sendable, Hashable {
        /// Buffers and what the allocator keeps in reserve; the next edit is as fast as ever.
        case light
        /// Tokenizer and model too; the next edit loads them again.
        case unload
    }
}

extension Colorist.Options {
    var ffi: FfiOptions {
        FfiOptions(
            threads: UInt32(clamping: threads),
            deadlineMs: deadline?.milliseconds,
            idleUnloadMs: idleUnload?.milliseconds,
            library: library?.path,
            lowMemory: lowMemory,
            trustedKeys: trustedKeys,
            oldestVersion: oldestVersion,
            cache: cache?.path,
            providers: providers.map(\.ffi),
            acceptSlower: acceptSlower)
    }
}

extension Duration {
    /// Whole milliseconds, rounded up; 0 for a negative duration.
    var milliseconds: UInt64 {
        guard self > .zero else { return 0 }
        let (seconds, attoseconds) = components
        let rest = (attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
        let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1000)
        // The greatest number stands for no deadline of its own.
        guard !overflow, product < .max - 1000 else { return .max - 1 }
        return product + UInt64(rest)
    }

    init(microseconds: UInt64) {
        self = .microseconds(Int64(clamping: microseconds))
    }
}
