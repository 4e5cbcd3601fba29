//! The grammar of a text student's answers: which tokens may follow, so that a T5 decoder can only
//! write a valid edit.
//!
//! A student of the `text` codec writes a line a tool, each followed by the end token:
//!
//! ```text
//! adjust unused            adjust temperature 30 bloom 15               (sliders)
//! selectiveAdjust unused   selectiveAdjust orange 25 10 blue -35 0      (a grid)
//! filter unused            filter film_Amber 35                         (a choice with an amount)
//! mood unused              mood calm                                    (a choice without one)
//! ```
//!
//! Names are the catalog's, in its order; numbers are decimal multiples of [`Form::step`] within
//! the catalog's ranges. [`Grammar::compile`] spells them with the tokenizer's own pieces, word by
//! word, and makes one deterministic automaton over token ids of it: walking it costs one slice
//! look-up per token, and a state with one edge is a token that needs no decoder pass.
//!
//! What could not be read back is refused when the grammar is compiled, so when the pack is built:
//! names that the tokenizer cannot spell, lines that cannot be told apart, and tokenizers that
//! spell a word otherwise when it stands in a line.

mod error;
mod line;
mod paths;
mod speller;
mod table;
mod words;

use std::fmt;

use crate::catalog::Catalog;

pub use error::GrammarError;
pub use line::Line;
pub use table::{Edge, State};

use paths::Paths;
use speller::Speller;
use table::Table;
use words::Words;

/// The most tokens of a line, which is what a student's cache has room for.
const LONGEST: usize = 1024;

/// How the lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Form {
    /// `true`: every slider and grid row of a used tool is written, also at 0, so every name is
    /// forced. `false`: only sliders that are not 0, and rows meant to change.
    pub zeros: bool,
    /// Numbers are multiples of it; at least 1.
    pub step: i32,
}

/// An automaton that accepts the lines of a catalog in a tokenizer's pieces, and only them.
///
/// Rows are the catalog's tools, counted from 0. Methods that take a row panic when there is no
/// such tool. A [`State`] means something only to the grammar that gave it; with another one's
/// they may panic.
///
/// ```
/// # use colorist_core::{Catalog, grammar::{Form, Grammar, Line}};
/// # fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let catalog = Catalog::from_json(&serde_json::json!({"tools": [
///     {"name": "filter", "kind": "choice", "names": {"Noir": "black and white"},
///         "amount": {"name": "intensity", "min": 0, "max": 100}},
/// ]}))?;
/// // A tokenizer of letters: one token a character, and one before each word.
/// let spell = |text: &str| Some(format!(" {text}").chars().map(u32::from).collect());
/// let form = Form { zeros: false, step: 5 };
/// let grammar = Grammar::compile(&catalog, form, 1, &spell)?;
///
/// let line = Line::Used(vec![(0, vec![40])]);
/// assert_eq!(grammar.text(0, &line).as_deref(), Some("filter Noir 40"));
/// let tokens = grammar.tokens(0, &line).unwrap_or_default();
/// assert_eq!(grammar.read(0, &tokens), Ok(line));
/// // After ` filter `, the student chooses: N(oir) or u(nused).
/// let state = tokens[..8].iter().try_fold(grammar.start(0), |s, id| grammar.step(s, *id));
/// let ids = state.map(|state| grammar.edges(state).iter().map(|e| e.id).collect::<Vec<_>>());
/// assert_eq!(ids, Some(vec!['N' as u32, 'u' as u32]));
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Grammar {
    words: Words,
    paths: Paths,
    table: Table,
    zeros: bool,
}

impl Grammar {
    /// Compiles the automaton. `end` is the id of the end token; `spell` gives a text's token ids
    /// without special tokens, `None` when the tokenizer has no piece for a part of it.
    ///
    /// # Errors
    /// [`GrammarError`] names what in the catalog does not go together with the tokenizer or the
    /// form.
    pub fn compile(
        catalog: &Catalog,
        form: Form,
        end: u32,
        spell: &dyn Fn(&str) -> Option<Vec<u32>>,
    ) -> Result<Self, GrammarError> {
        if form.step < 1 {
            return Err(GrammarError::Step { step: form.step });
        }
        let mut speller = Speller::new(spell, end);
        let words = Words::new(catalog, form, end, &mut speller)?;
        let paths = Paths::new(&words, form.zeros)?;
        paths.distinct(&words)?;
        let table = Table::new(&paths)?;
        // Samples hold whole lines, so these must have a bound first.
        if let Some(row) = (0..words.rows()).find(|row| table.longest(*row) > LONGEST) {
            return Err(GrammarError::TooLong {
                tool: words.tool(row).name.clone(),
                tokens: table.longest(row),
                limit: LONGEST,
            });
        }
        for (row, line) in words.samples()? {
            speller.check(&words.text(row, &line, " ").unwrap_or_default())?;
        }
        Ok(Self {
            words,
            paths,
            table,
            zeros: form.zeros,
        })
    }

    /// How many lines an answer has: one a tool.
    #[must_use]
    pub fn rows(&self) -> usize {
        self.words.rows()
    }

    /// The state before a line's first token.
    #[must_use]
    pub fn start(&self, row: usize) -> State {
        self.table.start(row)
    }

    /// The tokens that may follow, ascending by id. One: it is forced. None: the line is complete.
    #[must_use]
    pub fn edges(&self, state: State) -> &[Edge] {
        self.table.edges(state)
    }

    /// Whether the line is complete: the end token has been written.
    #[must_use]
    pub fn is_end(&self, state: State) -> bool {
        self.edges(state).is_empty()
    }

    /// The state after a token; `None` when it is not allowed.
    #[must_use]
    pub fn step(&self, state: State, id: u32) -> Option<State> {
        let edges = self.edges(state);
        let at = edges.binary_search_by_key(&id, |edge| edge.id).ok()?;
        Some(edges[at].next)
    }

    /// The most tokens that a line can have, with the tool's name and the end token, without the
    /// decoder's start token.
    #[must_use]
    pub fn longest(&self, row: usize) -> usize {
        self.table.longest(row)
    }

    /// Every token id that can occur in a line, ascending.
    #[must_use]
    pub fn ids(&self) -> &[u32] {
        self.table.ids()
    }
}

impl fmt::Debug for Grammar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = f.debug_struct("Grammar");
        let longest: Vec<usize> = (0..self.rows()).map(|row| self.longest(row)).collect();
        text.field("longest", &longest);
        text.field("ids", &self.ids().len()).finish_non_exhaustive()
    }
}
