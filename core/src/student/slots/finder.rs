//! Finding each part of an edit among a pack's slots.

use super::{FilterSlots, Plan, Slider, Tool, Used};
use crate::{
    catalog::{Catalog, Range},
    edit::{Adjust, SelectiveAdjust},
    pack::{Class, Slots, ValueRule},
};

/// Looks the slots up by name, once.
pub(super) struct Finder<'a> {
    pub(super) slots: &'a Slots,
    pub(super) catalog: &'a Catalog,
}

impl Finder<'_> {
    pub(super) fn plan(&self) -> Result<Plan, String> {
        let catalog = self.catalog;
        let Slots {
            decode,
            slots,
            classes,
            ..
        } = self.slots;
        let ValueRule::Mean = decode.value;
        let thresholds = decode.thresholds;
        let mut adjust = [const { None }; Adjust::COUNT];
        for (slot, name) in adjust.iter_mut().zip(Adjust::names()) {
            let range = catalog
                .slider(name)
                .ok_or_else(|| format!("slider `{name}` is missing"))?;
            *slot = Some(self.slider(&format!("adjust.{name}"), range.range)?);
        }
        let mut selective = [const { None }; 2 * SelectiveAdjust::COUNT];
        for (pair, color) in selective.chunks_exact_mut(2).zip(SelectiveAdjust::names()) {
            let place = format!("selectiveAdjust.{color}");
            pair[0] = Some(self.slider(&format!("{place}.saturation"), catalog.saturation)?);
            pair[1] = Some(self.slider(&format!("{place}.luminance"), catalog.luminance)?);
        }
        let expected = 3 + 1 + Adjust::COUNT + 2 * SelectiveAdjust::COUNT;
        if slots.len() != expected {
            return Err(format!(
                "there are {} slots instead of {expected}",
                slots.len()
            ));
        }
        Ok(Plan {
            slots: slots.len(),
            classes: classes.len(),
            adjust: Tool {
                used: self.used("adjust.used", thresholds.adjust)?,
                sliders: adjust.map(Option::unwrap_or_default),
            },
            selective: Tool {
                used: self.used("selectiveAdjust.used", thresholds.selective_adjust)?,
                sliders: selective.map(Option::unwrap_or_default),
            },
            filter: self.filter(thresholds.filter)?,
            deadzone: decode.deadzone,
        })
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

    fn filter(&self, threshold: f32) -> Result<FilterSlots, String> {
        let (start, classes) = self.slot("filter.name")?;
        let mut names = Vec::with_capacity(classes.len());
        for class in classes {
            names.push(match class {
                Class::Name(name) if name == "none" => None,
                Class::Name(name) if self.catalog.filter(name).is_some() => Some(name.clone()),
                _ => return Err("slot `filter.name` names a filter not in the catalog".to_owned()),
            });
        }
        if names.iter().filter(|name| name.is_none()).count() != 1 {
            return Err("slot `filter.name` does not have exactly one class `none`".to_owned());
        }
        let intensity = self.slider("filter.intensity", self.catalog.intensity)?;
        Ok(FilterSlots {
            start,
            names,
            intensity,
            threshold,
        })
    }
}
