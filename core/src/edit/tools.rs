//! The typed tools. Each list of names stands once, in its macro call.

/// Declares the adjust tool from one list: field, JSON name, what it does.
macro_rules! sliders {
    ($($field:ident $name:literal $meaning:literal,)+) => {
        /// The sliders that act on the whole picture, in the catalog's order.
        ///
        /// -100 to 100 each, `bloom` and `sharpen` 0 to 100.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct Adjust {
            $(#[doc = $meaning] pub $field: i32,)+
        }

        impl Adjust {
            /// How many sliders there are.
            pub const COUNT: usize = [$($name),+].len();

            /// The sliders' JSON names, in the catalog's order.
            #[must_use]
            pub const fn names() -> [&'static str; Self::COUNT] {
                [$($name),+]
            }

            /// The sliders' values, in the catalog's order.
            #[must_use]
            pub const fn values(&self) -> [i32; Self::COUNT] {
                [$(self.$field),+]
            }

            /// The slider of this JSON name; `None` when there is none.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<i32> {
                match name {
                    $($name => Some(self.$field),)+
                    _ => None,
                }
            }

            /// Sets the slider of this JSON name; `false` when there is none.
            pub fn set(&mut self, name: &str, value: i32) -> bool {
                match name {
                    $($name => self.$field = value,)+
                    _ => return false,
                }
                true
            }

            /// All sliders, changed by a function of name and value.
            #[must_use]
            pub fn map(&self, mut change: impl FnMut(&'static str, i32) -> i32) -> Self {
                Self { $($field: change($name, self.$field),)+ }
            }
        }
    };
}

sliders! {
    exposure "exposure" "Overall light, in photographic stops (100 is about +2 EV).",
    contrast "contrast" "Spread of the tones around middle gray.",
    brightness "brightness" "Lift of the mid-tones; white and black stay.",
    highlights "highlights" "Bright tones only; negative recovers them.",
    shadows "shadows" "Dark tones only; positive opens them.",
    saturation "saturation" "All colors equally; -100 is black and white.",
    vibrance "vibrance" "Muted colors more than vivid ones.",
    temperature "temperature" "Negative is blue and cold, positive amber and warm.",
    tint "tint" "Negative is green, positive magenta.",
    hue "hue" "Turns every color around the wheel (100 is 180 degrees).",
    bloom "bloom" "Soft glow around bright areas; 0 to 100.",
    sharpen "sharpen" "Crispness of fine detail; 0 to 100.",
    structure "structure" "Local contrast; negative is soft and misty.",
    linear_offset "linearOffset" "Constant added in linear light; positive lifts the blacks.",
}

impl Adjust {
    /// Name and value of each slider, in the catalog's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, i32)> + use<> {
        Self::names().into_iter().zip(self.values())
    }

    /// Whether it changes nothing: every slider is 0.
    #[must_use]
    pub fn is_neutral(&self) -> bool {
        *self == Self::default()
    }
}

/// Saturation and luminance of one color, -100 to 100 each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub struct ColorAdjust {
    /// How vivid the color is.
    pub saturation: i32,
    /// How bright the color is.
    pub luminance: i32,
}

/// Declares the selective adjust tool from one list of colors.
macro_rules! colors {
    ($($field:ident $name:literal,)+) => {
        /// Saturation and luminance of six colors, in the catalog's order.
        #[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
        pub struct SelectiveAdjust {
            $(#[doc = concat!("The ", $name, " parts of the picture.")] pub $field: ColorAdjust,)+
        }

        impl SelectiveAdjust {
            /// How many colors there are.
            pub const COUNT: usize = [$($name),+].len();

            /// The colors' JSON names, in the catalog's order.
            #[must_use]
            pub const fn names() -> [&'static str; Self::COUNT] {
                [$($name),+]
            }

            /// The color of this JSON name; `None` when there is none.
            #[must_use]
            pub fn get(&self, name: &str) -> Option<ColorAdjust> {
                match name {
                    $($name => Some(self.$field),)+
                    _ => None,
                }
            }

            /// Sets the color of this JSON name; `false` when there is none.
            pub fn set(&mut self, name: &str, value: ColorAdjust) -> bool {
                match name {
                    $($name => self.$field = value,)+
                    _ => return false,
                }
                true
            }

            /// All colors, changed by a function of name and value.
            #[must_use]
            pub fn map(
                &self,
                mut change: impl FnMut(&'static str, ColorAdjust) -> ColorAdjust,
            ) -> Self {
                Self { $($field: change($name, self.$field),)+ }
            }

            const fn colors(&self) -> [ColorAdjust; Self::COUNT] {
                [$(self.$field),+]
            }
        }
    };
}

colors! {
    red "red",
    orange "orange",
    yellow "yellow",
    green "green",
    cyan "cyan",
    blue "blue",
}

impl SelectiveAdjust {
    /// Name and value of each color, in the catalog's order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, ColorAdjust)> + use<> {
        Self::names().into_iter().zip(self.colors())
    }

    /// The 12 values: saturation, then luminance, of each color in the catalog's order.
    #[must_use]
    pub fn values(&self) -> [i32; 2 * Self::COUNT] {
        let mut values = [0; 2 * Self::COUNT];
        for (pair, color) in values.chunks_exact_mut(2).zip(self.colors()) {
            pair.copy_from_slice(&[color.saturation, color.luminance]);
        }
        values
    }

    /// Whether it changes nothing: every value is 0.
    #[must_use]
    pub fn is_neutral(&self) -> bool {
        *self == Self::default()
    }
}

/// A named look of the catalog and how much of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Filter {
    /// The filter's name, such as `film_Amber`.
    pub name: String,
    /// How much of it, 0 to 100.
    pub intensity: i32,
}
