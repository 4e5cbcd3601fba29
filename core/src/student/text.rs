//! The text codec: the decoder writes one line a tool, and a grammar says which tokens may follow.
//!
//! Wherever the grammar leaves no choice, the token is known without asking the decoder. Such runs
//! are fed together with the choice before them, so a line costs one pass for each choice in it and
//! not one for each token; the lines of the tools are rows of the same passes.

mod line;

use std::cell::Cell;

use line::Line;

use super::Answer;
use crate::{
    calls::Said,
    catalog::Catalog,
    engine::Decoding,
    error::{Error, OutputError, PackError, Result},
    grammar::{self, Form, Grammar, GrammarError},
    pack::Text,
    runtime::Decoder,
    tokenizer::Tokenizer,
};

/// Writes and reads lines. Tokens are counted by the decoder's own vocabulary in here.
pub(crate) struct Writer {
    grammar: Grammar,
    /// The tools' names, by row.
    tools: Vec<String>,
    start: u32,
    end: u32,
    vocabulary: Option<Vec<u32>>,
    /// For each row, the token that is chosen where the tool is left unused.
    unused: Vec<Option<u32>>,
}

impl Writer {
    /// Compiles the grammar of a catalog for a tokenizer and a decoder that knows `vocabulary`
    /// tokens.
    ///
    /// # Errors
    /// [`PackError::Grammar`] that names what the tokenizer cannot write,
    /// [`PackError::InvalidManifest`] when the decoder lacks tokens.
    pub(crate) fn new(
        text: &Text,
        vocabulary: usize,
        catalog: &Catalog,
        tokenizer: &Tokenizer,
    ) -> Result<Self, PackError> {
        let local = |id: u32| match &text.vocabulary {
            Some(ids) => ids
                .binary_search(&id)
                .ok()
                .and_then(|i| u32::try_from(i).ok()),
            None => Some(id).filter(|id| (*id as usize) < vocabulary),
        };
        // The grammar blames the tokenizer; this is what only the decoder lacks.
        let lacking = Cell::new(false);
        let spell = |word: &str| -> Option<Vec<u32>> {
            let pieces = tokenizer.spell(word)?;
            let known: Option<Vec<u32>> = pieces.into_iter().map(local).collect();
            lacking.set(known.is_none());
            known
        };
        let lacks = |what: &str| PackError::InvalidManifest {
            reason: format!("the decoder does not know {what} (`text.vocabulary`)"),
        };
        let end = local(text.end_id).ok_or_else(|| lacks("the end"))?;
        let start = local(text.decoder_start_id).ok_or_else(|| lacks("the start"))?;
        let form = Form {
            zeros: text.zeros,
            step: text.step,
        };
        let grammar = Grammar::compile(catalog, form, end, &spell);
        let grammar = grammar.map_err(|error| match error {
            GrammarError::Unspellable { text } if lacking.get() => {
                lacks(&format!("the pieces of `{text}`"))
            }
            error => PackError::Grammar(error),
        })?;
        let unused = |row| {
            let line = Line::new(&grammar, row, start);
            let tokens = grammar.tokens(row, &grammar::Line::Unused)?;
            tokens
                .get(line.written().len())
                .copied()
                .filter(|_| line.is_choice(&grammar))
        };
        Ok(Self {
            unused: (0..grammar.rows()).map(unused).collect(),
            tools: catalog.tools.iter().map(|tool| tool.name.clone()).collect(),
            grammar,
            start,
            end,
            vocabulary: text.vocabulary.clone(),
        })
    }

    /// Writes the lines about the intent that the decoder has read, and reads the calls from them.
    pub(crate) fn answer(
        &self,
        decoder: &mut dyn Decoder,
        decoding: Decoding,
        go_on: &dyn Fn() -> bool,
    ) -> Result<Answer> {
        let mut answer = Answer::default();
        let widest = decoder.widest();
        let all: Vec<usize> = (0..self.grammar.rows()).collect();
        let allowed = |line: &mut Line, logits: &[f32]| {
            line.choose(&self.grammar, logits, self.unused[line.row]);
        };
        let lines = match decoding {
            Decoding::Constrained => {
                self.run(decoder, &all, widest, go_on, &mut answer, &allowed)?
            }
            Decoding::StepByStep => {
                let mut lines = Vec::new();
                for row in &all {
                    lines.extend(self.run(decoder, &[*row], 1, go_on, &mut answer, &allowed)?);
                }
                lines
            }
            Decoding::Free | Decoding::Unread => {
                let any = |line: &mut Line, logits: &[f32]| {
                    line.choose_freely(logits, self.end, self.grammar.longest(line.row));
                };
                self.run(decoder, &all, widest, go_on, &mut answer, &any)?
            }
        };
        answer.forced = lines.iter().map(Line::forced).sum();
        answer.written = lines
            .iter()
            .map(|line| self.tokens(line.written()))
            .collect();
        if decoding != Decoding::Unread {
            answer.said = self.read(&lines)?;
        }
        let measured = matches!(decoding, Decoding::Constrained | Decoding::StepByStep);
        let sure = |line: &Line| if measured { line.confidence() } else { 0.0 };
        answer.confidence = lines.iter().map(sure).collect();
        Ok(answer)
    }

    /// Writes some rows, `widest` tokens a pass at most, each token chosen by `choose`, which also
    /// ends a line.
    fn run(
        &self,
        decoder: &mut dyn Decoder,
        rows: &[usize],
        widest: usize,
        go_on: &dyn Fn() -> bool,
        answer: &mut Answer,
        choose: &dyn Fn(&mut Line, &[f32]),
    ) -> Result<Vec<Line>> {
        // The decoder's start is read too, the end never is.
        let longest = rows.iter().map(|row| self.grammar.longest(*row)).max();
        decoder.begin(rows.len(), longest.unwrap_or_default());
        let start = |row: &usize| Line::new(&self.grammar, *row, self.start);
        let mut live: Vec<Line> = rows.iter().map(start).collect();
        let mut done = Vec::with_capacity(live.len());
        let mut logits = Vec::new();
        while !live.is_empty() {
            if !go_on() {
                return Err(Error::Cancelled);
            }
            let feeds: Vec<&[u32]> = live.iter().map(|line| line.next(widest)).collect();
            answer.inference += decoder.pass(&feeds, &mut logits)?;
            answer.passes += 1;
            let size = logits.len() / live.len();
            // From the last to the first: an ended row is replaced by the last one.
            for index in (0..live.len()).rev() {
                let line = &mut live[index];
                line.fed(widest);
                if line.waits() {
                    choose(line, &logits[index * size..(index + 1) * size]);
                }
                if line.is_done() {
                    decoder.end(index);
                    done.push(live.swap_remove(index));
                }
            }
        }
        done.sort_by_key(|line| line.row);
        Ok(done)
    }

    /// What the lines say, one a tool.
    fn read(&self, lines: &[Line]) -> Result<Vec<Option<Said>>, OutputError> {
        let read = |line: &Line| {
            let wrong = |position| OutputError {
                tool: self.tools[line.row].clone(),
                position,
            };
            let read = self.grammar.read(line.row, line.written());
            Ok(self.grammar.said(line.row, &read.map_err(wrong)?))
        };
        lines.iter().map(read).collect()
    }

    /// The tokenizer's tokens of the decoder's.
    fn tokens(&self, local: &[u32]) -> Vec<u32> {
        let token = |id: &u32| match &self.vocabulary {
            Some(ids) => ids.get(*id as usize).copied().unwrap_or_default(),
            None => *id,
        };
        local.iter().map(token).collect()
    }
}
