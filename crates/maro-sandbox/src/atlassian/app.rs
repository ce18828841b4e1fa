//! The one app that is registered in the simulated developer console.

use subtle::ConstantTimeEq;

use super::scopes;
use crate::options::SandboxOptions;

/// An OAuth 2.0 app as its developer set it up.
#[derive(Debug, Clone)]
pub(crate) struct App {
    pub(crate) client_id: String,
    client_secret: String,
    /// The one callback address; without one it follows from where Maro is.
    pub(crate) callback_url: Option<String>,
    /// The scopes that the app may ask for.
    pub(crate) scopes: Vec<String>,
}

impl App {
    /// The app with the credentials that the sandbox was started with.
    pub(crate) fn registered(options: &SandboxOptions) -> Self {
        Self {
            client_id: options.atlassian_client_id.clone(),
            client_secret: options.atlassian_client_secret.clone(),
            callback_url: None,
            scopes: scopes::known().map(str::to_owned).collect(),
        }
    }

    /// Whether these are the credentials of the app.
    pub(crate) fn is(&self, client_id: &str, client_secret: &str) -> bool {
        let id = self.client_id.as_bytes().ct_eq(client_id.as_bytes());
        let secret = self
            .client_secret
            .as_bytes()
            .ct_eq(client_secret.as_bytes());
        (id & secret).into()
    }

    /// What signs the webhooks that the app registered.
    pub(crate) fn signing_secret(&self) -> &str {
        &self.client_secret
    }
}
