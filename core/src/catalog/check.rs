//! Whether a catalog can be used.

use std::collections::HashSet;

use super::{Catalog, MOST_CHOICES, MOST_TOOLS, MOST_VALUES, Slider, Tool, ToolKind};

/// Keys that stand beside the tools in rows, answers and scores; `catalog_form.py` has the same.
const RESERVED: [&str; 14] = [
    "intent",
    "why",
    "calls",
    "confidence",
    "timings",
    "tokens",
    "truncated",
    "similar",
    "similar_wording",
    "group",
    "error",
    "samples",
    "overall",
    "overallInterval",
];

impl Catalog {
    /// Whether the tools can be used: 1 to [`MOST_TOOLS`] of them, each with something to set, no
    /// more than [`MOST_VALUES`] values and [`MOST_CHOICES`] choices in all, names that are unique
    /// in their place, and ranges that are not empty and contain 0, which means "unchanged".
    ///
    /// # Errors
    /// Says what is wrong, with the tool's name.
    pub fn check(&self) -> Result<(), String> {
        if self.tools.is_empty() || self.tools.len() > MOST_TOOLS {
            let count = self.tools.len();
            return Err(format!(
                "there are {count} tools instead of 1 to {MOST_TOOLS}"
            ));
        }
        // Before anything is made of them: a short grid can have any number of cells.
        let total = |count: fn(&Tool) -> usize| {
            let counts = self.tools.iter().map(count);
            counts.fold(0, usize::saturating_add)
        };
        most("values", total(Tool::count), MOST_VALUES)?;
        most("choices", total(|tool| tool.choices().len()), MOST_CHOICES)?;
        let tools = self.tools.iter().map(|tool| &tool.name);
        names(Rule::new("tool", &RESERVED), "", tools)?;
        for tool in &self.tools {
            check(tool)?;
        }
        Ok(())
    }
}

fn most(what: &str, count: usize, limit: usize) -> Result<(), String> {
    if count > limit {
        return Err(format!("the tools have more than {limit} {what}"));
    }
    Ok(())
}

/// What the names of one kind must not be.
#[derive(Clone, Copy)]
struct Rule {
    kind: &'static str,
    /// Names that already mean something in their place.
    taken: &'static [&'static str],
    /// Whether they may have dots, which separate the names of a slot.
    dots: bool,
}

impl Rule {
    const fn new(kind: &'static str, taken: &'static [&'static str]) -> Self {
        Self {
            kind,
            taken,
            dots: false,
        }
    }
}

fn check(tool: &Tool) -> Result<(), String> {
    let place = format!("`{}`: ", tool.name);
    match &tool.kind {
        ToolKind::Sliders(list) => sliders(Rule::new("slider", &["used"]), tool, list),
        ToolKind::Grid { rows, columns } => {
            names(Rule::new("row", &[]), &place, rows.iter())?;
            sliders(Rule::new("column", &[]), tool, columns)
        }
        ToolKind::Choice {
            names: choices,
            amount,
        } => {
            let rule = Rule {
                dots: true,
                ..Rule::new("choice", &["none", "unused"])
            };
            names(rule, &place, choices.iter().map(|choice| &choice.name))?;
            match amount {
                // An answer has the choice itself by that name.
                Some(amount) => sliders(
                    Rule::new("amount", &["name"]),
                    tool,
                    std::slice::from_ref(amount),
                ),
                None => Ok(()),
            }
        }
    }
}

fn sliders(rule: Rule, tool: &Tool, list: &[Slider]) -> Result<(), String> {
    let place = format!("`{}`: ", tool.name);
    names(rule, &place, list.iter().map(|slider| &slider.name))?;
    for Slider { name, range, .. } in list {
        if range.min > 0 || range.max < 0 || range.min == range.max {
            return Err(format!(
                "the range of `{}.{name}` is empty or does not contain 0",
                tool.name
            ));
        }
    }
    Ok(())
}

fn names<'a>(
    rule: Rule,
    place: &str,
    list: impl Iterator<Item = &'a String>,
) -> Result<(), String> {
    let Rule { kind, taken, dots } = rule;
    let mut seen = HashSet::new();
    for name in list {
        if name.trim().is_empty() {
            return Err(format!("{place}a {kind} has no name"));
        }
        let words: Vec<&str> = name.split_whitespace().collect();
        if *name != words.join(" ") {
            return Err(format!(
                "{place}{kind} `{name}` has other spaces than single ones between words"
            ));
        }
        if !dots && name.contains('.') {
            return Err(format!(
                "{place}{kind} `{name}` has a dot, which separates names in a slot"
            ));
        }
        if taken.contains(&name.as_str()) {
            return Err(format!(
                "{place}the {kind} cannot be called `{name}`, which has a meaning of its own"
            ));
        }
        if !seen.insert(name) {
            return Err(format!("{place}{kind} `{name}` occurs twice"));
        }
    }
    if seen.is_empty() {
        return Err(format!("{place}there is no {kind}"));
    }
    Ok(())
}
