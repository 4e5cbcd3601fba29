//! The tool catalog: which tools there are, what they set, and the ranges.
//!
//! Any editor's tools can be described. Those of a photo editor, `adjust`, `selectiveAdjust` and
//! `filter` with the sliders and colors of [`Edit`](crate::Edit), are the only ones that the typed
//! edit and looks know; all others are answered as [`ToolCall`](crate::ToolCall)s.

mod check;
mod json;

use serde::{Deserialize, Serialize};

use crate::{calls::Editor, look::Recipe};

/// The most tools of a catalog.
pub const MOST_TOOLS: usize = 16;

/// The most values that the tools of a catalog set together: sliders, cells of grids, and amounts.
pub const MOST_VALUES: usize = 1024;

/// The most names that the tools of a catalog choose from together.
pub const MOST_CHOICES: usize = 4096;

/// An inclusive range of slider values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// One number that a tool sets: a slider, a column of a grid, or the amount of a choice.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Slider {
    /// The name in JSON, such as `linearOffset`.
    pub name: String,
    /// The values it takes.
    pub range: Range,
    /// What it does, for people.
    pub meaning: String,
}

/// One of the names that a tool chooses from, such as a filter or a sticker.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Choice {
    /// The name in JSON, such as `film_Amber`.
    pub name: String,
    /// What it is for, for people.
    pub meaning: String,
    /// How a filter is made; `None` for what is no filter, and in packs that only name them.
    pub recipe: Option<Recipe>,
}

/// One tool.
#[derive(Debug, Clone, PartialEq)]
pub struct Tool {
    /// The name in JSON, such as `adjust`.
    pub name: String,
    /// What it is for, for people.
    pub meaning: String,
    /// What it sets.
    pub kind: ToolKind,
}

/// What a tool sets. 0 always means "unchanged".
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum ToolKind {
    /// Some numbers, each with a name.
    Sliders(Vec<Slider>),
    /// The same numbers for each of several things, such as colors.
    Grid {
        /// The things.
        rows: Vec<String>,
        /// The numbers of each.
        columns: Vec<Slider>,
    },
    /// One of several names, or none of them.
    Choice {
        /// The names.
        names: Vec<Choice>,
        /// How much of it; `None` where there is no more or less.
        amount: Option<Slider>,
    },
}

/// The tools with their ranges, in the order an editor shows them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Catalog {
    /// The tools.
    pub tools: Vec<Tool>,
}

impl Tool {
    /// The names of the values that a call of the tool has, in order: sliders; `ROW.COLUMN`, row by
    /// row; the amount of a choice.
    #[must_use]
    pub fn value_names(&self) -> Vec<String> {
        let name = |slider: &Slider| slider.name.clone();
        match &self.kind {
            ToolKind::Sliders(sliders) => sliders.iter().map(name).collect(),
            ToolKind::Grid { rows, columns } => rows
                .iter()
                .flat_map(|row| columns.iter().map(move |c| format!("{row}.{}", c.name)))
                .collect(),
            ToolKind::Choice { amount, .. } => amount.iter().map(name).collect(),
        }
    }

    /// The ranges of the values, in the order of [`value_names`](Self::value_names).
    #[must_use]
    pub fn ranges(&self) -> Vec<Range> {
        match &self.kind {
            ToolKind::Sliders(sliders) => sliders.iter().map(|slider| slider.range).collect(),
            ToolKind::Grid { rows, columns } => rows
                .iter()
                .flat_map(|_| columns.iter().map(|column| column.range))
                .collect(),
            ToolKind::Choice { amount, .. } => amount.iter().map(|amount| amount.range).collect(),
        }
    }

    /// How many values a call of the tool has; `usize::MAX` when there is no such number.
    pub(crate) fn count(&self) -> usize {
        match &self.kind {
            ToolKind::Sliders(sliders) => sliders.len(),
            ToolKind::Grid { rows, columns } => rows.len().saturating_mul(columns.len()),
            ToolKind::Choice { amount, .. } => usize::from(amount.is_some()),
        }
    }

    /// The names to choose from; empty for tools that choose nothing.
    #[must_use]
    pub fn choices(&self) -> &[Choice] {
        match &self.kind {
            ToolKind::Choice { names, .. } => names,
            _ => &[],
        }
    }
}

impl Catalog {
    /// Whether these are the photo editor's tools, which [`Edit`](crate::Edit) and looks know: the
    /// same sliders and colors, in any order, and any filters.
    #[must_use]
    pub fn is_editor(&self) -> bool {
        Editor::tools(self).is_some()
    }

    /// The tool of this name.
    #[must_use]
    pub fn tool(&self, name: &str) -> Option<&Tool> {
        self.tools.iter().find(|tool| tool.name == name)
    }

    /// The sliders of the photo editor's adjust tool; empty when the tools are others.
    #[must_use]
    pub fn sliders(&self) -> &[Slider] {
        match self.editor(0) {
            Some(ToolKind::Sliders(sliders)) => sliders,
            _ => &[],
        }
    }

    /// The colors of the photo editor's selective adjust tool; empty when the tools are others.
    #[must_use]
    pub fn colors(&self) -> &[String] {
        match self.editor(1) {
            Some(ToolKind::Grid { rows, .. }) => rows,
            _ => &[],
        }
    }

    /// The range of each color's saturation; 0 to 0 when the tools are others.
    #[must_use]
    pub fn saturation(&self) -> Range {
        self.column("saturation")
    }

    /// The range of each color's luminance; 0 to 0 when the tools are others.
    #[must_use]
    pub fn luminance(&self) -> Range {
        self.column("luminance")
    }

    /// The photo editor's filters; empty when the tools are others.
    #[must_use]
    pub fn filters(&self) -> &[Choice] {
        match self.editor(2) {
            Some(ToolKind::Choice { names, .. }) => names,
            _ => &[],
        }
    }

    /// The range of a filter's intensity; 0 to 0 when the tools are others.
    #[must_use]
    pub fn intensity(&self) -> Range {
        match self.editor(2) {
            Some(ToolKind::Choice {
                amount: Some(amount),
                ..
            }) => amount.range,
            _ => Range::default(),
        }
    }

    /// The slider of this name among [`sliders`](Self::sliders).
    #[must_use]
    pub fn slider(&self, name: &str) -> Option<&Slider> {
        self.sliders().iter().find(|slider| slider.name == name)
    }

    /// The filter of this name among [`filters`](Self::filters).
    #[must_use]
    pub fn filter(&self, name: &str) -> Option<&Choice> {
        self.filters().iter().find(|filter| filter.name == name)
    }

    /// What the photo editor's tool of this index in [`Edit::TOOLS`](crate::Edit::TOOLS) sets;
    /// `None` when the tools are others, even if one of them has the same name.
    fn editor(&self, index: usize) -> Option<&ToolKind> {
        Some(&Editor::tools(self)?[index].kind)
    }

    fn column(&self, name: &str) -> Range {
        match self.editor(1) {
            Some(ToolKind::Grid { columns, .. }) => columns
                .iter()
                .find(|column| column.name == name)
                .map_or_else(Range::default, |column| column.range),
            _ => Range::default(),
        }
    }
}
