//! The photo editor's tools: calls of them as a typed edit, and back.

use super::{Said, ToolCall, ToolValue};
use crate::{
    catalog::{Catalog, Slider, Tool, ToolKind},
    edit::{Adjust, ColorAdjust, Edit, Filter, SelectiveAdjust},
    engine::Confidence,
};

/// The two values of a color.
const COLUMNS: [&str; 2] = ["saturation", "luminance"];

/// Where each value of an [`Edit`] stands among a catalog's tools. Found once per pack, so that no
/// answer looks anything up by name.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Editor {
    adjust: usize,
    sliders: [usize; Adjust::COUNT],
    selective: usize,
    colors: [usize; COLUMNS.len() * SelectiveAdjust::COUNT],
    filter: usize,
}

impl Editor {
    /// The photo editor's tools, in the order of [`Edit::TOOLS`]; `None` when the tools are others.
    /// Makes nothing, so it can be asked at any time.
    pub(crate) fn tools(catalog: &Catalog) -> Option<[&Tool; Edit::TOOLS.len()]> {
        if catalog.tools.len() != Edit::TOOLS.len() {
            return None;
        }
        let [adjust, selective, filter] = Edit::TOOLS.map(|name| catalog.tool(name));
        let tools = [adjust?, selective?, filter?];
        let [
            ToolKind::Sliders(sliders),
            ToolKind::Grid { rows, columns },
            ToolKind::Choice {
                amount: Some(amount),
                ..
            },
        ] = tools.map(|tool| &tool.kind)
        else {
            return None;
        };
        let named = |list: &[Slider], wanted: &[&str]| {
            let has = |name: &&str| list.iter().any(|slider| slider.name == *name);
            list.len() == wanted.len() && wanted.iter().all(has)
        };
        let colors = SelectiveAdjust::names();
        let same = named(sliders, &Adjust::names())
            && rows.len() == colors.len()
            && colors
                .iter()
                .all(|color| rows.iter().any(|row| row == color))
            && named(columns, &COLUMNS)
            && amount.name == "intensity";
        same.then_some(tools)
    }

    /// `None` when the tools are others.
    pub(crate) fn find(catalog: &Catalog) -> Option<Self> {
        let [sliders, colors, _] = Self::tools(catalog)?.map(Tool::value_names);
        let place = |name| catalog.tools.iter().position(|tool| tool.name == name);
        let [adjust, selective, filter] = Edit::TOOLS.map(place);
        let (adjust, selective, filter) = (adjust?, selective?, filter?);
        Some(Self {
            adjust,
            sliders: places(&sliders, &Adjust::names())?,
            selective,
            colors: places(&colors, &color_names())?,
            filter,
        })
    }

    /// The edit of what is said about each tool, without tools that change nothing.
    pub(crate) fn edit(&self, catalog: &Catalog, said: &[Option<Said>]) -> Edit {
        let of = |tool: usize| said.get(tool).and_then(Option::as_ref);
        let value = |said: &Said, index: usize| said.values.get(index).copied().unwrap_or_default();
        let filter = |said: &Said| {
            let choice = catalog.tools[self.filter].choices().get(said.choice)?;
            Some(Filter {
                name: choice.name.clone(),
                intensity: value(said, 0),
            })
        };
        Edit {
            adjust: of(self.adjust).map(|said| {
                let mut places = self.sliders.iter();
                Adjust::default().map(|_, _| places.next().map_or(0, |at| value(said, *at)))
            }),
            selective_adjust: of(self.selective).map(|said| {
                let mut places = self.colors.iter();
                let mut next = || places.next().map_or(0, |at| value(said, *at));
                SelectiveAdjust::default().map(|_, _| ColorAdjust {
                    saturation: next(),
                    luminance: next(),
                })
            }),
            filter: of(self.filter).and_then(filter),
        }
        .normalized()
    }

