public import Foundation

extension Colorist {
    /// Where the student's files are. With `import ColoristSmall` there is also `.bundled`, the
    /// pack that ships with Colorist.
    public struct Pack: Sendable, Hashable {
        /// A folder with `pack.json`, or a `.colorist` archive.
        public let url: URL

        /// The pack in this folder or `.colorist` archive. The URL must be a file's; the pack is
        /// verified when it is opened. The privacy manifest speaks of files in the app's own
        /// containers: an app that opens one from elsewhere declares reason 3B52.1 itself.
        public static func at(_ url: URL) -> Pack {
            Pack(url: url)
        }

        /// The path that the bridge opens. A URL that is no file's is kept whole, so that the
        /// error names it.
        var path: String {
            url.isFileURL ? url.path : url.absoluteString
        }
    }
}
