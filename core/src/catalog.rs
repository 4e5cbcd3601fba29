//! The tool catalog: which sliders, colors and filters there are, and their ranges.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::{
    edit::{Adjust, SelectiveAdjust},
    look::Recipe,
};

/// An inclusive range of slider values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Range {
    /// The least value.
    pub min: i32,
    /// The greatest value.
    pub max: i32,
}

impl Range {
    /// The nearest value inside the range.
    ///
    /// ```
    /// # use colorist_core::catalog::Range;
    /// assert_eq!(Range { min: 0, max: 100 }.clamp(-5), 0);
    /// ```
    #[must_use]
    pub fn clamp(self, value: i32) -> i32 {
        // `i32::clamp` panics when min > max; a catalog is data, so it must not.
        value.min(self.max).max(self.min)
    }
}

/// One slider of the adjust tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Slider {
    /// The name in JSON, such as `linearOffset`.
    pub name: String,
    /// The values it takes.
    pub range: Range,
    /// What it does, for people.
    pub meaning: String,
}

/// One filter: a named look.
#[derive(Debug, Clone, PartialEq)]
pub struct FilterInfo {
    /// The name in JSON, such as `film_Amber`.
    pub name: String,
    /// What it looks like, for people.
    pub meaning: String,
    /// How it is made; `None` in packs that only name their filters.
    pub recipe: Option<Recipe>,
}

/// The three tools with their ranges, in the order an editor shows them.
#[derive(Debug, Clone, PartialEq)]
pub struct Catalog {
    /// The sliders of the adjust tool.
    pub adjust: Vec<Slider>,
    /// The colors of the selective adjust tool.
    pub colors: Vec<String>,
    /// The range of each color's saturation.
    pub saturation: Range,
    /// The range of each color's luminance.
    pub luminance: Range,
    /// The filters.
    pub filters: Vec<FilterInfo>,
    /// The range of a filter's intensity.
    pub intensity: Range,
}

impl Catalog {
    /// Reads the JSON form (`adjust`, `selectiveAdjust`, `filter` with ranges and meanings, and
    /// `filter.recipes`, which may lack filters or be missing).
    ///
    /// # Errors
    /// Says what is missing, has the wrong type, or is out of range in a recipe.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let raw = RawCatalog::deserialize(value).map_err(|error| error.to_string())?;
        let mut adjust = Vec::with_capacity(raw.adjust.len());
        for (name, value) in &raw.adjust {
            let slider = RawSlider::deserialize(value)
                .map_err(|error| format!("slider `{name}`: {error}"))?;
            let range = Range {
                min: slider.min,
                max: slider.max,
            };
            adjust.push(Slider {
                name: name.clone(),
                range,
                meaning: slider.meaning,
            });
        }
        let mut recipes = raw.filter.recipes;
        let mut filters = Vec::with_capacity(raw.filter.names.len());
        for (name, meaning) in &raw.filter.names {
            filters.push(FilterInfo {
                name: name.clone(),
                meaning: meaning.as_str().unwrap_or_default().to_owned(),
                recipe: recipes.remove(name).map(|r| recipe(name, &r)).transpose()?,
            });
        }
        if let Some((name, _)) = recipes.iter().next() {
            return Err(format!(
                "there is a recipe for `{name}`, but no such filter"
            ));
        }
        Ok(Self {
            adjust,
            colors: raw.selective_adjust.colors,
            saturation: raw.selective_adjust.saturation,
            luminance: raw.selective_adjust.luminance,
            filters,
            intensity: raw.filter.intensity,
        })
    }

    /// The JSON form that [`from_json`](Self::from_json) reads.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let adjust: Map<String, Value> = self
            .adjust
            .iter()
            .map(|slider| {
                let Range { min, max } = slider.range;
                (
                    slider.name.clone(),
                    json!({"min": min, "max": max, "meaning": slider.meaning}),
                )
            })
            .collect();
        let names: Map<String, Value> = self
            .filters
            .iter()
            .map(|f| (f.name.clone(), json!(f.meaning)))
            .collect();
        let recipes: Map<String, Value> = self
            .filters
            .iter()
            .filter_map(|f| Some((f.name.clone(), json!(f.recipe?))))
            .collect();
        json!({
            "adjust": adjust,
            "selectiveAdjust": {
                "colors": self.colors,
                "saturation": self.saturation,
                "luminance": self.luminance,
            },
            "filter": {"intensity": self.intensity, "names": names, "recipes": recipes},
        })
    }

    /// The slider of this name.
    #[must_use]
    pub fn slider(&self, name: &str) -> Option<&Slider> {
        self.adjust.iter().find(|slider| slider.name == name)
    }

    /// The filter of this name.
    #[must_use]
    pub fn filter(&self, name: &str) -> Option<&FilterInfo> {
        self.filters.iter().find(|filter| filter.name == name)
    }

    /// Whether the typed tools can express it: the same sliders and colors, no more and no less,
    /// and ranges that are not empty and contain 0, which means "unchanged".
    ///
    /// # Errors
    /// Says what differs.
    pub fn check(&self) -> Result<(), String> {
        same_names(
            "slider",
            self.adjust.iter().map(|s| s.name.as_str()),
            &Adjust::names(),
        )?;
        same_names(
            "color",
            self.colors.iter().map(String::as_str),
            &SelectiveAdjust::names(),
        )?;
        let mut ranges: Vec<(&str, Range)> = self
            .adjust
            .iter()
            .map(|s| (s.name.as_str(), s.range))
            .collect();
        ranges.push(("selectiveAdjust.saturation", self.saturation));
        ranges.push(("selectiveAdjust.luminance", self.luminance));
        ranges.push(("filter.intensity", self.intensity));
        match ranges
            .iter()
            .find(|(_, range)| range.min > 0 || range.max <= 0)
        {
            Some((name, _)) => Err(format!(
                "the range of `{name}` does not start at or below 0 and end above it"
            )),
            None if self.filters.is_empty() => Err("there is no filter".to_owned()),
            None => Ok(()),
        }
    }
}

fn recipe(name: &str, value: &Value) -> Result<Recipe, String> {
    let recipe = Recipe::deserialize(value).map_err(|error| error.to_string());
    recipe
        .and_then(|recipe| recipe.check().map(|()| recipe))
        .map_err(|reason| format!("recipe of filter `{name}`: {reason}"))
}

fn same_names<'a>(
    kind: &str,
    found: impl Iterator<Item = &'a str>,
    expected: &[&str],
) -> Result<(), String> {
    let mut missing: Vec<&str> = expected.to_vec();
    for name in found {
        match missing.iter().position(|known| *known == name) {
            Some(index) => drop(missing.remove(index)),
            None if expected.contains(&name) => {
                return Err(format!("{kind} `{name}` occurs twice"));
            }
            None => return Err(format!("{kind} `{name}` is unknown")),
        }
    }
    match missing.first() {
        Some(name) => Err(format!("{kind} `{name}` is missing")),
        None => Ok(()),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawCatalog {
    adjust: Map<String, Value>,
    selective_adjust: RawSelective,
    filter: RawFilter,
}

#[derive(Deserialize)]
struct RawSlider {
    min: i32,
    max: i32,
    #[serde(default)]
    meaning: String,
}

#[derive(Deserialize)]
struct RawSelective {
    colors: Vec<String>,
    saturation: Range,
    luminance: Range,
}

#[derive(Deserialize)]
struct RawFilter {
    intensity: Range,
    names: Map<String, Value>,
    #[serde(default)]
    recipes: Map<String, Value>,
}
