//! What a pass reads: the tokens of each row and how far they are from one another.

use super::super::wrong;
use crate::error::RuntimeError;

/// Distances beyond this one share a relative position bias, as in T5.
const FARTHEST: usize = 128;
/// The distance that stands for "not visible".
const HIDDEN: i64 = FARTHEST as i64 + 1;

/// The integer inputs of a pass over R rows of T tokens, with L tokens of room in the cache.
#[derive(Default)]
pub(super) struct Layout {
    /// `[R, T]`.
    pub(super) ids: Vec<i64>,
    /// `[R, T, L + T]`.
    pub(super) distances: Vec<i64>,
    /// `[R]`.
    pub(super) last: Vec<i64>,
    /// T.
    pub(super) width: usize,
}

impl Layout {
    /// Lays out the next tokens of rows that have `lengths` tokens in the cache.
    pub(super) fn fill(
        &mut self,
        feeds: &[&[u32]],
        lengths: &[usize],
        longest: usize,
    ) -> Result<(), RuntimeError> {
        let width = feeds.iter().map(|feed| feed.len()).max();
        let width = width.unwrap_or_default();
        self.ids.clear();
        self.distances.clear();
        self.last.clear();
        self.width = width;
        for (feed, length) in feeds.iter().zip(lengths) {
            if feed.is_empty() || length + feed.len() > longest {
                return Err(wrong("a line is longer than the grammar allows"));
            }
            let distance = |query: usize, key: usize, visible: bool| {
                if visible {
                    (query - key).min(FARTHEST) as i64
                } else {
                    HIDDEN
                }
            };
            // What fills a shorter row up is hidden from its own tokens, and its outputs are not
            // read. With int8 it has a say in the scale of the activations, so it is no token
            // that the row does not have.
            let filler = feed.last().copied().unwrap_or_default();
            let padded = feed.iter().copied().chain(std::iter::repeat(filler));
            self.ids.extend(padded.take(width).map(i64::from));
            self.last.push(feed.len() as i64 - 1);
            for query in 0..width {
                let cached = 0..longest;
                let cached = cached.map(|key| distance(length + query, key, key < *length));
                self.distances.extend(cached);
                let new = (0..width).map(|key| distance(query, key, key <= query));
                self.distances.extend(new);
            }
        }
        Ok(())
    }
}
