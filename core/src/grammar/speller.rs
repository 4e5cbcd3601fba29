//! Texts to pieces, word by word.

use std::collections::HashMap;

use super::error::GrammarError;

/// A tokenizer that remembers the words it has spelled.
pub(super) struct Speller<'a> {
    spell: &'a dyn Fn(&str) -> Option<Vec<u32>>,
    end: u32,
    known: HashMap<String, Vec<u32>>,
}

impl<'a> Speller<'a> {
    pub(super) fn new(spell: &'a dyn Fn(&str) -> Option<Vec<u32>>, end: u32) -> Self {
        Self {
            spell,
            end,
            known: HashMap::new(),
        }
    }

    /// The pieces of the text's words, one after the other; at least one.
    pub(super) fn pieces(&mut self, text: &str) -> Result<Vec<u32>, GrammarError> {
        let mut pieces = Vec::new();
        for word in words(text) {
            pieces.extend_from_slice(self.word(word).ok_or_else(|| unspellable(text))?);
        }
        if pieces.is_empty() {
            return Err(unspellable(text));
        }
        Ok(pieces)
    }

    /// Checks that a line has the pieces of its words.
    pub(super) fn check(&mut self, line: &str) -> Result<(), GrammarError> {
        let whole = (self.spell)(line).unwrap_or_default();
        let mut rest = whole.as_slice();
        let words: Vec<&str> = words(line).collect();
        for (index, word) in words.iter().enumerate() {
            let pieces = self.word(word).ok_or_else(|| unspellable(line))?;
            let last = index + 1 == words.len();
            match rest.strip_prefix(pieces) {
                Some(after) if !last || after.is_empty() => rest = after,
                _ => {
                    let around = index.saturating_sub(1)..(index + 2).min(words.len());
                    return Err(GrammarError::NotByWord {
                        words: words[around].join(" "),
                    });
                }
            }
        }
        Ok(())
    }

    fn word(&mut self, word: &str) -> Option<&[u32]> {
        if !self.known.contains_key(word) {
            // An end token inside of a line would end it.
            let pieces = (self.spell)(word).filter(|pieces| !pieces.contains(&self.end))?;
            self.known.insert(word.to_owned(), pieces);
        }
        self.known.get(word).map(Vec::as_slice)
    }
}

/// Only a plain space separates words: whether the tokenizer splits at other white space is its
/// own affair.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(' ').filter(|word| !word.is_empty())
}

fn unspellable(text: &str) -> GrammarError {
    GrammarError::Unspellable {
        text: text.to_owned(),
    }
}
