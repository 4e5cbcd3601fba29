//! Why a grammar cannot be compiled.

/// Why a catalog and a tokenizer do not go together. Names the catalog's texts; a person's text
/// never comes here.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrammarError {
    /// The step of the numbers is not positive.
    #[error("the step of the values is {step}; it must be at least 1")]
    Step {
        /// The step given.
        step: i32,
    },
    /// A name of the catalog could never be written, because no number may follow it.
    #[error(
        "`{name}` could never be written: its range holds no multiple of {step} that changes anything; widen the range or take a smaller step"
    )]
    NoValue {
        /// The slider, grid row or choice.
        name: String,
        /// The step of the numbers.
        step: i32,
    },
    /// The tokenizer has an unknown piece in a text, or none at all.
    #[error(
        "the tokenizer cannot spell `{text}`; rename it in the catalog or take a tokenizer that has pieces for it"
    )]
    Unspellable {
        /// A name of the catalog, a word of the format, or a number.
        text: String,
    },
    /// Two names, or two lines up to some word, have the same tokens. Lines have `|` between words.
    #[error(
        "`{first}` and `{second}` have the same pieces and cannot be told apart; rename one in the catalog or take a tokenizer that tells them apart"
    )]
    Indistinct {
        /// One of them.
        first: String,
        /// The other.
        second: String,
    },
    /// In a line, the tokenizer gives a word other pieces than by itself.
    #[error(
        "the tokenizer spells `{words}` otherwise than word by word; take one that splits at spaces, such as T5's or word pieces"
    )]
    NotByWord {
        /// The word, and those around it.
        words: String,
    },
    /// A line could be longer than a student's cache.
    #[error(
        "a line about `{tool}` can have {tokens} tokens, more than {limit}; use fewer or shorter names"
    )]
    TooLong {
        /// The tool's name.
        tool: String,
        /// How many tokens its longest line has.
        tokens: usize,
        /// The most that are allowed.
        limit: usize,
    },
    /// The automaton would be too large.
    #[error(
        "the catalog's lines need more than {limit} steps of an automaton; use fewer names or a larger step"
    )]
    TooLarge {
        /// The most that are allowed.
        limit: usize,
    },
}
