public import Colorist
import Foundation

extension Colorist.Pack {
    /// The pack `colorist-small`, which is a resource of this module.
    public static var bundled: Colorist.Pack {
        // On macOS the bundle keeps its resources in a folder of its own; elsewhere it is flat.
        let resources = Bundle.module.resourceURL ?? Bundle.module.bundleURL
        return .at(resources.appendingPathComponent("colorist-small", isDirectory: true))
    }
}
