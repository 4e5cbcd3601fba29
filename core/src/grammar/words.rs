//! What a line is made of: the catalog's names and numbers, spelled.

use std::{
    collections::{BTreeMap, HashMap},
    slice,
};

use super::{Form, Grammar, error::GrammarError, speller::Speller};
use crate::catalog::{Catalog, Range};

/// The most numbers, arcs, or steps of a search, so that no catalog takes much memory or time.
pub(super) const LIMIT: usize = 1 << 18;

/// The most numbers of one range.
const NUMBERS: i64 = 1 << 12;

const TOOLS: [&str; Grammar::ROWS] = ["adjust", "selectiveAdjust", "filter"];
const UNUSED: &str = "unused";

/// One part of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// The tool's name.
    Tool,
    /// The tool is not used.
    Unused,
    /// The slider, color or filter of this index in the catalog.
    Name(usize),
    /// A number.
    Value(i32),
    /// The end token.
    End,
}

/// Every word with its pieces.
#[derive(Clone)]
pub(super) struct Words {
    tools: [Tool; Grammar::ROWS],
    unused: Vec<u32>,
    end: [u32; 1],
    /// Pieces of every number.
    values: BTreeMap<i32, Vec<u32>>,
    /// The numbers of each range, ascending; names refer to them, since they share most.
    numbers: Vec<Numbers>,
}

#[derive(Clone, Default)]
struct Tool {
    pieces: Vec<u32>,
    names: Vec<Name>,
}

/// A slider, color or filter.
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
            tools: Default::default(),
            unused: speller.pieces(UNUSED)?,
            end: [end],
            values: BTreeMap::new(),
            numbers: Vec::new(),
        };
        let colors = [catalog.saturation, catalog.luminance];
        let intensity = slice::from_ref(&catalog.intensity);
        let adjust = catalog.adjust.iter();
        let adjust = adjust.map(|s| (s.name.as_str(), slice::from_ref(&s.range), form.zeros));
        // One value of a color may be 0 while the other is not.
        let selective = catalog.colors.iter();
        let selective = selective.map(|name| (name.as_str(), colors.as_slice(), true));
        // A filter of intensity 0 is an unused one in both forms.
        let filters = catalog.filters.iter();
        let filters = filters.map(|f| (f.name.as_str(), intensity, false));
        let lists: [Vec<(&str, &[Range], bool)>; Grammar::ROWS] =
            [adjust.collect(), selective.collect(), filters.collect()];
        for (row, list) in lists.into_iter().enumerate() {
            let mut taken: HashMap<Vec<u32>, &str> = HashMap::new();
            let mut names = Vec::new();
            for (text, ranges, zero) in list {
                let pieces = speller.pieces(text)?;
                if let Some(first) = taken.insert(pieces.clone(), text) {
                    return Err(GrammarError::Indistinct {
                        first: first.to_owned(),
                        second: text.to_owned(),
                    });
                }
                let slot = |range| words.slot(text, range, zero, form.step, speller);
                names.push(Name {
                    text: text.to_owned(),
                    pieces,
                    slots: ranges.iter().copied().map(slot).collect::<Result<_, _>>()?,
                });
            }
            let pieces = speller.pieces(TOOLS[row])?;
            words.tools[row] = Tool { pieces, names };
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
        // Every number stands in a sample line with all the names.
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
                Word::Tool => TOOLS[row].to_owned(),
                Word::Unused => UNUSED.to_owned(),
                Word::Name(index) => self.tools[row].names.get(*index)?.text.clone(),
                Word::Value(value) => value.to_string(),
                Word::End => continue,
            });
        }
        Some(texts.join(between))
    }

    /// Lines that have every name, and every number of each range, at least once. Filters stand
    /// in one line too: it is about spelling.
    pub(super) fn samples(&self) -> Vec<(usize, Vec<Word>)> {
        let mut lines = Vec::new();
        for row in 0..Grammar::ROWS {
            lines.push((row, vec![Word::Tool, Word::Unused]));
            let names = self.names(row);
            // How many numbers of each slot have been dealt out.
            let mut dealt = vec![0; self.numbers.len()];
            let left = |dealt: &[usize]| {
                let mut slots = names.iter().flat_map(|name| &name.slots);
                slots.any(|slot| dealt[*slot] < self.numbers(*slot).len())
            };
            while left(&dealt) {
                let mut line = vec![Word::Tool];
                for (index, name) in names.iter().enumerate() {
                    line.push(Word::Name(index));
                    for slot in &name.slots {
                        let numbers = self.numbers(*slot);
                        line.push(Word::Value(numbers[dealt[*slot] % numbers.len()]));
                        dealt[*slot] += 1;
                    }
                }
                lines.push((row, line));
            }
        }
        lines
    }
}
