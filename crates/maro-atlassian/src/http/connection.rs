//! One address with one set of credentials.
//!
//! **Invariant:** credentials travel in the `Authorization` header of requests below the configured
//! base address and nowhere else. A request is sent a second time only after a 401, which proves that
//! the first one did nothing, and only when a grant can give another token. Once a quota of the
//! whole account is used up, nothing is sent until it begins anew: every request would be refused, and
//! refusals count, too.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use maro_core::calls::Observer;
use reqwest::{RequestBuilder, Response, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::answer::bounded;
use super::{LimitScope, RateLimit, Refusal};
use crate::client;
use crate::credentials::{Credentials, TokenError};
use crate::outbound::Outbound;

/// What a gateway says in a 401 or 403 when the grant lacks a scope.
const SCOPE: &[u8] = b"scope does not match";

/// An address, credentials and the two HTTP clients. Cloning is cheap.
#[derive(Clone)]
pub(crate) struct Connection {
    base: Url,
    credentials: Credentials,
    timeout: Duration,
    /// Until when nothing is sent, and the limit that says so. Shared by all clones.
    quiet: Arc<Mutex<Option<(Instant, RateLimit)>>>,
    /// Who is told of the calls; see [`crate::observed`].
    pub(crate) observer: Observer,
    pub(crate) reads: reqwest::Client,
    pub(crate) writes: reqwest::Client,
}

/// What came back.
pub(crate) enum Sent {
    Answered(Response),
    Unauthorized(Refusal),
    MissingScope,
}

/// Why nothing came back.
#[derive(Debug)]
pub(crate) enum Unsent {
    /// The grant is over; nothing was sent.
    Expired,
    /// There is no access token at the moment; nothing was sent.
    NotReady {
        /// What is missing, in a few words.
        what: String,
        /// How long to wait, if that is known.
        retry_after: Option<Duration>,
    },
    /// The quota is known to be used up; nothing was sent.
    Limited(RateLimit),
    /// What the HTTP client says; it may or may not have sent something.
    Transport(reqwest::Error),
}

impl From<TokenError> for Unsent {
    fn from(err: TokenError) -> Self {
        match err {
            TokenError::Dead => Self::Expired,
            TokenError::Unavailable {
                reason,
                retry_after,
            } => Self::NotReady {
                what: format!("the access token could not be renewed: {reason}"),
                retry_after,
            },
        }
    }
}

impl Connection {
    pub(crate) fn new(
        base: Url,
        credentials: Credentials,
        timeout: Duration,
        longest_write: Duration,
        outbound: &Outbound,
    ) -> reqwest::Result<Self> {
        Ok(Self {
            base,
            credentials,
            timeout,
            quiet: Arc::default(),
            observer: Observer::default(),
            reads: client::repeatable_through(outbound, timeout)?,
            writes: client::once_through(outbound, longest_write)?,
        })
    }

    pub(crate) fn base(&self) -> &Url {
        &self.base
    }

    /// How long a call that may be repeated may take.
    pub(crate) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// An address below the base; each segment is percent-encoded.
    pub(crate) fn address(&self, segments: &[&str]) -> Url {
        below(&self.base, segments)
    }

    /// Sends within `deadline`, which covers the token, the connection and the first byte of the answer.
    pub(crate) async fn send(
        &self,
        request: RequestBuilder,
        deadline: Duration,
    ) -> Result<Sent, Unsent> {
        if let Some(limit) = self.limit() {
            return Err(Unsent::Limited(limit));
        }
        let sent = self.send_signed(request, deadline).await?;
        if let Sent::Answered(response) = &sent
            && response.status() == StatusCode::TOO_MANY_REQUESTS
        {
            self.note(RateLimit::read(response.headers()));
        }
        Ok(sent)
    }

    /// The quota that is used up, with what is left of the pause.
    fn limit(&self) -> Option<RateLimit> {
        let quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
        let (until, limit) = quiet.as_ref()?;
        let left = left(*until);
        (!left.is_zero()).then(|| RateLimit {
            retry_after: Some(left),
            ..limit.clone()
        })
    }

    fn note(&self, limit: RateLimit) {
        if let (LimitScope::Account { .. }, Some(wait)) = (limit.scope, limit.retry_after) {
            let mut quiet = self.quiet.lock().unwrap_or_else(PoisonError::into_inner);
            *quiet = Some((Instant::now() + wait, limit));
        }
    }

    async fn send_signed(
        &self,
        request: RequestBuilder,
        deadline: Duration,
    ) -> Result<Sent, Unsent> {
        let until = Instant::now() + deadline;
        let request = request.header(reqwest::header::ACCEPT, "application/json");
        let tokens = match &self.credentials {
            Credentials::Basic {
                username,
                api_token,
            } => {
                let request = request.basic_auth(username, Some(api_token.expose_secret()));
                return attempt(request, until).await;
            }
            Credentials::Bearer(token) => {
                return attempt(request.bearer_auth(token.expose_secret()), until).await;
            }
            Credentials::OAuth(tokens) => tokens,
        };
        let again = request.try_clone();
        let token = in_time(until, tokens.current()).await?;
        let sent = attempt(request.bearer_auth(token.expose_secret()), until).await?;
        match (sent, again) {
            (Sent::Unauthorized(_), Some(again)) => {
                let fresh = in_time(until, tokens.after_rejection(token)).await?;
                attempt(again.bearer_auth(fresh.expose_secret()), until).await
            }
            (sent, _) => Ok(sent),
        }
    }
}

/// Sends once. A 401 is read, to see whether another token could help.
async fn attempt(request: RequestBuilder, until: Instant) -> Result<Sent, Unsent> {
    if left(until).is_zero() {
        return Err(too_late());
    }
    let response = request
        .timeout(left(until))
        .send()
        .await
        .map_err(|err| Unsent::Transport(err.without_url()))?;
    if response.status() != StatusCode::UNAUTHORIZED {
        return Ok(Sent::Answered(response));
    }
    let body = bounded(response).await.unwrap_or_default();
    Ok(if lacks_scope(&body) {
        Sent::MissingScope
    } else {
        Sent::Unauthorized(Refusal::read(401, &body))
    })
}

/// Whether a refusal speaks of scopes.
pub(super) fn lacks_scope(body: &[u8]) -> bool {
    body.windows(SCOPE.len())
        .any(|part| part.eq_ignore_ascii_case(SCOPE))
}

/// A renewal that hangs must not outlive the deadline: the claim of a create runs out behind it.
async fn in_time(
    until: Instant,
    token: impl Future<Output = Result<SecretString, TokenError>>,
) -> Result<SecretString, Unsent> {
    match tokio::time::timeout(left(until), token).await {
        Ok(token) => token.map_err(Unsent::from),
        Err(_) => Err(too_late()),
    }
}

/// The token took all the time there was; nothing was sent with it.
fn too_late() -> Unsent {
    Unsent::from(TokenError::Unavailable {
        reason: "no answer came in time".into(),
        retry_after: None,
    })
}

fn left(until: Instant) -> Duration {
    until.saturating_duration_since(Instant::now())
}

pub(crate) fn below(base: &Url, segments: &[&str]) -> Url {
    let mut url = base.clone();
    if let Ok(mut path) = url.path_segments_mut() {
        path.pop_if_empty().extend(segments);
    }
    url
}

/// An address in the form that every call expects, or what is wrong with it.
pub(crate) fn checked(mut url: Url) -> Result<Url, &'static str> {
    if !matches!(url.scheme(), "http" | "https") || url.host().is_none() {
        return Err("must begin with https:// or http://");
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not contain a user name or a password");
    }
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_gateways_word_for_a_missing_scope_is_known() {
        let said = br#"{"code":401,"message":"Unauthorized; scope does not match"}"#;
        assert!(lacks_scope(said));
        assert!(!lacks_scope(br#"{"message":"Unauthorized"}"#));
    }
}
