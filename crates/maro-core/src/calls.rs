//! Calls to the outside, as the clients that make them tell of them.
//!
//! A client tells its observer about every call; what that says about a connection is decided in
//! [`crate::health`], and where it is kept is the application's matter.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// One call that has ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// Which call, in the other side's own words where it has some: `chat.postMessage`.
    pub kind: &'static str,
    /// From the first byte to the end of the answer.
    pub took: Duration,
    /// Why it failed; `None`: it worked.
    pub failure: Option<CallFailure>,
}

/// Why a call failed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallFailure {
    /// What kind of failure it was.
    pub kind: FailureKind,
    /// What happened and what to do, in the other side's own words where it has some.
    pub sentence: String,
}

/// What a failed call says about the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailureKind {
    /// The credentials are wrong, expired or not enough: nothing works until a person acts.
    Credential,
    /// The other side limits us; it goes on by itself.
    Limited,
    /// No usable answer came.
    Unreachable,
    /// The other side answered and said no to this one request: the connection itself works.
    Refused,
}

impl FailureKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Credential,
        Self::Limited,
        Self::Unreachable,
        Self::Refused,
    ];

    /// The word that is stored and counted.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credential => "credential",
            Self::Limited => "limited",
            Self::Unreachable => "unreachable",
            Self::Refused => "refused",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == text)
    }
}

/// Who is told about calls; nobody by default. Cloning is cheap.
#[derive(Clone, Default)]
pub struct Observer(Option<Arc<dyn Fn(Call) + Send + Sync>>);

impl Observer {
    /// Tells `listener`. It runs inside the call, so it must only note.
    #[must_use]
    pub fn new(listener: impl Fn(Call) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }

    /// Tells about a call.
    pub fn tell(&self, call: Call) {
        if let Some(listener) = &self.0 {
            listener(call);
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Observer")
    }
}
