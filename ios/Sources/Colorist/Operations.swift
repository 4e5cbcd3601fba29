internal import ColoristFFI

extension Edit {
    /// Every value times `strength`, rounded half away from zero: 0.5 is half the effect, 0 none.
    ///
    /// Ranges are not looked at: above 1, follow with ``clamped(to:)``. A negative strength counts
    /// as 0. A tool left with zeros only becomes `nil`.
    public func scaled(_ strength: Float) -> Edit {
        Edit(editScaled(edit: ffi, strength: strength))
    }

    /// Every value moved to the nearest one in the catalog's range. A filter that is not in the
    /// catalog is dropped, and so is a tool left with zeros only.
    public func clamped(to catalog: Catalog) -> Edit {
        Edit(catalog.ffi.clamped(edit: ffi))
    }

    /// This edit taken as a change of `current`, such as "warmer": sliders and colors are added to
    /// the current ones and clamped to the catalog's ranges; a filter replaces the current one,
    /// which otherwise stays.
    public func merged(onto current: Edit, in catalog: Catalog) -> Edit {
        Edit(catalog.ffi.mergedOnto(edit: ffi, current: current.ffi))
    }

    /// Where `other` differs, in the catalog's order. A tool that is not used equals one at 0.
    public func difference(to other: Edit) -> [Difference] {
        editDiff(before: ffi, after: other.ffi).map(Difference.init)
    }

    /// One place at which two edits differ.
    public enum Difference: Sendable, Hashable {
        /// A slider or color, by its place such as `adjust.exposure` or
        /// `selectiveAdjust.red.luminance`.
        case slider(name: String, before: Int, after: Int)
        /// Another filter, or another intensity of the same.
        case filter(before: Filter?, after: Filter?)
    }
}

extension Edit.Difference {
    init(_ ffi: FfiDifference) {
        self =
            switch ffi {
            case .slider(let name, let before, let after):
                .slider(name: name, before: Int(before), after: Int(after))
            case .filter(let before, let after):
                .filter(before: before.map(Edit.Filter.init), after: after.map(Edit.Filter.init))
            }
    }
}
