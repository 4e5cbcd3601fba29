//! Finding each value of each tool among a pack's slots.

use std::collections::HashSet;

use super::{Choice, Plan, Slider, Tool, Used};
use crate::{
    catalog::{self, Catalog, Range, ToolKind},
    pack::{Class, Slots, ValueRule},
};

/// The class of a choice that stands for none of the names.
const NONE: &str = "none";

/// Looks the slots up by name, once.
pub(super) struct Finder<'a> {
    pub(super) slots: &'a Slots,
    pub(super) catalog: &'a Catalog,
}

impl Finder<'_> {
    pub(super) fn plan(&self) -> Result<Plan, String> {
        let Slots {
            decode,
            slots,
            classes,
            ..
        } = self.slots;
        let ValueRule::Mean = decode.value;
        let tools = self.catalog.tools.iter().map(|tool| self.tool(tool));
        let tools = tools.collect::<Result<Vec<_>, _>>()?;
        // Each slot was found once; with that many there is no other.
        let expected: usize = tools.iter().map(Tool::slots).sum();
        if slots.len() != expected {
            return Err(format!(
                "there are {} slots instead of {expected}",
                slots.len()
            ));
        }
        Ok(Plan {
            slots: slots.len(),
            classes: classes.len(),
            tools,
            deadzone: decode.deadzone,
        })
    }

    fn tool(&self, tool: &catalog::Tool) -> Result<Tool, String> {
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
    fn slot(&self, name: &str) -> Result<(usize, &[Class]), String> {
        let mut found = self
            .slots
            .slots
            .iter()
            .enumerate()
            .filter(|(_, s)| s.name == name);
        let (index, slot) = found
            .next()
            .ok_or_else(|| format!("slot `{name}` is missing"))?;
        if found.next().is_some() {
            return Err(format!("slot `{name}` occurs twice"));
        }
        let (start, end) = slot.classes;
        let classes = self
            .slots
            .classes
            .get(start..end)
            .filter(|classes| !classes.is_empty());
        let classes = classes.ok_or_else(|| format!("slot `{name}` has no valid classes"))?;
        Ok((index * self.slots.classes.len() + start, classes))
    }

    fn slider(&self, name: &str, range: Range) -> Result<Slider, String> {
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

    fn used(&self, name: &str, threshold: f32) -> Result<Used, String> {
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
        &self,
        tool: &catalog::Tool,
        amount: Option<Slider>,
        threshold: f32,
    ) -> Result<Tool, String> {
        let slot = format!("{}.name", tool.name);
        let (start, classes) = self.slot(&slot)?;
        let place = |name: &str| tool.choices().iter().position(|choice| choice.name == name);
        let mut names = Vec::with_capacity(classes.len());
        let mut seen = HashSet::new();
        for class in classes {
            names.push(match class {
                Class::Name(name) if name == NONE => None,
                Class::Name(name) => {
                    let index = place(name)
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

impl Tool {
    fn slots(&self) -> usize {
        match self {
            Self::Values { sliders, .. } => 1 + sliders.len(),
            Self::Choice(choice) => 1 + usize::from(choice.amount.is_some()),
        }
    }
}
