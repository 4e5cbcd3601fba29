//! Lines, and how they become a tool's call and come from one.

use super::{Grammar, words::Word};
use crate::{
    calls::{Said, ToolCall, row_range},
    catalog::ToolKind,
};

/// What one line says. Indices are the catalog's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Line {
    /// The tool is not used.
    Unused,
    /// Names, each with the numbers that follow it: sliders with their value and rows of a grid
    /// with their values, ascending by index; one choice with its amount, if it has one.
    Used(Vec<(usize, Vec<i32>)>),
}

impl Line {
    /// The line of these words, which are a complete one.
    fn new(words: &[Word]) -> Self {
        let mut names: Vec<(usize, Vec<i32>)> = Vec::new();
        for word in words {
            match word {
                Word::Name(index) => names.push((*index, Vec::new())),
                Word::Value(value) => names.last_mut().into_iter().for_each(|n| n.1.push(*value)),
                Word::Unused => return Self::Unused,
                Word::Tool | Word::End => {}
            }
        }
        Self::Used(names)
    }

    fn words(&self) -> Vec<Word> {
        let mut words = vec![Word::Tool];
        match self {
            Self::Unused => words.push(Word::Unused),
            Self::Used(names) => {
                for (index, values) in names {
                    words.push(Word::Name(*index));
                    words.extend(values.iter().copied().map(Word::Value));
                }
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
        Ok(Line::new(&words))
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

    /// The line of a tool's call, or of its not being called; `None` when the call names what the
    /// catalog lacks. Its values may be ones that the grammar does not have.
    #[must_use]
    pub fn line(&self, row: usize, call: Option<&ToolCall>) -> Option<Line> {
        let Some(call) = call else {
            return Some(Line::Unused);
        };
        let tool = self.words.tool(row);
        let said = tool.said(call)?;
        if said.is_neutral() {
            return Some(Line::Unused);
        }
        Some(Line::Used(match &tool.kind {
            ToolKind::Sliders(_) => self.listed(&said.values, 1),
            ToolKind::Grid { columns, .. } => self.listed(&said.values, columns.len()),
            ToolKind::Choice { .. } => vec![(said.choice, said.values)],
        }))
    }

    /// The call that a line says; `None` when the tool is unused, or changes nothing.
    #[must_use]
    pub fn call(&self, row: usize, line: &Line) -> Option<ToolCall> {
        self.words.tool(row).call(&self.said(row, line)?)
    }

    /// What a line says; `None` as for [`call`](Self::call).
    pub(crate) fn said(&self, row: usize, line: &Line) -> Option<Said> {
        let Line::Used(names) = line else {
            return None;
        };
        let said = match &self.words.tool(row).kind {
            ToolKind::Sliders(sliders) => spread(names, sliders.len(), 1),
            ToolKind::Grid { rows, columns } => spread(names, rows.len(), columns.len()),
            ToolKind::Choice { .. } => {
                let (choice, values) = names.first()?.clone();
                Said { choice, values }
            }
        };
        Some(said).filter(|said| !said.is_neutral())
    }

    /// What a list has to say of values of which each name has `width`.
    fn listed(&self, values: &[i32], width: usize) -> Vec<(usize, Vec<i32>)> {
        let names = values.chunks_exact(width.max(1)).enumerate();
        names
            .filter(|(_, values)| self.zeros || values.iter().any(|value| *value != 0))
            .map(|(index, values)| (index, values.to_vec()))
            .collect()
    }
}

/// All values of a list: 0 where it says nothing.
fn spread(names: &[(usize, Vec<i32>)], rows: usize, width: usize) -> Said {
    let mut values = vec![0; rows * width];
    for (index, given) in names {
        if let Some(place) = values.get_mut(row_range(*index, width)) {
            place
                .iter_mut()
                .zip(given)
                .for_each(|(v, given)| *v = *given);
        }
    }
    Said { choice: 0, values }
}
