//! What a line is made of: the catalog's names and numbers, spelled.

use std::collections::{BTreeMap, HashMap};

use super::{Form, error::GrammarError, speller::Speller};
use crate::catalog::{Catalog, Range, Slider, Tool, ToolKind};

/// The most numbers, arcs, words of samples, or steps of a search, so that no catalog takes much memory or time.
pub(super) const LIMIT: usize = 1 << 18;

/// The most numbers of one range.
const NUMBERS: i64 = 1 << 12;

const UNUSED: &str = "unused";

/// One part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The tool's name.
    Tool,
    /// The tool is not used.
    Unused,
    /// The slider, grid row or choice of this index in the tool.
    Name(usize),
    /// A number.
    Value(i32),
    /// The end token.
    End,
}

/// Every word with its pieces.
#[derive(Clone)]
pub(super) struct Words {
    tools: Vec<Entry>,
    unused: Vec<u32>,
    end: [u32; 1],
    /// Pieces of every number.
    values: BTreeMap<i32, Vec<u32>>,
    /// The numbers of each range, ascending; names refer to them, since they share most.
    numbers: Vec<Numbers>,
}

/// A tool with its names, spelled.
#[derive(Clone)]
struct Entry {
    tool: Tool,
    pieces: Vec<u32>,
    names: Vec<Name>,
}

/// A slider, a grid's row or a choice.
#[derive(Clone)]
pub(super) struct Name {
    pub(super) text: String,
    pub(super) pieces: Vec<u32>,
    /// For each number that follows, its index in [`Words::numbers`].
    pub(super) slots: Vec<usize>,
}

#[derive(Clone)]
struct Numbers {
    range: Range,
    zero: bool,
    values: Vec<i32>,
}

impl Words {
    /// Spells everything.
    pub(super) fn new(
        catalog: &Catalog,
        form: Form,
        end: u32,
        speller: &mut Speller<'_>,
    ) -> Result<Self, GrammarError> {
        let mut words = Self {
            tools: Vec::new(),
            unused: speller.pieces(UNUSED)?,
            end: [end],
            values: BTreeMap::new(),
            numbers: Vec::new(),
        };
        for tool in &catalog.tools {
            let mut taken: HashMap<Vec<u32>, &str> = HashMap::new();
            let mut names = Vec::new();
            for (text, ranges, zero) in listed(tool, form) {
                let pieces = speller.pieces(text)?;
                if let Some(first) = taken.insert(pieces.clone(), text) {
                    return Err(GrammarError::Indistinct {
                        first: first.to_owned(),
                        second: text.to_owned(),
                    });
                }
                let slot =
                    |slider: &Slider| words.slot(text, slider.range, zero, form.step, speller);
                names.push(Name {
                    text: text.to_owned(),
                    pieces,
                    slots: ranges.iter().map(slot).collect::<Result<_, _>>()?,
                });
            }
            words.tools.push(Entry {
                tool: tool.clone(),
                pieces: speller.pieces(&tool.name)?,
                names,
            });
        }
        Ok(words)
    }

    /// The index of a range's numbers, which are spelled when they are new.
    fn slot(
        &mut self,
        name: &str,
        range: Range,
        zero: bool,
        step: i32,
        speller: &mut Speller<'_>,
    ) -> Result<usize, GrammarError> {
        let same = |numbers: &Numbers| numbers.range == range && numbers.zero == zero;
        if let Some(index) = self.numbers.iter().position(same) {
            return Ok(index);
        }
        // Wider than i32, whose least value has no opposite.
        let (min, max, wide) = (i64::from(range.min), i64::from(range.max), i64::from(step));
        let (first, last) = (-(-min).div_euclid(wide), max.div_euclid(wide));
        let spent: usize = self.numbers.iter().map(|n| n.values.len()).sum();
        // Every number stands in a sample line with a name.
        if last - first >= NUMBERS {
            return Err(GrammarError::TooLarge {
                limit: NUMBERS as usize,
            });
        }
        if last - first >= (LIMIT - spent.min(LIMIT)) as i64 {
            return Err(GrammarError::TooLarge { limit: LIMIT });
        }
        let values: Vec<i32> = (first..=last)
            .filter(|factor| zero || *factor != 0)
            .filter_map(|factor| i32::try_from(factor * wide).ok())
            .collect();
        if values.is_empty() {
            return Err(GrammarError::NoValue {
                name: name.to_owned(),
                step,
            });
        }
        for value in &values {
            if !self.values.contains_key(value) {
                self.values
                    .insert(*value, speller.pieces(&value.to_string())?);
            }
        }
        self.numbers.push(Numbers {
            range,
            zero,
            values,
        });
        Ok(self.numbers.len() - 1)
    }

