//! An edit: what the three tools shall do to a picture.
//!
//! Values are the editor's slider positions, whole numbers without a unit; 0 always means
//! "unchanged". The ranges are the [`Catalog`](crate::Catalog)'s.

pub(crate) mod json;
mod operations;
mod tools;

pub use operations::Difference;
pub use tools::{Adjust, ColorAdjust, Filter, SelectiveAdjust};

/// What the three tools shall do. `None`: the tool is not used.
///
/// An intent that is not about light or color gives an edit without any tool; that is an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Edit {
    /// The 14 sliders that act on the whole picture.
    pub adjust: Option<Adjust>,
    /// Saturation and luminance of single colors.
    pub selective_adjust: Option<SelectiveAdjust>,
    /// A named look.
    pub filter: Option<Filter>,
}
