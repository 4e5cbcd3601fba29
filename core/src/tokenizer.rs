//! Text to token ids.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokenizers::{ModelWrapper, Tokenizer as HuggingFace};

use crate::{error::PackError, intent::Intent, pack::TokenizerInfo};

/// A pack's tokenizer.
pub(crate) struct Tokenizer {
    inner: HuggingFace,
    max_tokens: usize,
    /// What stands for text that it has no piece for.
    unknown: Option<u32>,
}

/// What the tokenizer reports beside the ids.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Encoded {
    /// Whether ids were left out to fit the model.
    pub(crate) truncated: bool,
}

impl Tokenizer {
    /// Reads `tokenizer.json`.
    pub(crate) fn new(json: &[u8], info: &TokenizerInfo) -> Result<Self, PackError> {
        caught(|| Self::read(json, info)).unwrap_or_else(|| {
            Err(PackError::InvalidTokenizer {
                file: info.file.clone(),
                reason: "the tokenizer's library panics at it".to_owned(),
            })
        })
    }

    fn read(json: &[u8], info: &TokenizerInfo) -> Result<Self, PackError> {
        let invalid = |reason: String| PackError::InvalidTokenizer {
            file: info.file.clone(),
            reason,
        };
        let mut inner =
            HuggingFace::from_bytes(json).map_err(|error| invalid(error.to_string()))?;
        // The core truncates, because it reports it; one intent at a time needs no padding.
        inner
            .with_truncation(None)
            .map_err(|error| invalid(error.to_string()))?;
        inner.with_padding(None);
        // `</s>` in a text is what a person typed, not the end of it.
        inner.set_encode_special_tokens(true);
        let tokenizer = Self {
            unknown: unknown(&inner),
            inner,
            max_tokens: info.max_tokens,
        };
        // A tokenizer that gives nothing would give the graph an empty sequence later on.
        let mut ids = Vec::new();
        tokenizer.encode(
            &Intent {
                text: "a".to_owned(),
                truncated: false,
            },
            &mut ids,
        )?;
        if ids.is_empty() {
            return Err(invalid("it gives no token".to_owned()));
        }
        Ok(tokenizer)
    }

    /// Writes the ids of an intent into `ids`, at most the model's length; the special tokens at
    /// the end are kept.
    pub(crate) fn encode(&self, intent: &Intent, ids: &mut Vec<i64>) -> Result<Encoded, PackError> {
        ids.clear();
        // The error is not passed on: it may quote the text.
        let encoding = caught(|| self.inner.encode_fast(intent.text.as_str(), true))
            .and_then(Result::ok)
            .ok_or_else(|| PackError::InvalidTokenizer {
                file: "the tokenizer".to_owned(),
                reason: "it has no token for a part of the text".to_owned(),
            })?;
        let all = encoding.get_ids();
        let special = encoding.get_special_tokens_mask();
        let tail = special
            .iter()
            .rev()
            .take_while(|special| **special == 1)
            .count();
        let tail = tail.min(self.max_tokens);
        let (body, end) = all.split_at(all.len() - tail.min(all.len()));
        let kept = body.len().min(self.max_tokens - tail);
        ids.extend(body.iter().take(kept).chain(end).map(|id| i64::from(*id)));
        Ok(Encoded {
            truncated: intent.truncated || kept < body.len(),
        })
    }

    /// The pieces of a text without special tokens; `None` when it has none for a part of it.
    pub(crate) fn spell(&self, text: &str) -> Option<Vec<u32>> {
        let encoding = caught(|| self.inner.encode_fast(text, false))?.ok()?;
        let unknown = |id: &u32| self.unknown == Some(*id);
        (!encoding.get_ids().iter().any(unknown)).then(|| encoding.get_ids().to_vec())
    }
}

/// What the library gives; `None` when it panics, which a file made for it can bring about.
fn caught<T>(work: impl FnOnce() -> T) -> Option<T> {
    catch_unwind(AssertUnwindSafe(work)).ok()
}

/// The token that stands for text without a piece, when there is one.
fn unknown(tokenizer: &HuggingFace) -> Option<u32> {
    let name = match tokenizer.get_model() {
        ModelWrapper::WordPiece(model) => Some(model.unk_token.as_str()),
        ModelWrapper::WordLevel(model) => Some(model.unk_token.as_str()),
        ModelWrapper::BPE(model) => model.unk_token.as_deref(),
        // It keeps the token to itself, so it is asked about a character that nobody has a piece
        // for: one of those that Unicode leaves to private use.
        ModelWrapper::Unigram(_) => {
            let probe = tokenizer.encode_fast("\u{f8d0}", false).ok()?;
            let id = probe.get_ids().last().copied()?;
            // With a piece for every byte nothing is unknown.
            let is_byte = tokenizer
                .id_to_token(id)
                .is_some_and(|t| t.starts_with("<0x"));
            return (!is_byte).then_some(id);
        }
    };
    name.and_then(|name| tokenizer.token_to_id(name))
}
