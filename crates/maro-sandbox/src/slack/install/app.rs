//! The app as its developer set it up, and who answers its consent page.

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use crate::state::{SandboxState, lock};

/// Where Maro takes the answer unless the app says another address.
const USUAL_REDIRECT: &str = "api/v1/slack/oauth/callback";

/// What can be changed about the app; `POST /admin/slack/app` merges into it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct App {
    /// Registered addresses; without any it is Maro's usual one.
    pub(super) redirect_urls: Vec<String>,
    /// Whether tokens expire and rotate. At the real Slack this cannot be turned off again.
    pub(super) token_rotation: bool,
    /// How long an access token lives when tokens rotate.
    pub(super) token_seconds: u32,
    /// Whether other workspaces than the main one may install it.
    pub(super) distributed: bool,
    /// Who answers the consent page.
    pub(super) consent: Consent,
    /// Where it is installed when nobody is asked.
    pub(super) team: String,
    /// Who installs it when nobody is asked; anybody of the workspace if there is no such person.
    pub(super) person: String,
    /// The channel for an incoming webhook when nobody is asked; any, if there is no such channel.
    pub(super) channel: String,
}

/// Who answers the consent page.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Consent {
    /// A person at the page.
    Ask,
    /// Everybody allows at once, for scripts.
    Accept,
    /// Everybody cancels at once, for scripts.
    Deny,
}

impl Default for App {
    fn default() -> Self {
        Self {
            redirect_urls: Vec::new(),
            token_rotation: false,
            token_seconds: 43_200,
            distributed: true,
            consent: Consent::Ask,
            team: "T0SANDBOX".into(),
            person: "amira".into(),
            channel: "payments".into(),
        }
    }
}

/// The registered addresses.
pub(super) fn redirect_urls(state: &SandboxState) -> Vec<String> {
    let registered = lock(&state.install).app.redirect_urls.clone();
    if !registered.is_empty() {
        return registered;
    }
    let usual = state
        .maro_url()
        .and_then(|url| url.join(USUAL_REDIRECT).ok());
    usual.map(String::from).into_iter().collect()
}

/// Whether an address is a registered one or below it, and safe: HTTPS, or this machine.
pub(super) fn may_go_to(registered: &[String], wanted: &str) -> bool {
    let Ok(url) = Url::parse(wanted) else {
        return false;
    };
    let here = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    };
    let safe = url.scheme() == "https" || (url.scheme() == "http" && here);
    safe && registered.iter().any(|one| {
        let below = wanted.strip_prefix(one.as_str());
        below.is_some_and(|rest| {
            rest.is_empty() || rest.starts_with(['/', '?']) || one.ends_with('/')
        })
    })
}

#[cfg(test)]
mod tests {
    use super::may_go_to;

    #[test]
    fn only_registered_and_safe_addresses_are_gone_to() {
        let registered = [
            "https://maro.example.com/back",
            "http://127.0.0.1:8080/back",
            "http://maro.example.com/back",
        ];
        let registered = registered.map(str::to_owned);
        for (wanted, may) in [
            ("https://maro.example.com/back", true),
            ("https://maro.example.com/back/deeper", true),
            ("https://maro.example.com/backdoor", false),
            ("https://maro.example.com.evil.example/back", false),
            ("http://127.0.0.1:8080/back", true),
            ("http://maro.example.com/back", false),
            ("not an address", false),
        ] {
            assert_eq!(may_go_to(&registered, wanted), may, "{wanted}");
        }
    }
}
