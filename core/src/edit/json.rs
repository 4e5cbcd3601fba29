//! Edits as JSON: the full form that Colorist writes, the compact form of the teacher's rows, and
//! one reader for both.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, json};

use super::{Adjust, ColorAdjust, Edit, Filter, SelectiveAdjust};
use crate::error::{EditError, Result};

impl Edit {
    /// The full form: all sliders and colors of a used tool, `null` for an unused one.
    ///
    /// ```
    /// # use colorist_core::{Edit, Filter};
    /// let filter = Some(Filter { name: "film_Amber".to_owned(), intensity: 40 });
    /// let json = Edit { filter, ..Edit::default() }.to_json();
    /// assert_eq!(
    ///     json.to_string(),
    ///     r#"{"adjust":null,"selectiveAdjust":null,"filter":{"name":"film_Amber","intensity":40}}"#
    /// );
    /// ```
    #[must_use]
    pub fn to_json(&self) -> Value {
        let adjust = self
            .adjust
            .map(|adjust| object(adjust.iter().map(|(n, v)| (n, json!(v)))));
        let selective = self.selective_adjust.map(|selective| {
            object(selective.iter().map(|(name, color)| {
                (
                    name,
                    json!({"saturation": color.saturation, "luminance": color.luminance}),
                )
            }))
        });
        let filter = self
            .filter
            .as_ref()
            .map(|filter| json!({"name": filter.name, "intensity": filter.intensity}));
        json!({"adjust": adjust, "selectiveAdjust": selective, "filter": filter})
    }

    /// The compact form of the teacher's rows: only what is not 0, colors as
    /// `[saturation, luminance]`, the filter as `[name, intensity]`.
    #[must_use]
    pub fn to_compact_json(&self) -> Value {
        let adjust = self.adjust.map(|adjust| {
            object(
                adjust
                    .iter()
                    .filter(|(_, v)| *v != 0)
                    .map(|(n, v)| (n, json!(v))),
            )
        });
        let selective = self.selective_adjust.map(|selective| {
            let changed = selective
                .iter()
                .filter(|(_, color)| *color != ColorAdjust::default());
            object(changed.map(|(name, color)| (name, json!([color.saturation, color.luminance]))))
        });
        let filter = self
            .filter
            .as_ref()
            .map(|filter| json!([filter.name, filter.intensity]));
        json!({"adjust": adjust, "selectiveAdjust": selective, "filter": filter})
    }

    /// Reads either form. A missing slider is 0, a missing tool unused, and so is a tool whose
    /// values are all 0. Other keys beside the three tools are passed over, so that a teacher's
    /// row or a printed prediction can be read as it is. Ranges are not checked: see
    /// [`clamped`](Self::clamped).
    ///
    /// # Errors
    /// [`EditError`] with the place, when a tool or a value has another type, a slider or color is
    /// unknown, or a number is not whole or too large.
    pub fn from_json(value: &Value) -> Result<Self> {
        let tools = value
            .as_object()
            .ok_or_else(|| wrong("the value", "is not an object"))?;
        let tool = |name: &str| tools.get(name).filter(|value| !value.is_null());
        let edit = Self {
            adjust: tool("adjust").map(adjust).transpose()?,
            selective_adjust: tool("selectiveAdjust").map(selective).transpose()?,
            filter: tool("filter").map(filter).transpose()?,
        };
        Ok(edit.normalized())
    }
}

impl Serialize for Edit {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.to_json().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Edit {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::from_json(&Value::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

fn object(entries: impl Iterator<Item = (&'static str, Value)>) -> Value {
    Value::Object(
        entries
            .map(|(name, value)| (name.to_owned(), value))
            .collect::<Map<_, _>>(),
    )
}

pub(crate) fn wrong(place: impl Into<String>, reason: &'static str) -> EditError {
    EditError {
        place: place.into(),
        reason,
    }
}

/// A whole number; 40.0 counts as one, since other languages print it so.
pub(crate) fn integer(place: &str, value: &Value) -> Result<i32, EditError> {
    let number = value
        .as_f64()
        .ok_or_else(|| wrong(place, "is not a number"))?;
    if number.fract() != 0.0 {
        return Err(wrong(place, "is not a whole number"));
    }
    if !(f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&number) {
        return Err(wrong(place, "is too large"));
    }
    // Whole and in range: the conversion is exact.
    Ok(number as i32)
}

fn adjust(value: &Value) -> Result<Adjust, EditError> {
    let sliders = value
        .as_object()
        .ok_or_else(|| wrong("adjust", "is not an object"))?;
    let mut tool = Adjust::default();
    for (name, value) in sliders {
        // The place is named only once the name is known to be one of ours.
        if tool.get(name).is_none() {
            return Err(wrong("adjust", "has an unknown slider"));
        }
        tool.set(name, integer(&format!("adjust.{name}"), value)?);
    }
    Ok(tool)
}

fn selective(value: &Value) -> Result<SelectiveAdjust, EditError> {
    let place = "selectiveAdjust";
    let colors = value
        .as_object()
        .ok_or_else(|| wrong(place, "is not an object"))?;
    let mut tool = SelectiveAdjust::default();
    for (name, value) in colors {
        if tool.get(name).is_none() {
            return Err(wrong(place, "has an unknown color"));
        }
        tool.set(name, color(&format!("{place}.{name}"), value)?);
    }
    Ok(tool)
}

fn color(place: &str, value: &Value) -> Result<ColorAdjust, EditError> {
    match value {
        Value::Array(pair) => {
            let [saturation, luminance] = pair.as_slice() else {
                return Err(wrong(place, "is not [saturation, luminance]"));
            };
            Ok(ColorAdjust {
                saturation: integer(&format!("{place}.saturation"), saturation)?,
                luminance: integer(&format!("{place}.luminance"), luminance)?,
            })
        }
        Value::Object(fields) => {
            let mut color = ColorAdjust::default();
            for (name, value) in fields {
                match name.as_str() {
                    "saturation" => color.saturation = integer(&format!("{place}.{name}"), value)?,
                    "luminance" => color.luminance = integer(&format!("{place}.{name}"), value)?,
                    _ => return Err(wrong(place, "has an unknown key")),
                }
            }
            Ok(color)
        }
        Value::Null => Ok(ColorAdjust::default()),
        _ => Err(wrong(place, "is neither an object nor an array")),
    }
}

fn filter(value: &Value) -> Result<Filter, EditError> {
    let (name, intensity) = match value {
        Value::Array(pair) => match pair.as_slice() {
            [name, intensity] => (name, intensity),
            _ => return Err(wrong("filter", "is not [name, intensity]")),
        },
        Value::Object(fields) => (
            fields
                .get("name")
                .ok_or_else(|| wrong("filter.name", "is missing"))?,
            fields
                .get("intensity")
                .ok_or_else(|| wrong("filter.intensity", "is missing"))?,
        ),
        _ => return Err(wrong("filter", "is neither an object nor an array")),
    };
    let name = name
        .as_str()
        .ok_or_else(|| wrong("filter.name", "is not a text"))?;
    Ok(Filter {
        name: name.to_owned(),
        intensity: integer("filter.intensity", intensity)?,
    })
}
