//! Catalogs as JSON: the general form, and the shorter one of the photo editor's tools.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{Catalog, Choice, Range, Slider, Tool, ToolKind};
use crate::look::Recipe;

impl Catalog {
    /// Reads the JSON form. In general `{"tools": [...]}`, each tool with `name`, `kind` and, if
    /// there is something to say about it, `meaning`:
    /// - `sliders` has `sliders`, an object of `{"min", "max", "meaning"}` by name;
    /// - `grid` has `rows`, a list of names, and `columns`, as `sliders`;
    /// - `choice` has `names`, an object of meanings by name, and may have `amount`,
    ///   `{"name", "min", "max", "meaning"}`, and `recipes` of filters by name.
    ///
    /// For the photo editor's tools also `adjust`, `selectiveAdjust` and `filter` with ranges and
    /// meanings.
    ///
    /// # Errors
    /// Says what is missing, has the wrong type, or is out of range in a recipe, and in which tool.
    pub fn from_json(value: &Value) -> Result<Self, String> {
        let Some(tools) = value.get("tools") else {
            return editor(value);
        };
        let tools = tools.as_array().ok_or("`tools` is not a list")?;
        let tools = (1..).zip(tools).map(|(number, value)| tool(number, value));
        Ok(Self {
            tools: tools.collect::<Result<_, _>>()?,
        })
    }

    /// The JSON form that [`from_json`](Self::from_json) reads, for the photo editor's tools the
    /// shorter one if it says all of the catalog.
    #[must_use]
    pub fn to_json(&self) -> Value {
        if self.is_editor() {
            let short = self.short();
            if Self::from_json(&short).is_ok_and(|read| read == *self) {
                return short;
            }
        }
        json!({"tools": self.tools.iter().map(tool_json).collect::<Vec<_>>()})
    }

    fn short(&self) -> Value {
        json!({
            "adjust": sliders_json(self.sliders()),
            "selectiveAdjust": {
                "colors": self.colors(),
                "saturation": self.saturation(),
                "luminance": self.luminance(),
            },
            "filter": {
                "intensity": self.intensity(),
                "names": names_json(self.filters()),
                "recipes": recipes_json(self.filters()),
            },
        })
    }
}

/// The photo editor's tools in their short form.
fn editor(value: &Value) -> Result<Catalog, String> {
    let raw = RawEditor::deserialize(value).map_err(|error| error.to_string())?;
    let column = |name: &str, range| Slider {
        name: name.to_owned(),
        range,
        meaning: String::new(),
    };
    let selective = raw.selective_adjust;
    let kinds = [
        ("adjust", ToolKind::Sliders(sliders(&raw.adjust)?)),
        (
            "selectiveAdjust",
            ToolKind::Grid {
                rows: selective.colors,
                columns: vec![
                    column("saturation", selective.saturation),
                    column("luminance", selective.luminance),
                ],
            },
        ),
        (
            "filter",
            ToolKind::Choice {
                names: choices(&raw.filter.names, raw.filter.recipes)?,
                amount: Some(column("intensity", raw.filter.intensity)),
            },
        ),
    ];
    let tools = kinds.map(|(name, kind)| Tool {
        name: name.to_owned(),
        meaning: String::new(),
        kind,
    });
    Ok(Catalog {
        tools: tools.into(),
    })
}

fn tool(number: usize, value: &Value) -> Result<Tool, String> {
    let name = value.get("name").and_then(Value::as_str);
    let name = name.ok_or_else(|| format!("tool {number} has no name"))?;
    let wrong = |reason: String| format!("tool `{name}`: {reason}");
    let raw = RawTool::deserialize(value).map_err(|error| wrong(error.to_string()))?;
    let kind = match raw {
        RawTool::Sliders { sliders: list } => ToolKind::Sliders(sliders(&list).map_err(wrong)?),
        RawTool::Grid { rows, columns } => ToolKind::Grid {
            rows,
            columns: sliders(&columns).map_err(wrong)?,
        },
        RawTool::Choice {
            names,
            amount,
            recipes,
        } => ToolKind::Choice {
            names: choices(&names, recipes).map_err(wrong)?,
            amount: amount.map(|RawAmount { name, slider }| slider.named(&name)),
        },
    };
    let meaning = value.get("meaning").and_then(Value::as_str);
    Ok(Tool {
        name: name.to_owned(),
        meaning: meaning.unwrap_or_default().to_owned(),
        kind,
    })
}