    /// How sure the student is of each tool.
    pub(crate) fn confidence(&self, tools: &[f32]) -> Confidence {
        let of = |tool: usize| tools.get(tool).copied().unwrap_or_default();
        Confidence {
            adjust: of(self.adjust),
            selective_adjust: of(self.selective),
            filter: of(self.filter),
        }
    }
}

impl Edit {
    /// The JSON names of the three tools.
    pub const TOOLS: [&str; 3] = ["adjust", "selectiveAdjust", "filter"];

    /// A call of each tool that is used and changes something, with all values.
    ///
    /// ```
    /// # use colorist_core::{Edit, Filter};
    /// let filter = Some(Filter { name: "film_Amber".to_owned(), intensity: 40 });
    /// let edit = Edit { filter, ..Edit::default() };
    /// let calls = edit.calls();
    /// assert_eq!(calls[0].choice.as_deref(), Some("film_Amber"));
    /// assert_eq!(calls[0].value("intensity"), Some(40));
    /// assert_eq!(Edit::from_calls(&calls), edit);
    /// ```
    #[must_use]
    pub fn calls(&self) -> Vec<ToolCall> {
        let [adjust, selective, filter] = Self::TOOLS;
        let edit = self.clone().normalized();
        let call = |tool: &str, choice, values| ToolCall {
            tool: tool.to_owned(),
            choice,
            values,
        };
        let value = |(name, value): (String, i32)| ToolValue { name, value };
        let adjust = edit.adjust.map(|tool| {
            let values = tool.iter().map(|(name, v)| value((name.to_owned(), v)));
            call(adjust, None, values.collect())
        });
        let selective = edit.selective_adjust.map(|tool| {
            let values = color_names().into_iter().zip(tool.values()).map(value);
            call(selective, None, values.collect())
        });
        let filter = edit.filter.map(|tool| {
            let amount = value(("intensity".to_owned(), tool.intensity));
            call(filter, Some(tool.name), vec![amount])
        });
        [adjust, selective, filter].into_iter().flatten().collect()
    }

    /// The edit that calls of the three tools make. Other tools and values are passed over.
    #[must_use]
    pub fn from_calls(calls: &[ToolCall]) -> Self {
        let [adjust, selective, filter] =
            Self::TOOLS.map(|name| calls.iter().find(|call| call.tool == name));
        let adjust = adjust
            .map(|call| Adjust::default().map(|name, _| call.value(name).unwrap_or_default()));
        let selective_adjust = selective.map(|call| {
            let value = |name, column| call.value(&format!("{name}.{column}")).unwrap_or_default();
            let [saturation, luminance] = COLUMNS;
            SelectiveAdjust::default().map(|name, _| ColorAdjust {
                saturation: value(name, saturation),
                luminance: value(name, luminance),
            })
        });
        let filter = filter.and_then(|call| {
            Some(Filter {
                name: call.choice.clone()?,
                intensity: call.value("intensity").unwrap_or_default(),
            })
        });
        Self {
            adjust,
            selective_adjust,
            filter,
        }
        .normalized()
    }
}

/// `red.saturation` and so on, in the order of [`SelectiveAdjust::values`].
fn color_names() -> [String; COLUMNS.len() * SelectiveAdjust::COUNT] {
    let colors = SelectiveAdjust::names();
    std::array::from_fn(|index| {
        let (color, column) = (
            colors[index / COLUMNS.len()],
            COLUMNS[index % COLUMNS.len()],
        );
        format!("{color}.{column}")
    })
}

/// The place of each wanted name; `None` when the names found are not the same ones.
fn places<const N: usize>(found: &[String], wanted: &[impl AsRef<str>; N]) -> Option<[usize; N]> {
    let mut places = [0; N];
    if found.len() != N {
        return None;
    }
    for (place, name) in places.iter_mut().zip(wanted) {
        *place = found.iter().position(|found| found == name.as_ref())?;
    }
    Some(places)
}
