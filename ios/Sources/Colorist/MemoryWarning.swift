internal import ColoristFFI
internal import Foundation

#if os(iOS)
    internal import UIKit
#endif

/// Unloads an engine's model when the system warns that memory is short, as long as it lives.
final class MemoryWarning: @unchecked Sendable {
    // Written once; NotificationCenter itself may be used from any thread.
    private let observation: any NSObjectProtocol

    /// Watches for the system's warning; `nil` where there is none.
    convenience init?(unloading engine: FfiEngine) {
        #if os(iOS)
            self.init(named: UIApplication.didReceiveMemoryWarningNotification, unloading: engine)
        #else
            return nil
        #endif
    }

    /// Watches for a notification.
    init(named name: Notification.Name, unloading engine: FfiEngine) {
        observation = NotificationCenter.default.addObserver(
            forName: name, object: nil, queue: nil
        ) { [weak engine] _ in
            guard let engine else { return }
            // An engine that was closed meanwhile has nothing left to give back.
            Task { try? await blocking { try engine.trim(level: .unload) } }
        }
    }

    deinit {
        NotificationCenter.default.removeObserver(observation)
    }
}
