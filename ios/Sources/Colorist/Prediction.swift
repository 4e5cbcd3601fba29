/// An ``Edit`` with how sure the student is and how long it took.
///
/// The edit's own members can be read from it directly: `prediction.adjust` is
/// `prediction.edit.adjust`.
@dynamicMemberLookup
public struct Prediction: Sendable, Hashable {
    /// What the tools shall do.
    public let edit: Edit
    /// How sure the student is of each tool.
    public let confidence: Confidence
    /// How long each phase took.
    public let timings: Timings
    /// Tokens that the student read, special tokens included.
    public let tokens: Int
    /// Whether the text was longer than the student reads, so that its end had no influence.
    public let truncated: Bool

    /// A prediction of these parts, for previews and tests.
    public init(
        edit: Edit, confidence: Confidence = .init(), timings: Timings = .init(),
        tokens: Int = 0, truncated: Bool = false
    ) {
        self.edit = edit
        self.confidence = confidence
        self.timings = timings
        self.tokens = tokens
        self.truncated = truncated
    }

    /// A member of the edit.
    public subscript<Value>(dynamicMember member: KeyPath<Edit, Value>) -> Value {
        edit[keyPath: member]
    }
}

extension Prediction {
    /// How sure the student is of each tool, 0 to 1. For a tool that is not used: how sure it is
    /// that nothing shall move.
    public struct Confidence: Sendable, Hashable {
        /// Of the adjust tool.
        public let adjust: Float
        /// Of the selective adjust tool.
        public let selectiveAdjust: Float
        /// Of the filter.
        public let filter: Float

        /// These values, 0 to 1 each.
        public init(adjust: Float = 0, selectiveAdjust: Float = 0, filter: Float = 0) {
            self.adjust = adjust
            self.selectiveAdjust = selectiveAdjust
            self.filter = filter
        }
    }

    /// How long each phase took, in whole microseconds, and what was counted.
    public struct Timings: Sendable, Hashable {
        /// Waiting for the inference thread, and loading the model when it was unloaded.
        public let queue: Duration
        /// Text to token ids.
        public let tokenize: Duration
        /// The runs of the model.
        public let inference: Duration
        /// Reading the edit from the model's output, or choosing the tokens to write.
        public let decode: Duration
        /// From the call to the answer, both in the native library.
        public let total: Duration
        /// Runs of the decoder: 1 with a slots student.
        public let passes: Int
        /// Tokens of a text student that the grammar left no choice about; 0 with slots.
        public let forcedTokens: Int

        /// These durations and counts.
        public init(
            queue: Duration = .zero, tokenize: Duration = .zero, inference: Duration = .zero,
            decode: Duration = .zero, total: Duration = .zero,
            passes: Int = 0, forcedTokens: Int = 0
        ) {
            self.queue = queue
            self.tokenize = tokenize
            self.inference = inference
            self.decode = decode
            self.total = total
            self.passes = passes
            self.forcedTokens = forcedTokens
        }
    }
}