    /// How many lines an answer has: one a tool.
    pub(super) fn rows(&self) -> usize {
        self.tools.len()
    }

    /// The tool of a row.
    pub(super) fn tool(&self, row: usize) -> &Tool {
        &self.tools[row].tool
    }

    /// The names of a row, in the catalog's order.
    pub(super) fn names(&self, row: usize) -> &[Name] {
        &self.tools[row].names
    }

    /// The numbers of a slot, ascending; at least one.
    pub(super) fn numbers(&self, slot: usize) -> &[i32] {
        &self.numbers[slot].values
    }

    /// A word's tokens; `None` for a name or number that there is not.
    pub(super) fn pieces(&self, row: usize, word: Word) -> Option<&[u32]> {
        match word {
            Word::Tool => Some(&self.tools[row].pieces),
            Word::Unused => Some(&self.unused),
            Word::Name(index) => Some(&self.tools[row].names.get(index)?.pieces),
            Word::Value(value) => Some(self.values.get(&value)?),
            Word::End => Some(&self.end),
        }
    }

    /// A line's words with this between them, without the end token; `None` for a name that there
    /// is not.
    pub(super) fn text(&self, row: usize, line: &[Word], between: &str) -> Option<String> {
        let mut texts: Vec<String> = Vec::with_capacity(line.len());
        for word in line {
            texts.push(match word {
                Word::Tool => self.tool(row).name.clone(),
                Word::Unused => UNUSED.to_owned(),
                Word::Name(index) => self.tools[row].names.get(*index)?.text.clone(),
                Word::Value(value) => value.to_string(),
                Word::End => continue,
            });
        }
        Some(texts.join(between))
    }

    /// Lines that have every name, and every number of each range, at least once: the first one of a
    /// tool has all its names, the others those of which numbers are left. Choices stand in one line
    /// too: it is about spelling.
    pub(super) fn samples(&self) -> Result<Vec<(usize, Vec<Word>)>, GrammarError> {
        let mut lines = Vec::new();
        let mut spent = 0;
        for row in 0..self.rows() {
            lines.push((row, vec![Word::Tool, Word::Unused]));
            // How many numbers of each slot have been dealt out.
            let mut dealt = vec![0; self.numbers.len()];
            let mut left: Vec<(usize, &Name)> = self.names(row).iter().enumerate().collect();
            loop {
                let mut line = vec![Word::Tool];
                for (index, name) in &left {
                    line.push(Word::Name(*index));
                    for slot in &name.slots {
                        let numbers = self.numbers(*slot);
                        line.push(Word::Value(numbers[dealt[*slot] % numbers.len()]));
                        dealt[*slot] += 1;
                    }
                }
                spent += line.len();
                if spent > LIMIT {
                    return Err(GrammarError::TooLarge { limit: LIMIT });
                }
                lines.push((row, line));
                let more = |slot: &usize| dealt[*slot] < self.numbers(*slot).len();
                left.retain(|(_, name)| name.slots.iter().any(more));
                if left.is_empty() {
                    break;
                }
            }
        }
        Ok(lines)
    }
}

/// The names of a tool, each with the numbers that follow it and whether these can be 0.
fn listed(tool: &Tool, form: Form) -> Vec<(&str, &[Slider], bool)> {
    match &tool.kind {
        ToolKind::Sliders(sliders) => sliders
            .iter()
            .map(|slider| {
                (
                    slider.name.as_str(),
                    std::slice::from_ref(slider),
                    form.zeros,
                )
            })
            .collect(),
        // One value of a row may be 0 while the other is not.
        ToolKind::Grid { rows, columns } => rows
            .iter()
            .map(|row| (row.as_str(), columns.as_slice(), true))
            .collect(),
        // A choice with an amount of 0 is an unused one in both forms.
        ToolKind::Choice { names, amount } => names
            .iter()
            .map(|choice| (choice.name.as_str(), amount.as_slice(), false))
            .collect(),
    }
}
