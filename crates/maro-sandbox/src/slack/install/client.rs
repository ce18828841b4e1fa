//! Who calls a method without a token: the client id and secret, by Basic or as fields.

use axum::http::{HeaderMap, header};
use data_encoding::BASE64;
use subtle::ConstantTimeEq;

use crate::{
    options::SandboxOptions,
    slack::{args::Args, error::SlackError},
};

/// The credentials that came with a call.
pub(crate) struct Client {
    id: String,
    secret: String,
}

impl Client {
    /// Reads them from the header, else from the arguments.
    pub(crate) fn read(headers: &HeaderMap, args: &Args) -> Self {
        let field = |name| args.text(name).unwrap_or_default().to_owned();
        let (id, secret) =
            basic(headers).unwrap_or_else(|| (field("client_id"), field("client_secret")));
        Self { id, secret }
    }

    /// Refuses everybody but the app.
    pub(super) fn check(&self, options: &SandboxOptions) -> Result<(), SlackError> {
        let same = |given: &str, right: &str| bool::from(given.as_bytes().ct_eq(right.as_bytes()));
        if !same(&self.id, &options.slack_client_id) {
            return Err(SlackError::new("invalid_client_id"));
        }
        if !same(&self.secret, &options.slack_client_secret) {
            return Err(SlackError::new("bad_client_secret"));
        }
        Ok(())
    }
}

fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let decoded = BASE64
        .decode(value.strip_prefix("Basic ")?.as_bytes())
        .ok()?;
    let text = String::from_utf8(decoded).ok()?;
    let (id, secret) = text.split_once(':')?;
    Some((id.to_owned(), secret.to_owned()))
}
