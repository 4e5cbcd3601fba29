//! What happens to a text before the tokenizer sees it.

use std::fmt;

use crate::error::IntentError;

/// The longest text that is read, bytes of UTF-8 (1 MiB).
pub(crate) const MAX_BYTES: usize = 1 << 20;

/// Characters kept per token of the model's length. Words and spaces of real languages stay far
/// below it, so it cuts only what would be truncated anyway; it bounds the tokenizer's work, which
/// for some models grows faster than the text.
const CHARS_PER_TOKEN: usize = 64;

/// A text ready for the tokenizer. `Debug` does not show it.
pub(crate) struct Intent {
    pub(crate) text: String,
    /// Whether a part of the text was left out.
    pub(crate) truncated: bool,
}

impl Intent {
    /// Trims, turns every run of white space into one space, and keeps what can matter for a
    /// model of `max_tokens`.
    pub(crate) fn new(text: &str, max_tokens: usize) -> Result<Self, IntentError> {
        if text.len() > MAX_BYTES {
            return Err(IntentError::TooLong {
                bytes: text.len(),
                max: MAX_BYTES,
            });
        }
        if text.chars().all(|c| c.is_whitespace() || c.is_control()) {
            return Err(IntentError::Empty);
        }
        let limit = max_tokens.saturating_mul(CHARS_PER_TOKEN);
        let mut kept = String::with_capacity(text.len().min(limit));
        let mut count = 0;
        for word in text.split_whitespace() {
            if count > 0 {
                kept.push(' ');
                count += 1;
            }
            for c in word.chars() {
                if count >= limit {
                    return Ok(Self {
                        text: kept,
                        truncated: true,
                    });
                }
                kept.push(c);
                count += 1;
            }
        }
        Ok(Self {
            text: kept,
            truncated: false,
        })
    }
}

impl fmt::Debug for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Intent")
            .field("truncated", &self.truncated)
            .finish_non_exhaustive()
    }
}
