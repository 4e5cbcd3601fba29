internal import ColoristFFI

extension Colorist {
    /// What an instance has done so far. Each request ends in exactly one of ``answered``,
    /// ``canceled``, ``expired`` and ``failed``.
    public struct Stats: Sendable, Hashable {
        /// Edits asked for.
        public let requests: Int
        /// Edits answered.
        public let answered: Int
        /// Edits whose task was canceled.
        public let canceled: Int
        /// Edits whose deadline passed.
        public let expired: Int
        /// Edits that failed for another reason.
        public let failed: Int
        /// Inferences started.
        public let runs: Int
        /// Inferences stopped before their end.
        public let stopped: Int
        /// Edits not answered yet.
        public let waiting: Int
    }

    /// How long the last loading took, by phase. Phases run side by side, so the total is less
    /// than the sum.
    public struct LoadTimings: Sendable, Hashable {
        /// Reading the files and checking sizes and hashes.
        public let verify: Duration
        /// Reading the tokenizer.
        public let tokenizer: Duration
        /// Building the model's session.
        public let session: Duration
        /// From the call until the model could answer.
        public let total: Duration
    }
}

extension Colorist.Stats {
    init(_ ffi: FfiStats) {
        requests = Int(clamping: ffi.requests)
        answered = Int(clamping: ffi.answered)
        canceled = Int(clamping: ffi.cancelled)
        expired = Int(clamping: ffi.expired)
        failed = Int(clamping: ffi.failed)
        runs = Int(clamping: ffi.runs)
        stopped = Int(clamping: ffi.stopped)
        waiting = Int(clamping: ffi.waiting)
    }
}

extension Colorist.LoadTimings {
    init(_ ffi: FfiLoadTimings) {
        verify = Duration(microseconds: ffi.verifyUs)
        tokenizer = Duration(microseconds: ffi.tokenizerUs)
        session = Duration(microseconds: ffi.sessionUs)
        total = Duration(microseconds: ffi.totalUs)
    }
}
