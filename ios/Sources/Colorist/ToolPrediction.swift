internal import ColoristFFI

/// The answer to an intent as calls of the pack's tools, whichever these are.
public struct ToolPrediction: Sendable, Hashable {
    /// A call of each tool that is used, in the catalog's order.
    public let calls: [ToolCall]
    /// How sure the student is of each tool, used or not, by the tool's name: 0 to 1.
    public let confidence: [String: Float]
    /// How long each phase took.
    public let timings: Prediction.Timings
    /// Tokens that the student read, special tokens included.
    public let tokens: Int
    /// Whether the text was longer than the student reads, so that its end had no influence.
    public let truncated: Bool

    /// A prediction of these parts, for previews and tests.
    public init(
        calls: [ToolCall], confidence: [String: Float] = [:], timings: Prediction.Timings = .init(),
        tokens: Int = 0, truncated: Bool = false
    ) {
        self.calls = calls
        self.confidence = confidence
        self.timings = timings
        self.tokens = tokens
        self.truncated = truncated
    }

    /// The call of a tool; `nil` when it is not used.
    public subscript(tool: String) -> ToolCall? {
        calls.first { $0.tool == tool }
    }
}

/// A tool that is used, with all its values.
public struct ToolCall: Sendable, Hashable {
    /// The tool's name.
    public let tool: String
    /// The name chosen, such as a sticker's; `nil` for tools that choose nothing.
    public let choice: String?
    /// The values in the catalog's order, also those of 0.
    public let values: [Value]

    /// One value of a call.
    public struct Value: Sendable, Hashable {
        /// The slider's name; in a grid `ROW.COLUMN`; the amount of a choice.
        public let name: String
        /// The value, within the slider's range.
        public let value: Int

        /// This value.
        public init(name: String, value: Int) {
            self.name = name
            self.value = value
        }
    }

    /// A call of these parts, for previews and tests.
    public init(tool: String, choice: String? = nil, values: [Value] = []) {
        self.tool = tool
        self.choice = choice
        self.values = values
    }

    /// The value of this name; `nil` when the tool has none.
    public subscript(value: String) -> Int? {
        values.first { $0.name == value }?.value
    }
}

extension ToolPrediction {
    init(_ ffi: FfiToolPrediction) {
        calls = ffi.calls.map { call in
            ToolCall(
                tool: call.tool, choice: call.choice,
                values: call.values.map { .init(name: $0.name, value: Int($0.value)) })
        }
        confidence = Dictionary(
            ffi.confidence.map { ($0.tool, $0.value) }, uniquingKeysWith: { first, _ in first })
        timings = Prediction.Timings(ffi.timings)
        tokens = Int(ffi.tokens)
        truncated = ffi.truncated
    }
}
