extension Edit {
    /// The sliders that act on the whole picture: -100 to 100 each, ``bloom`` and ``sharpen``
    /// 0 to 100.
    public struct Adjust: Sendable, Hashable {
        /// Overall light, in photographic stops (100 is about +2 EV).
        public var exposure: Int
        /// Spread of the tones around middle gray.
        public var contrast: Int
        /// Lift of the mid-tones; white and black stay.
        public var brightness: Int
        /// Bright tones only; negative recovers them.
        public var highlights: Int
        /// Dark tones only; positive opens them.
        public var shadows: Int
        /// All colors equally; -100 is black and white.
        public var saturation: Int
        /// Muted colors more than vivid ones.
        public var vibrance: Int
        /// Negative is blue and cold, positive amber and warm.
        public var temperature: Int
        /// Negative is green, positive magenta.
        public var tint: Int
        /// Turns every color around the wheel (100 is 180 degrees).
        public var hue: Int
        /// Soft glow around bright areas; 0 to 100.
        public var bloom: Int
        /// Crispness of fine detail; 0 to 100.
        public var sharpen: Int
        /// Local contrast; negative is soft and misty.
        public var structure: Int
        /// Constant added in linear light; positive lifts the blacks.
        public var linearOffset: Int

        /// These sliders; what is left out is 0, unchanged.
        public init(
            exposure: Int = 0, contrast: Int = 0, brightness: Int = 0, highlights: Int = 0,
            shadows: Int = 0, saturation: Int = 0, vibrance: Int = 0, temperature: Int = 0,
            tint: Int = 0, hue: Int = 0, bloom: Int = 0, sharpen: Int = 0, structure: Int = 0,
            linearOffset: Int = 0
        ) {
            self.exposure = exposure
            self.contrast = contrast
            self.brightness = brightness
            self.highlights = highlights
            self.shadows = shadows
            self.saturation = saturation
            self.vibrance = vibrance
            self.temperature = temperature
            self.tint = tint
            self.hue = hue
            self.bloom = bloom
            self.sharpen = sharpen
            self.structure = structure
            self.linearOffset = linearOffset
        }
    }
}
