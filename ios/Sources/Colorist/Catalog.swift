internal import ColoristFFI

extension Colorist {
    /// What a pack says about itself.
    public struct PackInfo: Sendable, Hashable {
        /// The pack's name, such as `colorist-small`.
        public let name: String
        /// The pack's own version.
        public let version: String
        /// Under what terms it may be used.
        public let license: String
        /// The student's family, such as `t5-v1.1`.
        public let family: String
        /// The student's trained numbers.
        public let parameters: Int
        /// How its weights are stored, such as `dynamic-int8`.
        public let quantization: String
    }
}

/// The tools of ``Edit`` with their ranges, in the order an editor shows them. Empty for a pack with
/// other tools, which ``Colorist/Colorist/callTools(_:deadline:)`` answers for. It may outlive the
/// ``Colorist`` that it comes from.
public struct Catalog: Sendable {
    /// The sliders of the adjust tool.
    public let sliders: [Slider]
    /// The names of the selective adjust tool's colors.
    public let colors: [String]
    /// The range of each color's saturation.
    public let saturation: ClosedRange<Int>
    /// The range of each color's luminance.
    public let luminance: ClosedRange<Int>
    /// The filters.
    public let filters: [Filter]
    /// The range of a filter's intensity.
    public let intensity: ClosedRange<Int>

    let ffi: FfiCatalog

    /// One slider of the adjust tool.
    public struct Slider: Sendable, Hashable {
        /// The name in JSON, such as `linearOffset`.
        public let name: String
        /// The values it takes.
        public let range: ClosedRange<Int>
        /// What it does, for people.
        public let meaning: String
    }

    /// One filter: a named look.
    public struct Filter: Sendable, Hashable {
        /// The name in JSON, such as `film_Amber`.
        public let name: String
        /// What it looks like, for people.
        public let meaning: String
    }
}

extension Catalog {
    init(_ ffi: FfiCatalog) {
        self.ffi = ffi
        sliders = ffi.sliders().map {
            Slider(name: $0.name, range: .init($0.range), meaning: $0.meaning)
        }
        colors = ffi.colors()
        saturation = .init(ffi.saturation())
        luminance = .init(ffi.luminance())
        filters = ffi.filters().map { Filter(name: $0.name, meaning: $0.meaning) }
        intensity = .init(ffi.intensity())
    }
}

extension ClosedRange<Int> {
    /// A range of a catalog; opening a pack has checked that it holds 0.
    init(_ ffi: FfiRange) {
        self = Int(ffi.min)...Int(ffi.max)
    }
}

extension Colorist.PackInfo {
    init(_ ffi: FfiPackInfo) {
        name = ffi.name
        version = ffi.version
        license = ffi.license
        family = ffi.family
        parameters = Int(clamping: ffi.parameters)
        quantization = ffi.quantization
    }
}
