//! Lines, and how they become an edit and come from one.

use super::{Grammar, words::Word};
use crate::edit::{ColorAdjust, Edit, Filter};

/// What one line says. Indices are the catalog's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// The tool is not used.
    Unused,
    /// Sliders and their values, ascending by index.
    Adjust(Vec<(usize, i32)>),
    /// Colors with saturation and luminance, ascending by index.
    Selective(Vec<(usize, [i32; 2])>),
    /// A filter and its intensity.
    Filter {
        /// The filter.
        index: usize,
        /// How much of it.
        intensity: i32,
    },
}

impl Line {
    /// The line of these words, which are a complete one.
    fn new(row: usize, words: &[Word]) -> Self {
        let mut names: Vec<(usize, Vec<i32>)> = Vec::new();
        for word in words {
            match word {
                Word::Name(index) => names.push((*index, Vec::new())),
                Word::Value(value) => names.last_mut().into_iter().for_each(|n| n.1.push(*value)),
                Word::Unused => return Self::Unused,
                Word::Tool | Word::End => {}
            }
        }
        let mut names = names.into_iter();
        match row {
            0 => Self::Adjust(names.map(|(index, values)| (index, values[0])).collect()),
            1 => Self::Selective(
                names
                    .map(|(i, values)| (i, [values[0], values[1]]))
                    .collect(),
            ),
            _ => names
                .next()
                .map_or(Self::Unused, |(index, values)| Self::Filter {
                    index,
                    intensity: values[0],
                }),
        }
    }

    fn words(&self) -> Vec<Word> {
        let mut words = vec![Word::Tool];
        match self {
            Self::Unused => words.push(Word::Unused),
            Self::Adjust(sliders) => {
                for (index, value) in sliders {
                    words.extend([Word::Name(*index), Word::Value(*value)]);
                }
            }
            Self::Selective(colors) => {
                for (index, values) in colors {
                    words.push(Word::Name(*index));
                    words.extend(values.map(Word::Value));
                }
            }
            Self::Filter { index, intensity } => {
                words.extend([Word::Name(*index), Word::Value(*intensity)]);
            }
        }
        words.push(Word::End);
        words
    }
}

impl Grammar {
    /// Reads a line's tokens, from the tool's name to the end token.
    ///
    /// # Errors
    /// The position of the first token that is not allowed there; `tokens.len()` when the line
    /// ends too early.
    pub fn read(&self, row: usize, tokens: &[u32]) -> Result<Line, usize> {
        let mut state = self.start(row);
        for (position, id) in tokens.iter().enumerate() {
            state = self.step(state, *id).ok_or(position)?;
        }
        let words = self.paths.read(row, tokens).ok_or(tokens.len())?;
        Ok(Line::new(row, &words))
    }

    /// The tokens of a line, from the tool's name to the end token; `None` when the grammar does
    /// not have this line.
    #[must_use]
    pub fn tokens(&self, row: usize, line: &Line) -> Option<Vec<u32>> {
        let mut tokens = Vec::new();
        for word in line.words() {
            tokens.extend_from_slice(self.words.pieces(row, word)?);
        }
        // The automaton knows order, ranges and zeros.
        (self.read(row, &tokens).as_ref() == Ok(line)).then_some(tokens)
    }

    /// The text of a line, without the end token; `None` as for [`tokens`](Self::tokens).
    #[must_use]
    pub fn text(&self, row: usize, line: &Line) -> Option<String> {
        self.tokens(row, line)?;
        self.words.text(row, &line.words(), " ")
    }

    /// The tokens of an edit's line; `None` when it cannot be written: a value is out of range or
    /// no multiple of the step, or the catalog lacks what it names.
    #[must_use]
    pub fn write(&self, row: usize, edit: &Edit) -> Option<Vec<u32>> {
        self.tokens(row, &self.line_of(row, edit)?)
    }

    /// The text of an edit's line; `None` as for [`write`](Self::write).
    #[must_use]
    pub fn line(&self, row: usize, edit: &Edit) -> Option<String> {
        self.text(row, &self.line_of(row, edit)?)
    }

    /// The edit that lines say, without tools that change nothing. Sliders and colors that
    /// [`Edit`] does not have are passed over; a catalog that passed
    /// [`Catalog::check`](crate::Catalog::check) has none.
    #[must_use]
    pub fn edit(&self, lines: &[Line; Self::ROWS]) -> Edit {
        let name = |row, index: &usize| self.words.names(row).get(*index).map(|n| n.text.as_str());
        let mut edit = Edit::default();
        for line in lines {
            match line {
                Line::Unused => {}
                Line::Adjust(sliders) => {
                    let adjust = edit.adjust.get_or_insert_default();
                    for (index, value) in sliders {
                        name(0, index).map(|name| adjust.set(name, *value));
                    }
                }
                Line::Selective(colors) => {
                    let selective = edit.selective_adjust.get_or_insert_default();
                    for (index, [saturation, luminance]) in colors {
                        let color = ColorAdjust {
                            saturation: *saturation,
                            luminance: *luminance,
                        };
                        name(1, index).map(|name| selective.set(name, color));
                    }
                }
                Line::Filter { index, intensity } => {
                    edit.filter = name(2, index).map(|name| Filter {
                        name: name.to_owned(),
                        intensity: *intensity,
                    });
                }
            }
        }
        edit.normalized()
    }

    /// The line that says a row of an edit; it may have values that the grammar does not have.
    fn line_of(&self, row: usize, edit: &Edit) -> Option<Line> {
        let edit = edit.clone().normalized();
        Some(
            match (row, edit.adjust, edit.selective_adjust, edit.filter) {
                (0, Some(adjust), ..) => Line::Adjust(self.listed(row, adjust.iter())?),
                (1, _, Some(selective), _) => {
                    let pair = |color: ColorAdjust| [color.saturation, color.luminance];
                    let colors = selective.iter().map(|(name, color)| (name, pair(color)));
                    Line::Selective(self.listed(row, colors)?)
                }
                (2, .., Some(filter)) => Line::Filter {
                    index: self.index(row, &filter.name)?,
                    intensity: filter.intensity,
                },
                _ => Line::Unused,
            },
        )
    }

    /// What a list has to say, in the catalog's order; `None` when the catalog lacks a name that
    /// is not 0.
    fn listed<T: Default + PartialEq>(
        &self,
        row: usize,
        values: impl Iterator<Item = (&'static str, T)>,
    ) -> Option<Vec<(usize, T)>> {
        let mut listed = Vec::new();
        for (name, value) in values {
            let changed = value != T::default();
            match self.index(row, name) {
                Some(index) if changed || self.zeros => listed.push((index, value)),
                None if changed => return None,
                _ => {}
            }
        }
        listed.sort_by_key(|(index, _)| *index);
        Some(listed)
    }

    fn index(&self, row: usize, name: &str) -> Option<usize> {
        let mut names = self.words.names(row).iter();
        names.position(|known| known.text == name)
    }
}