fn sliders(list: &Map<String, Value>) -> Result<Vec<Slider>, String> {
    let slider = |(name, value): (&String, &Value)| {
        let raw =
            RawSlider::deserialize(value).map_err(|error| format!("slider `{name}`: {error}"))?;
        Ok(raw.named(name))
    };
    list.iter().map(slider).collect()
}

fn choices(
    names: &Map<String, Value>,
    mut recipes: Map<String, Value>,
) -> Result<Vec<Choice>, String> {
    let mut choices = Vec::with_capacity(names.len());
    for (name, meaning) in names {
        choices.push(Choice {
            name: name.clone(),
            meaning: meaning.as_str().unwrap_or_default().to_owned(),
            recipe: recipes.remove(name).map(|r| recipe(name, &r)).transpose()?,
        });
    }
    match recipes.iter().next() {
        Some((name, _)) => Err(format!(
            "there is a recipe for `{name}`, but no such filter"
        )),
        None => Ok(choices),
    }
}

fn recipe(name: &str, value: &Value) -> Result<Recipe, String> {
    let recipe = Recipe::deserialize(value).map_err(|error| error.to_string());
    recipe
        .and_then(|recipe| recipe.check().map(|()| recipe))
        .map_err(|reason| format!("recipe of filter `{name}`: {reason}"))
}

fn tool_json(tool: &Tool) -> Value {
    let mut json = json!({"name": tool.name, "meaning": tool.meaning});
    match &tool.kind {
        ToolKind::Sliders(sliders) => {
            json["kind"] = json!("sliders");
            json["sliders"] = sliders_json(sliders);
        }
        ToolKind::Grid { rows, columns } => {
            json["kind"] = json!("grid");
            json["rows"] = json!(rows);
            json["columns"] = sliders_json(columns);
        }
        ToolKind::Choice { names, amount } => {
            json["kind"] = json!("choice");
            json["names"] = names_json(names);
            if let Some(amount) = amount {
                let Range { min, max } = amount.range;
                json["amount"] = json!(
                    {"name": amount.name, "min": min, "max": max, "meaning": amount.meaning}
                );
            }
            if names.iter().any(|choice| choice.recipe.is_some()) {
                json["recipes"] = recipes_json(names);
            }
        }
    }
    json
}

fn sliders_json(sliders: &[Slider]) -> Value {
    let entry = |slider: &Slider| {
        let Range { min, max } = slider.range;
        (
            slider.name.clone(),
            json!({"min": min, "max": max, "meaning": slider.meaning}),
        )
    };
    Value::Object(sliders.iter().map(entry).collect())
}

fn names_json(choices: &[Choice]) -> Value {
    let entries = choices.iter().map(|c| (c.name.clone(), json!(c.meaning)));
    Value::Object(entries.collect())
}

fn recipes_json(choices: &[Choice]) -> Value {
    let entries = choices
        .iter()
        .filter_map(|choice| Some((choice.name.clone(), json!(choice.recipe?))));
    Value::Object(entries.collect())
}

#[derive(Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum RawTool {
    Sliders {
        sliders: Map<String, Value>,
    },
    Grid {
        rows: Vec<String>,
        columns: Map<String, Value>,
    },
    Choice {
        names: Map<String, Value>,
        amount: Option<RawAmount>,
        #[serde(default)]
        recipes: Map<String, Value>,
    },
}

#[derive(Deserialize)]
struct RawSlider {
    min: i32,
    max: i32,
    #[serde(default)]
    meaning: String,
}

impl RawSlider {
    fn named(self, name: &str) -> Slider {
        Slider {
            name: name.to_owned(),
            range: Range {
                min: self.min,
                max: self.max,
            },
            meaning: self.meaning,
        }
    }
}

#[derive(Deserialize)]
struct RawAmount {
    name: String,
    #[serde(flatten)]
    slider: RawSlider,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RawEditor {
    adjust: Map<String, Value>,
    selective_adjust: RawSelective,
    filter: RawFilter,
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
