//! Finding each value of each tool among a pack's slots.

use std::collections::{HashMap, HashSet};

use super::{Choice, Plan, Slider, Tool, Used};
use crate::{
    catalog::{self, Catalog, MOST_CHOICES, Range, ToolKind},
    pack::{Class, Slots, ValueRule},
};

/// The class of a choice that stands for none of the names.
const NONE: &str = "none";

/// How far a slot's values go, either way.
const WIDEST: i32 = 100;

/// The most classes of a pack: each slider keeps the numbers of its own.
const MOST_CLASSES: usize = 2 * MOST_CHOICES;

/// Looks the slots up by name, once.
pub(super) struct Finder<'a> {
    slots: &'a Slots,
    /// The slots that no value has yet, by name.
    left: HashMap<&'a str, usize>,
}

impl<'a> Finder<'a> {
    pub(super) fn new(slots: &'a Slots) -> Result<Self, String> {
        if slots.classes.len() > MOST_CLASSES {
            return Err(format!("there are more than {MOST_CLASSES} classes"));
        }
        let mut left = HashMap::with_capacity(slots.slots.len());
        for (index, slot) in slots.slots.iter().enumerate() {
            if left.insert(slot.name.as_str(), index).is_some() {
                return Err(format!("slot `{}` occurs twice", slot.name));
            }
        }
        Ok(Self { slots, left })
    }

    pub(super) fn plan(mut self, catalog: &Catalog) -> Result<Plan, String> {
        let Slots {
            decode,
            slots,
            classes,
            ..
        } = self.slots;
        let ValueRule::Mean = decode.value;
        let tools = catalog.tools.iter().map(|tool| self.tool(tool));
        let tools = tools.collect::<Result<Vec<_>, _>>()?;
        if let Some((name, _)) = self.left.iter().min_by_key(|(_, index)| **index) {
            return Err(format!("slot `{name}` is of no tool"));
        }
        Ok(Plan {
            slots: slots.len(),
            classes: classes.len(),
            tools,
            deadzone: decode.deadzone,
        })
    }

    fn tool(&mut self, tool: &catalog::Tool) -> Result<Tool, String> {
        let name = &tool.name;
        let threshold = self.slots.decode.thresholds.get(name);
        let threshold = *threshold.ok_or_else(|| format!("`decode.thresholds` lacks `{name}`"))?;
        let mut sliders = Vec::new();
        for (value, range) in tool.value_names().iter().zip(tool.ranges()) {
            sliders.push(self.slider(&format!("{name}.{value}"), range)?);
        }
        match tool.kind {
            ToolKind::Choice { .. } => self.choice(tool, sliders.pop(), threshold),
            _ => Ok(Tool::Values {
                used: self.used(&format!("{name}.used"), threshold)?,
                sliders,
            }),
        }
    }

    /// The slot's first logit and its classes.
    fn slot(&mut self, name: &str) -> Result<(usize, &'a [Class]), String> {
        let index = self.left.remove(name);
        let index =
            index.ok_or_else(|| format!("slot `{name}` is missing, or two values have it"))?;
        let (start, end) = self.slots.slots[index].classes;
        let classes = self
            .slots
            .classes
            .get(start..end)
            .filter(|classes| !classes.is_empty());
        let classes = classes.ok_or_else(|| format!("slot `{name}` has no valid classes"))?;
        Ok((index * self.slots.classes.len() + start, classes))
    }

    fn slider(&mut self, name: &str, range: Range) -> Result<Slider, String> {
        if range.min < -WIDEST || range.max > WIDEST {
            return Err(format!(
                "the range of `{name}` is not within {} to {WIDEST}, as with slots",
                -WIDEST
            ));
        }
        let (start, classes) = self.slot(name)?;
        let values = classes.iter().map(|class| match class {
            Class::Value(value) => Ok(*value as f32),
            Class::Name(_) => Err(format!("slot `{name}` has a class that is not a number")),
        });
        let values = values.collect::<Result<_, _>>()?;
        Ok(Slider {
            start,
            values,
            min: range.min,
            max: range.max,
        })
    }

    fn used(&mut self, name: &str, threshold: f32) -> Result<Used, String> {
        let (start, classes) = self.slot(name)?;
        let yes = match classes {
            [Class::Name(a), Class::Name(b)] if a == "unused" && b == "used" => 1,
            [Class::Name(a), Class::Name(b)] if a == "used" && b == "unused" => 0,
            _ => {
                return Err(format!(
                    "slot `{name}` does not choose between unused and used"
                ));
            }
        };
        Ok(Used {
            start,
            len: classes.len(),
            yes,
            threshold,
        })
    }

    fn choice(
        &mut self,
        tool: &catalog::Tool,
        amount: Option<Slider>,
        threshold: f32,
    ) -> Result<Tool, String> {
        let slot = format!("{}.name", tool.name);
        let (start, classes) = self.slot(&slot)?;
        let choices = tool.choices().iter().enumerate();
        let places: HashMap<&str, usize> = choices
            .map(|(index, choice)| (choice.name.as_str(), index))
            .collect();
        let mut names = Vec::with_capacity(classes.len());
        let mut seen = HashSet::new();
        for class in classes {
            names.push(match class {
                Class::Name(name) if name == NONE => None,
                Class::Name(name) => {
                    let index = *places
                        .get(name.as_str())
                        .ok_or_else(|| format!("slot `{slot}` has a name not in the catalog"))?;
                    if !seen.insert(index) {
                        return Err(format!("slot `{slot}` has `{name}` twice"));
                    }
                    Some(index)
                }
                Class::Value(_) => {
                    return Err(format!("slot `{slot}` has a class that is not a name"));
                }
            });
        }
        if names.iter().filter(|name| name.is_none()).count() != 1 {
            return Err(format!(
                "slot `{slot}` does not have exactly one class `{NONE}`"
            ));
        }
        Ok(Tool::Choice(Choice {
            start,
            names,
            amount,
            threshold,
        }))
    }
}
