import Dispatch

/// Threads for calls that block: Swift's own pool has one thread a core, and must not wait.
private let threads = DispatchQueue(label: "dev.colorist.blocking", attributes: .concurrent)

/// Runs a call that blocks on a thread that may.
func blocking<Value: Sendable>(
    _ work: @escaping @Sendable () throws -> Value
) async throws(ColoristError) -> Value {
    let result = await withCheckedContinuation { continuation in
        threads.async {
            continuation.resume(returning: Result { try work() }.mapError { ColoristError($0) })
        }
    }
    return try result.get()
}
