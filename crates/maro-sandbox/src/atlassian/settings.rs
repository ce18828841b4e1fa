//! What can be changed about Atlassian's accounts while the sandbox runs.

use serde::{Deserialize, Serialize};

/// Switches of the OAuth half; `POST /admin/atlassian/settings` merges into them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct OAuthSettings {
    /// How long access tokens live.
    pub(crate) access_token_seconds: u32,
    /// Who answers the consent page.
    pub(crate) consent: Consent,
    /// Who consents when nobody is asked.
    pub(crate) person: String,
    /// The cloud ids that are chosen when nobody is asked; empty means all.
    pub(crate) consent_sites: Vec<String>,
    /// How many sites people can reach: 0, 1 (the main one) or 2.
    pub(crate) sites: usize,
    /// Scopes that a consent does not give although they were asked for.
    pub(crate) withheld_scopes: Vec<String>,
    /// How long a refresh token works after it was replaced.
    pub(crate) reuse_leeway_seconds: u32,
    /// Whether using a replaced token after that ends what it was replaced by, too.
    pub(crate) reuse_ends_family: bool,
}

/// Who answers the consent page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Consent {
    /// A person at the page.
    Ask,
    /// Everybody accepts at once, for scripts.
    Accept,
    /// Everybody declines at once, for scripts.
    Deny,
}

impl Default for OAuthSettings {
    fn default() -> Self {
        Self {
            access_token_seconds: 3_600,
            consent: Consent::Ask,
            person: "amira".into(),
            consent_sites: Vec::new(),
            sites: 2,
            withheld_scopes: Vec::new(),
            reuse_leeway_seconds: 600,
            reuse_ends_family: true,
        }
    }
}
