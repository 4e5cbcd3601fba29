//! The lines as paths of a nondeterministic automaton, which knows what each token means.
//!
//! Every line is exactly one path, and every state is on the path of some line. So two paths with
//! the same tokens that meet are two lines that cannot be told apart.

use std::collections::HashSet;

use super::{
    error::GrammarError,
    words::{LIMIT, Word, Words},
};
use crate::catalog::ToolKind;

/// One token of a path.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub(super) id: u32,
    pub(super) to: usize,
    /// The word that ends here; `None` inside of one.
    word: Option<Word>,
}

/// The automaton of all rows.
#[derive(Clone)]
pub(super) struct Paths {
    /// The arcs out of each state, ascending by id; none: the line is complete.
    arcs: Vec<Vec<Arc>>,
    starts: Vec<usize>,
    size: usize,
}

/// Two paths with the same tokens so far: where they are, the pair before, and the last words.
struct Pair {
    at: [usize; 2],
    before: usize,
    words: [Option<Word>; 2],
}

impl Paths {
    pub(super) fn new(words: &Words, zeros: bool) -> Result<Self, GrammarError> {
        let mut paths = Self {
            arcs: Vec::new(),
            starts: Vec::new(),
            size: 0,
        };
        for row in 0..words.rows() {
            paths.row(words, row, zeros)?;
        }
        for arcs in &mut paths.arcs {
            arcs.sort_by_key(|arc| arc.id);
        }
        Ok(paths)
    }

    fn row(&mut self, words: &Words, row: usize, zeros: bool) -> Result<(), GrammarError> {
        let [start, first, unused, end] = [(); 4].map(|()| self.state());
        self.starts.push(start);
        self.word(words, row, [start, first], Word::Tool)?;
        self.word(words, row, [first, unused], Word::Unused)?;
        self.word(words, row, [unused, end], Word::End)?;
        if matches!(words.tool(row).kind, ToolKind::Choice { .. }) {
            self.choice(words, row, [first, end])
        } else {
            self.list(words, row, zeros, [first, end])
        }
    }

    /// Names in order, each with its numbers: all of them, or any one and more.
    fn list(
        &mut self,
        words: &Words,
        row: usize,
        zeros: bool,
        [first, end]: [usize; 2],
    ) -> Result<(), GrammarError> {
        let names = words.names(row);
        // Where the name of each index may be written next, and those after it.
        let mut ahead = vec![first];
        for (index, name) in names.iter().enumerate() {
            let [numbers, after] = [(); 2].map(|()| self.state());
            let from = if zeros { index } else { 0 };
            for before in &ahead[from..] {
                self.word(words, row, [*before, numbers], Word::Name(index))?;
            }
            self.numbers(words, row, &name.slots, [numbers, after])?;
            if !zeros || index + 1 == names.len() {
                self.word(words, row, [after, end], Word::End)?;
            }
            ahead.push(after);
        }
        Ok(())
    }

    /// One of the names, with its numbers, which are the same for all, if there are any.
    fn choice(
        &mut self,
        words: &Words,
        row: usize,
        [first, end]: [usize; 2],
    ) -> Result<(), GrammarError> {
        let names = words.names(row);
        let slots = names.first().map_or(&[][..], |name| &name.slots);
        let numbers = self.state();
        let after = if slots.is_empty() {
            numbers
        } else {
            self.state()
        };
        for index in 0..names.len() {
            self.word(words, row, [first, numbers], Word::Name(index))?;
        }
        self.numbers(words, row, slots, [numbers, after])?;
        self.word(words, row, [after, end], Word::End)
    }

    /// A number for each slot.
    fn numbers(
        &mut self,
        words: &Words,
        row: usize,
        slots: &[usize],
        [from, to]: [usize; 2],
    ) -> Result<(), GrammarError> {
        let mut at = from;
        for (index, slot) in slots.iter().enumerate() {
            let next = if index + 1 == slots.len() {
                to
            } else {
                self.state()
            };
            for value in words.numbers(*slot) {
                self.word(words, row, [at, next], Word::Value(*value))?;
            }
            at = next;
        }
        Ok(())
    }

    fn state(&mut self) -> usize {
        self.arcs.push(Vec::new());
        self.arcs.len() - 1
    }

