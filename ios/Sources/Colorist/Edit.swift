/// What the three tools shall do to a picture. `nil`: the tool is not used.
///
/// Values are the editor's slider positions, whole numbers without a unit; 0 always means
/// "unchanged". Words that are not about light or color give an edit without any tool; that is an
/// answer, not an error.
public struct Edit: Sendable, Hashable {
    /// The 14 sliders that act on the whole picture.
    public var adjust: Adjust?
    /// Saturation and luminance of single colors.
    public var selectiveAdjust: SelectiveAdjust?
    /// A named look.
    public var filter: Filter?

    /// An edit of these tools; without arguments, one that changes nothing.
    public init(
        adjust: Adjust? = nil, selectiveAdjust: SelectiveAdjust? = nil, filter: Filter? = nil
    ) {
        self.adjust = adjust
        self.selectiveAdjust = selectiveAdjust
        self.filter = filter
    }
}

extension Edit {
    /// Saturation and luminance of six colors.
    public struct SelectiveAdjust: Sendable, Hashable {
        /// The red parts of the picture.
        public var red: ColorAdjust
        /// The orange parts of the picture.
        public var orange: ColorAdjust
        /// The yellow parts of the picture.
        public var yellow: ColorAdjust
        /// The green parts of the picture.
        public var green: ColorAdjust
        /// The cyan parts of the picture.
        public var cyan: ColorAdjust
        /// The blue parts of the picture.
        public var blue: ColorAdjust

        /// These colors; what is left out is unchanged.
        public init(
            red: ColorAdjust = .init(), orange: ColorAdjust = .init(),
            yellow: ColorAdjust = .init(), green: ColorAdjust = .init(),
            cyan: ColorAdjust = .init(), blue: ColorAdjust = .init()
        ) {
            self.red = red
            self.orange = orange
            self.yellow = yellow
            self.green = green
            self.cyan = cyan
            self.blue = blue
        }
    }

    /// Saturation and luminance of one color, -100 to 100 each.
    public struct ColorAdjust: Sendable, Hashable {
        /// How vivid the color is.
        public var saturation: Int
        /// How bright the color is.
        public var luminance: Int

        /// These values; what is left out is 0, unchanged.
        public init(saturation: Int = 0, luminance: Int = 0) {
            self.saturation = saturation
            self.luminance = luminance
        }
    }

    /// A named look. ``Catalog/filters`` lists the names.
    public struct Filter: Sendable, Hashable {
        /// The name, such as `film_Amber`.
        public var name: String
        /// How strong it is, 0 to 100.
        public var intensity: Int

        /// The look of this name at this strength.
        public init(name: String, intensity: Int) {
            self.name = name
            self.intensity = intensity
        }
    }
}
