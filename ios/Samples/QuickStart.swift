// Paste this file into an app that has the products Colorist and ColoristSmall.
import Colorist
import ColoristSmall

/// The sliders of an editor, moved by words.
@MainActor
final class Editor {
    /// Where the sliders are.
    private(set) var current = Edit()
    /// What to tell the user; `nil` when all is well.
    private(set) var problem: String?

    private let colorist: Colorist

    /// Opens the pack, once for the whole app.
    init() async throws {
        colorist = try await Colorist(pack: .bundled)
    }

    /// Moves the sliders, at a `strength` of 0 to 1. Cancel the task when the user types on: the
    /// inference stops with it.
    func apply(_ intent: String, strength: Float = 1) async {
        do {
            let prediction = try await colorist.edit(intent, deadline: .seconds(2))
            current = prediction.edit.scaled(strength)
            problem = nil
        } catch is CancellationError {
            // The next words are already on their way.
        } catch {
            problem = error.localizedDescription
        }
    }

    /// Moves the sliders from where they are: "warmer", "a bit less contrast".
    func change(_ intent: String) async throws {
        let change = try await colorist.edit(intent).edit
        current = change.merged(onto: current, in: colorist.catalog)
    }
}

#if canImport(SwiftUI)
    import SwiftUI

    /// A text field that moves the sliders while the user types.
    struct IntentField: View {
        let colorist: Colorist
        @Binding var sliders: Edit
        @State private var intent = ""

        var body: some View {
            TextField("golden hour", text: $intent)
                // Each new text cancels the task of the one before.
                .task(id: intent) {
                    guard let prediction = try? await colorist.edit(intent) else { return }
                    sliders = prediction.edit
                }
        }
    }
#endif

#if canImport(AVFoundation) && canImport(CoreImage)
    import AVFoundation
    import CoreImage

    /// A video with an edit's colors on each frame, for `AVPlayerItem.videoComposition` or an export.
    func composition(
        of video: AVAsset, with edit: Edit, in catalog: Catalog
    ) async throws -> AVVideoComposition {
        let apply = try edit.look(in: catalog).lut().ciImageFilter()
        return try await AVVideoComposition.videoComposition(with: video) { request in
            request.finish(with: apply(request.sourceImage), context: nil)
        }
    }
#endif