    /// Adds a word between two states; words with the same beginning share it.
    fn word(
        &mut self,
        words: &Words,
        row: usize,
        [from, to]: [usize; 2],
        word: Word,
    ) -> Result<(), GrammarError> {
        let pieces = words.pieces(row, word).unwrap_or_default();
        self.size += pieces.len();
        if self.size > LIMIT {
            return Err(GrammarError::TooLarge { limit: LIMIT });
        }
        let Some((last, beginning)) = pieces.split_last() else {
            return Ok(()); // A word has pieces, or it would not have been spelled.
        };
        let mut at = from;
        for id in beginning {
            let shared = |arc: &&Arc| arc.id == *id && arc.word.is_none();
            let known = self.arcs[at].iter().find(shared).map(|arc| arc.to);
            let next = known.unwrap_or_else(|| self.state());
            if known.is_none() {
                self.arcs[at].push(Arc {
                    id: *id,
                    to: next,
                    word: None,
                });
            }
            at = next;
        }
        self.arcs[at].push(Arc {
            id: *last,
            to,
            word: Some(word),
        });
        Ok(())
    }

    /// How many lines an answer has: one a tool.
    pub(super) fn rows(&self) -> usize {
        self.starts.len()
    }

    /// The state before a row's first token.
    pub(super) fn start(&self, row: usize) -> usize {
        self.starts[row]
    }

    /// The arcs out of a state, ascending by id.
    pub(super) fn arcs(&self, state: usize) -> &[Arc] {
        &self.arcs[state]
    }

    /// The arcs out of a state by one token.
    fn by(&self, state: usize, id: u32) -> &[Arc] {
        let arcs = self.arcs(state);
        let from = arcs.partition_point(|arc| arc.id < id);
        let len = arcs[from..].partition_point(|arc| arc.id == id);
        &arcs[from..from + len]
    }

    /// The words of a line's tokens; `None` when they are no complete line.
    pub(super) fn read(&self, row: usize, tokens: &[u32]) -> Option<Vec<Word>> {
        // Every state reached: the one before it, and the word that ended. The start is its own.
        let mut trail = vec![(self.start(row), 0, None)];
        let mut reached = 0..1;
        for id in tokens {
            let from = trail.len();
            for before in reached {
                let arcs = self.by(trail[before].0, *id).iter();
                trail.extend(arcs.map(|arc| (arc.to, before, arc.word)));
            }
            reached = from..trail.len();
        }
        let mut at = reached
            .into_iter()
            .find(|at| self.arcs(trail[*at].0).is_empty())?;
        let mut words = Vec::new();
        while at != 0 {
            words.extend(trail[at].2);
            at = trail[at].1;
        }
        words.reverse();
        Some(words)
    }

    /// Checks that no two lines have the same tokens. The error shows two up to the word after
    /// which they cannot differ any more.
    pub(super) fn distinct(&self, words: &Words) -> Result<(), GrammarError> {
        let mut steps = 0;
        for row in 0..words.rows() {
            let mut pairs = vec![Pair {
                at: [self.start(row); 2],
                before: 0,
                words: [None; 2],
            }];
            let mut seen = HashSet::new();
            let mut next = 0;
            while next < pairs.len() {
                let [p, q] = pairs[next].at;
                for first in self.arcs(p) {
                    steps += 1;
                    for second in self.by(q, first.id) {
                        steps += 1;
                        if steps > LIMIT {
                            return Err(GrammarError::TooLarge { limit: LIMIT });
                        }
                        let same = p == q && std::ptr::eq(first, second);
                        let pair = Pair {
                            at: [first.to, second.to],
                            before: next,
                            words: [first.word, second.word],
                        };
                        let met = first.to == second.to && !same;
                        let [a, b] = pair.at;
                        if met || seen.insert([a.min(b), a.max(b)]) {
                            pairs.push(pair);
                        }
                        if met {
                            let text = |line: Vec<Word>| words.text(row, &line, " | ");
                            let [first, second] = trace(&pairs).map(text);
                            return Err(GrammarError::Indistinct {
                                first: first.unwrap_or_default(),
                                second: second.unwrap_or_default(),
                            });
                        }
                    }
                }
                next += 1;
            }
        }
        Ok(())
    }
}

/// The words on both ways to the last pair.
fn trace(pairs: &[Pair]) -> [Vec<Word>; 2] {
    let mut lines = [Vec::new(), Vec::new()];
    let mut at = pairs.len() - 1;
    while at != 0 {
        for (line, word) in lines.iter_mut().zip(pairs[at].words) {
            line.extend(word);
        }
        at = pairs[at].before;
    }
    for line in &mut lines {
        line.reverse();
    }
    lines
}
