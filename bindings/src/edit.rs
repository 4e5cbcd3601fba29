//! Edits as plain values, and what is done with them.

use colorist_core::{Adjust, ColorAdjust, Difference, Edit, Filter, SelectiveAdjust};

use crate::error::FfiError;

/// What the three tools shall do; a tool that is not used is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
pub struct FfiEdit {
    /// The 14 sliders that act on the whole picture.
    #[uniffi(default)]
    pub adjust: Option<FfiAdjust>,
    /// Saturation and luminance of single colors.
    #[uniffi(default)]
    pub selective_adjust: Option<FfiSelectiveAdjust>,
    /// A named look.
    #[uniffi(default)]
    pub filter: Option<FfiFilter>,
}

/// Declares a record with the fields of a core type, and both conversions.
macro_rules! record {
    ($(#[$attribute:meta])* $ffi:ident = $core:ident { $($(#[$doc:meta])* $field:ident: $type:ty,)+ }) => {
        $(#[$attribute])*
        #[derive(Debug, Clone, Default, PartialEq, Eq, uniffi::Record)]
        pub struct $ffi {
            $($(#[$doc])* pub $field: $type,)+
        }

        impl From<$core> for $ffi {
            fn from(value: $core) -> Self {
                Self { $($field: value.$field.into(),)+ }
            }
        }

        impl From<$ffi> for $core {
            fn from(value: $ffi) -> Self {
                Self { $($field: value.$field.into(),)+ }
            }
        }
    };
}

record! {
    /// The sliders that act on the whole picture: -100 to 100, `bloom` and `sharpen` 0 to 100.
    FfiAdjust = Adjust {
        /// Overall light, in photographic stops (100 is about +2 EV).
        exposure: i32,
        /// Spread of the tones around middle gray.
        contrast: i32,
        /// Lift of the mid-tones; white and black stay.
        brightness: i32,
        /// Bright tones only; negative recovers them.
        highlights: i32,
        /// Dark tones only; positive opens them.
        shadows: i32,
        /// All colors equally; -100 is black and white.
        saturation: i32,
        /// Muted colors more than vivid ones.
        vibrance: i32,
        /// Negative is blue and cold, positive amber and warm.
        temperature: i32,
        /// Negative is green, positive magenta.
        tint: i32,
        /// Turns every color around the wheel (100 is 180 degrees).
        hue: i32,
        /// Soft glow around bright areas; 0 to 100.
        bloom: i32,
        /// Crispness of fine detail; 0 to 100.
        sharpen: i32,
        /// Local contrast; negative is soft and misty.
        structure: i32,
        /// Constant added in linear light; positive lifts the blacks.
        linear_offset: i32,
    }
}

record! {
    /// Saturation and luminance of one color, -100 to 100 each.
    FfiColorAdjust = ColorAdjust {
        /// How vivid the color is.
        saturation: i32,
        /// How bright the color is.
        luminance: i32,
    }
}

record! {
    /// Saturation and luminance of six colors.
    FfiSelectiveAdjust = SelectiveAdjust {
        /// The red parts of the picture.
        red: FfiColorAdjust,
        /// The orange parts of the picture.
        orange: FfiColorAdjust,
        /// The yellow parts of the picture.
        yellow: FfiColorAdjust,
        /// The green parts of the picture.
        green: FfiColorAdjust,
        /// The cyan parts of the picture.
        cyan: FfiColorAdjust,
        /// The blue parts of the picture.
        blue: FfiColorAdjust,
    }
}

record! {
    /// A named look and how much of it.
    FfiFilter = Filter {
        /// The filter's name, such as `film_Amber`.
        name: String,
        /// How much of it, 0 to 100.
        intensity: i32,
    }
}

/// One place at which two edits differ.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Enum)]
pub enum FfiDifference {
    /// A slider has another value; an unused tool counts as 0.
    Slider {
        /// The place, such as `adjust.exposure` or `selectiveAdjust.red.luminance`.
        name: String,
        /// The value in the first edit.
        before: i32,
        /// The value in the second edit.
        after: i32,
    },
    /// Another filter, or another intensity of the same.
    Filter {
        /// The filter in the first edit.
        before: Option<FfiFilter>,
        /// The filter in the second edit.
        after: Option<FfiFilter>,
    },
}

impl FfiEdit {
    pub(crate) fn core(self) -> Edit {
        Edit {
            adjust: self.adjust.map(Into::into),
            selective_adjust: self.selective_adjust.map(Into::into),
            filter: self.filter.map(Into::into),
        }
    }
}

impl From<Edit> for FfiEdit {
    fn from(edit: Edit) -> Self {
        Self {
            adjust: edit.adjust.map(Into::into),
            selective_adjust: edit.selective_adjust.map(Into::into),
            filter: edit.filter.map(Into::into),
        }
    }
}

/// The full JSON form, all sliders named, in the catalog's order.
#[uniffi::export]
#[must_use]
pub fn edit_to_json(edit: FfiEdit) -> String {
    edit.core().to_json().to_string()
}

/// Reads the full or the short JSON form. What is missing counts as 0.
///
/// # Errors
/// `InvalidEdit`, which names the place that is wrong.
#[uniffi::export]
pub fn edit_from_json(json: String) -> Result<FfiEdit, FfiError> {
    let value = serde_json::from_str(&json).map_err(|error| FfiError::InvalidEdit {
        // serde_json's own words may quote the text.
        reason: format!("not JSON: line {} column {}", error.line(), error.column()),
    })?;
    let edit = Edit::from_json(&value)?;
    Ok(edit.into())
}

/// Every value times `strength`, rounded: 0.5 is half the effect, 0 none.
#[uniffi::export]
#[must_use]
pub fn edit_scaled(edit: FfiEdit, strength: f32) -> FfiEdit {
    edit.core().scaled(strength).into()
}

/// Where the second edit differs, in the catalog's order.
#[uniffi::export]
#[must_use]
pub fn edit_diff(before: FfiEdit, after: FfiEdit) -> Vec<FfiDifference> {
    let differences = before.core().diff(&after.core());
    differences
        .into_iter()
        .filter_map(|difference| match difference {
            Difference::Slider {
                name,
                before,
                after,
            } => Some(FfiDifference::Slider {
                name,
                before,
                after,
            }),
            Difference::Filter { before, after } => Some(FfiDifference::Filter {
                before: before.map(Into::into),
                after: after.map(Into::into),
            }),
            _ => None,
        })
        .collect()
}
