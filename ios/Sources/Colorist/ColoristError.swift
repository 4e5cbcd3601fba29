internal import ColoristFFI
public import Foundation

/// Why a call failed, by what the caller can do about it.
///
/// No case ever holds a word of an intent, so all of them can be logged. A canceled task gets
/// Swift's own `CancellationError` instead. Later versions may add cases: keep a `default`.
public enum ColoristError: Error, Sendable, Hashable {
    /// The pack cannot be used: get it again, or get one for this version.
    case pack(reason: String)
    /// The intent is empty or longer than 1 MiB: ask for another text.
    case intent(reason: String)
    /// ONNX Runtime is missing, unsuitable or failed.
    case runtime(reason: String)
    /// A JSON text is no edit; `reason` names the place.
    case invalidEdit(reason: String)
    /// There is no look for an edit, no table of that size, or pixels do not fit their size.
    case look(reason: String)
    /// The pack's tools are not those of ``Edit``: use ``Colorist/Colorist/callTools(_:deadline:)``.
    case otherTools(reason: String)
    /// The deadline passed before there was an answer.
    case deadlineExceeded
    /// ``Colorist/Colorist/close()`` was called: open the pack again.
    case closed
    /// A defect of Colorist; please report it.
    case `internal`(reason: String)
}

extension ColoristError: LocalizedError {
    /// What happened and what to do, in English.
    public var errorDescription: String? {
        switch self {
        case .pack(let reason), .intent(let reason), .runtime(let reason),
            .invalidEdit(let reason), .look(let reason), .otherTools(let reason),
            .internal(let reason):
            reason
        case .deadlineExceeded: "The deadline passed before there was an answer."
        case .closed: "Colorist is closed; open the pack again."
        }
    }
}

extension ColoristError {
    /// What the bridge threw, as one of ours.
    init(_ error: any Error) {
        guard let error = error as? FfiError else {
            // Its text could be a panic's, which may quote what it was about.
            self = .internal(reason: "the bridge failed (\(type(of: error)))")
            return
        }
        self =
            switch error {
            case .Pack(let reason): .pack(reason: reason)
            case .Intent(let reason): .intent(reason: reason)
            case .Runtime(let reason): .runtime(reason: reason)
            case .InvalidEdit(let reason): .invalidEdit(reason: reason)
            case .Look(let reason): .look(reason: reason)
            case .OtherTools(let reason): .otherTools(reason: reason)
            case .DeadlineExceeded: .deadlineExceeded
            case .Closed: .closed
            case .Internal(let reason): .internal(reason: reason)
            // Only edits are canceled, and only blocking calls are refused in callbacks.
            case .Cancelled, .CalledFromCallback:
                .internal(reason: "unexpected error of the bridge: \(error)")
            }
    }
}
