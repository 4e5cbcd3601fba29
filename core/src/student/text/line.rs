//! A line that is being written.

use crate::grammar::{Grammar, State};

/// A line: what is written so far, and how much of it the decoder has read.
pub(super) struct Line {
    pub(super) row: usize,
    /// The decoder's start, then what is written.
    tokens: Vec<u32>,
    /// How many of `tokens` the decoder has read.
    fed: usize,
    state: State,
    done: bool,
    forced: usize,
    /// The probability of the first choice: that the tool is used as it is.
    first: Option<f32>,
    /// Sum and number of the probabilities of the later choices.
    later: (f32, u32),
}

impl Line {
    /// A line with all that the grammar prescribes at its beginning.
    pub(super) fn new(grammar: &Grammar, row: usize, start: u32) -> Self {
        let mut tokens = Vec::with_capacity(grammar.longest(row) + 1);
        tokens.push(start);
        let mut line = Self {
            row,
            tokens,
            fed: 0,
            state: grammar.start(row),
            done: false,
            forced: 0,
            first: None,
            later: (0.0, 0),
        };
        line.follow(grammar);
        line
    }

    /// What is written.
    pub(super) fn written(&self) -> &[u32] {
        &self.tokens[1..]
    }

    /// Tokens that were no choice.
    pub(super) fn forced(&self) -> usize {
        self.forced
    }

    pub(super) fn is_done(&self) -> bool {
        self.done
    }

    /// Whether the grammar leaves a choice now.
    pub(super) fn is_choice(&self, grammar: &Grammar) -> bool {
        grammar.edges(self.state).len() > 1
    }

    /// What the decoder reads next, `widest` tokens at most.
    pub(super) fn next(&self, widest: usize) -> &[u32] {
        let end = self.fed.saturating_add(widest).min(self.tokens.len());
        &self.tokens[self.fed..end]
    }

    /// The decoder has read [`next`](Self::next).
    pub(super) fn fed(&mut self, widest: usize) {
        self.fed = self.fed.saturating_add(widest).min(self.tokens.len());
    }

    /// Whether the decoder has read it all, so that the next token can be chosen.
    pub(super) fn waits(&self) -> bool {
        !self.done && self.fed == self.tokens.len()
    }

    /// Writes the most probable of the allowed tokens, and what follows from it. `unused` is the
    /// token by which the first choice would leave the tool unused.
    pub(super) fn choose(&mut self, grammar: &Grammar, logits: &[f32], unused: Option<u32>) {
        let edges = grammar.edges(self.state);
        let logit = |id: u32| {
            logits
                .get(id as usize)
                .copied()
                .unwrap_or(f32::NEG_INFINITY)
        };
        // The first of equals, as an argmax elsewhere gives it.
        let best = edges.iter().reduce(|best, edge| {
            if logit(edge.id) > logit(best.id) {
                edge
            } else {
                best
            }
        });
        let Some(best) = best else {
            // A state that leads nowhere: the line ends here, and is not read as an edit.
            self.done = true;
            return;
        };
        let max = logit(best.id);
        let sum: f32 = edges.iter().map(|edge| (logit(edge.id) - max).exp()).sum();
        let probability = |id: u32| (logit(id) - max).exp() / sum;
        if self.first.is_none() {
            let unused = unused.filter(|id| *id != best.id);
            self.first = Some(unused.map_or(probability(best.id), |id| 1.0 - probability(id)));
        } else {
            self.later.0 += probability(best.id);
            self.later.1 += 1;
        }
        self.tokens.push(best.id);
        self.state = best.next;
        self.done = grammar.is_end(self.state);
        self.follow(grammar);
    }

    /// Writes the most probable token of all. The line is done at `end`, or with `longest` tokens.
    pub(super) fn choose_freely(&mut self, logits: &[f32], end: u32, longest: usize) {
        let mut best = (0, f32::NEG_INFINITY);
        for (id, logit) in (0..).zip(logits) {
            if *logit > best.1 {
                best = (id, *logit);
            }
        }
        self.tokens.push(best.0);
        self.done = best.0 == end || self.written().len() >= longest;
    }

    /// The probability of the first choice times the mean of the others', 0 to 1.
    pub(super) fn confidence(&self) -> f32 {
        let (sum, count) = self.later;
        let later = if count == 0 { 1.0 } else { sum / count as f32 };
        self.first.unwrap_or(1.0) * later
    }

    /// Writes what the grammar leaves no choice about.
    fn follow(&mut self, grammar: &Grammar) {
        while let ([edge], false) = (grammar.edges(self.state), self.done) {
            self.tokens.push(edge.id);
            self.state = edge.next;
            self.done = grammar.is_end(self.state);
            self.forced += 1;
        }
    }
}
