//! Cancelling from the other side.

use std::sync::Arc;

use colorist_core::CancelToken;

use crate::handles::{Kind, Live};

/// Cancels the requests it was given to, from any thread.
#[derive(Debug, uniffi::Object)]
pub struct FfiCancelToken {
    token: CancelToken,
    _live: Live,
}

impl FfiCancelToken {
    pub(crate) fn token(&self) -> CancelToken {
        self.token.clone()
    }
}

#[uniffi::export]
impl FfiCancelToken {
    /// A token that is not cancelled.
    #[uniffi::constructor]
    #[must_use]
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            token: CancelToken::new(),
            _live: Live::new(Kind::Token),
        })
    }

    /// Cancels: waiting requests end at once with `Cancelled`, a running one is stopped. May be
    /// called twice; a request made later with this token is refused.
    pub fn cancel(&self) {
        self.token.cancel();
    }

    /// Whether `cancel` was called.
    #[must_use]
    pub fn is_cancelled(&self) -> bool {
        self.token.is_cancelled()
    }
}
