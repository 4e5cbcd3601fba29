//! What an app does with an edit: a strength dial, ranges, relative requests, comparison.

use super::{Adjust, ColorAdjust, Edit, Filter, SelectiveAdjust};
use crate::catalog::Catalog;

/// One place at which two edits differ.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Difference {
    /// A slider has another value; an unused tool counts as 0.
    Slider {
        /// The place, such as `adjust.exposure` or `selectiveAdjust.red.luminance`.
        name: String,
        /// The value in the edit that was asked.
        before: i32,
        /// The value in the edit it was compared with.
        after: i32,
    },
    /// Another filter, or another intensity of the same.
    Filter {
        /// The filter in the edit that was asked.
        before: Option<Filter>,
        /// The filter in the edit it was compared with.
        after: Option<Filter>,
    },
}

impl Edit {
    /// Whether nothing is changed: no tool, or only tools at 0.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.adjust.is_none_or(|adjust| adjust.is_neutral())
            && self
                .selective_adjust
                .is_none_or(|selective| selective.is_neutral())
            && self
                .filter
                .as_ref()
                .is_none_or(|filter| filter.intensity == 0)
    }

    /// The same edit without the tools that change nothing.
    #[must_use]
    pub fn normalized(self) -> Self {
        Self {
            adjust: self.adjust.filter(|adjust| !adjust.is_neutral()),
            selective_adjust: self
                .selective_adjust
                .filter(|selective| !selective.is_neutral()),
            filter: self.filter.filter(|filter| filter.intensity != 0),
        }
    }

    /// Every value times `strength`, rounded half away from zero: 0.5 is half the effect, 0 none.
    ///
    /// The ranges are not looked at: above 1, follow with [`clamped`](Self::clamped). A strength
    /// that is negative or no number counts as 0. A tool left with zeros only becomes `None`.
    #[must_use]
    pub fn scaled(&self, strength: f32) -> Self {
        let strength = f64::from(if strength.is_nan() {
            0.0
        } else {
            strength.max(0.0)
        });
        // `as` saturates, so that no strength can overflow.
        let scale = |value: i32| {
            if value == 0 {
                0
            } else {
                (f64::from(value) * strength).round() as i32
            }
        };
        self.mapped(
            |_, value| scale(value),
            |_, color| ColorAdjust {
                saturation: scale(color.saturation),
                luminance: scale(color.luminance),
            },
            scale,
        )
    }

    /// Every value moved to the nearest one in its range. A filter that the catalog does not have
    /// is dropped, and so is a tool left with zeros only.
    #[must_use]
    pub fn clamped(&self, catalog: &Catalog) -> Self {
        let mut edit = self.mapped(
            |name, value| {
                catalog
                    .slider(name)
                    .map_or(0, |slider| slider.range.clamp(value))
            },
            |_, color| ColorAdjust {
                saturation: catalog.saturation().clamp(color.saturation),
                luminance: catalog.luminance().clamp(color.luminance),
            },
            |value| catalog.intensity().clamp(value),
        );
        edit.filter = edit
            .filter
            .filter(|filter| catalog.filter(&filter.name).is_some());
        edit
    }

    /// This edit taken as a change of `current`, such as "warmer": sliders and colors are added to
    /// the current ones and clamped; a filter replaces the current one, which otherwise stays.
    #[must_use]
    pub fn merged_onto(&self, current: &Self, catalog: &Catalog) -> Self {
        let (change, base) = (
            self.adjust.unwrap_or_default(),
            current.adjust.unwrap_or_default(),
        );
        let adjust =
            base.map(|name, value| value.saturating_add(change.get(name).unwrap_or_default()));
        let colors = self.selective_adjust.unwrap_or_default();
        let selective = current
            .selective_adjust
            .unwrap_or_default()
            .map(|name, color| {
                let change = colors.get(name).unwrap_or_default();
                ColorAdjust {
                    saturation: color.saturation.saturating_add(change.saturation),
                    luminance: color.luminance.saturating_add(change.luminance),
                }
            });
        let filter = self.filter.as_ref().or(current.filter.as_ref()).cloned();
        Self {
            adjust: Some(adjust),
            selective_adjust: Some(selective),
            filter,
        }
        .clamped(catalog)
    }

    /// Where `other` differs, in the catalog's order. An unused tool equals one at 0.
    #[must_use]
    pub fn diff(&self, other: &Self) -> Vec<Difference> {
        let mut differences = Vec::new();
        let mut compare = |name: String, before: i32, after: i32| {
            if before != after {
                differences.push(Difference::Slider {
                    name,
                    before,
                    after,
                });
            }
        };
        let (before, after) = (
            self.adjust.unwrap_or_default(),
            other.adjust.unwrap_or_default(),
        );
        for ((name, before), (_, after)) in before.iter().zip(after.iter()) {
            compare(format!("adjust.{name}"), before, after);
        }
        let before = self.selective_adjust.unwrap_or_default();
        let after = other.selective_adjust.unwrap_or_default();
        for ((name, before), (_, after)) in before.iter().zip(after.iter()) {
            let place = format!("selectiveAdjust.{name}");
            compare(
                format!("{place}.saturation"),
                before.saturation,
                after.saturation,
            );
            compare(
                format!("{place}.luminance"),
                before.luminance,
                after.luminance,
            );
        }
        let visible = |edit: &Self| edit.filter.clone().filter(|filter| filter.intensity != 0);
        let (before, after) = (visible(self), visible(other));
        if before != after {
            differences.push(Difference::Filter { before, after });
        }
        differences
    }

    fn mapped(
        &self,
        slider: impl FnMut(&'static str, i32) -> i32,
        color: impl FnMut(&'static str, ColorAdjust) -> ColorAdjust,
        intensity: impl FnOnce(i32) -> i32,
    ) -> Self {
        let adjust: Option<Adjust> = self.adjust.map(|adjust| adjust.map(slider));
        let selective_adjust: Option<SelectiveAdjust> =
            self.selective_adjust.map(|selective| selective.map(color));
        let filter = self.filter.as_ref().map(|filter| Filter {
            name: filter.name.clone(),
            intensity: intensity(filter.intensity),
        });
        Self {
            adjust,
            selective_adjust,
            filter,
        }
        .normalized()
    }
}
