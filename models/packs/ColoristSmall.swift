public import Colorist
import Foundation

extension Colorist.Pack {
    /// The pack `colorist-small`, which is a resource of this module.
    public static var bundled: Colorist.Pack {
        .at(Bundle.module.bundleURL.appendingPathComponent("colorist-small", isDirectory: true))
    }
}
