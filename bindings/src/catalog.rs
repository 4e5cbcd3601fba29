//! The tools with their ranges, and what needs them.

use std::sync::Arc;

use colorist_core::{Catalog, catalog};

use crate::edit::FfiEdit;

/// The photo editor's tools of a pack. Outlives the engine it came from.
#[derive(Debug, uniffi::Object)]
pub struct FfiCatalog {
    catalog: Catalog,
}

/// An inclusive range of slider values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, uniffi::Record)]
pub struct FfiRange {
    /// The least value.
    pub min: i32,
    /// The greatest value.
    pub max: i32,
}

/// One slider of the adjust tool.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiSlider {
    /// The name in JSON, such as `linearOffset`.
    pub name: String,
    /// The values it takes.
    pub range: FfiRange,
    /// What it does, for people.
    pub meaning: String,
}

/// One filter: a named look.
#[derive(Debug, Clone, PartialEq, Eq, uniffi::Record)]
pub struct FfiFilterInfo {
    /// The name in JSON, such as `film_Amber`.
    pub name: String,
    /// What it looks like, for people.
    pub meaning: String,
}

impl FfiCatalog {
    pub(crate) fn new(catalog: &Catalog) -> Arc<Self> {
        Arc::new(Self {
            catalog: catalog.clone(),
        })
    }

    pub(crate) fn catalog(&self) -> &Catalog {
        &self.catalog
    }
}

#[uniffi::export]
impl FfiCatalog {
    /// The sliders of the adjust tool, in the order an editor shows them. Here and below: empty, or
    /// 0 to 0, when the pack's tools are not the photo editor's.
    #[must_use]
    pub fn sliders(&self) -> Vec<FfiSlider> {
        self.catalog
            .sliders()
            .iter()
            .map(|slider| FfiSlider {
                name: slider.name.clone(),
                range: slider.range.into(),
                meaning: slider.meaning.clone(),
            })
            .collect()
    }

    /// The names of the selective adjust tool's colors.
    #[must_use]
    pub fn colors(&self) -> Vec<String> {
        self.catalog.colors().to_vec()
    }

    /// The range of each color's saturation.
    #[must_use]
    pub fn saturation(&self) -> FfiRange {
        self.catalog.saturation().into()
    }

    /// The range of each color's luminance.
    #[must_use]
    pub fn luminance(&self) -> FfiRange {
        self.catalog.luminance().into()
    }

    /// The range of a filter's intensity.
    #[must_use]
    pub fn intensity(&self) -> FfiRange {
        self.catalog.intensity().into()
    }

    /// The filters.
    #[must_use]
    pub fn filters(&self) -> Vec<FfiFilterInfo> {
        self.catalog
            .filters()
            .iter()
            .map(|filter| FfiFilterInfo {
                name: filter.name.clone(),
                meaning: filter.meaning.clone(),
            })
            .collect()
    }

    /// Every value moved to the nearest one in its range. A filter that the catalog does not have
    /// is dropped, and so is a tool left with zeros only.
    #[must_use]
    pub fn clamped(&self, edit: FfiEdit) -> FfiEdit {
        edit.core().clamped(&self.catalog).into()
    }

    /// `edit` taken as a change of `current`, such as "warmer": sliders and colors are added and
    /// clamped; a filter replaces the current one, which otherwise stays.
    #[must_use]
    pub fn merged_onto(&self, edit: FfiEdit, current: FfiEdit) -> FfiEdit {
        edit.core()
            .merged_onto(&current.core(), &self.catalog)
            .into()
    }
}

impl From<catalog::Range> for FfiRange {
    fn from(range: catalog::Range) -> Self {
        Self {
            min: range.min,
            max: range.max,
        }
    }
}
