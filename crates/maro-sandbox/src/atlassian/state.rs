//! What the authorization server knows: the app, consents under way, codes, grants.
//!
//! How grants and tokens change is in `grants`.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use data_encoding::BASE64URL_NOPAD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::app::App;
use super::grants::{AccessToken, Family, Grant};
use super::settings::OAuthSettings;
use super::sites::{self, Site};
use crate::{ids, options::SandboxOptions};

/// Consent pages that nobody answered; older ones are forgotten.
const MOST_PENDING: usize = 1_000;

/// Everything that the simulated accounts hold.
pub(crate) struct OAuthState {
    pub(crate) settings: OAuthSettings,
    pub(crate) app: App,
    pub(crate) counts: TokenCounts,
    pub(super) pending: Vec<(String, Wish)>,
    pub(super) codes: Vec<Code>,
    /// By account id.
    pub(super) grants: BTreeMap<&'static str, Grant>,
    pub(super) families: Vec<Family>,
    pub(super) access: Vec<AccessToken>,
}

/// How often the token endpoint was asked, for tests that count.
#[derive(Debug, Default, Clone, Copy, Serialize)]
pub(crate) struct TokenCounts {
    /// Codes that were exchanged.
    pub(crate) exchanged: u64,
    /// Refreshes that gave a new pair.
    pub(crate) refreshed: u64,
    /// Of these, refreshes with a token that was replaced already.
    pub(crate) reused: u64,
    /// Requests that were refused.
    pub(crate) refused: u64,
}

/// What an app asks a person for.
#[derive(Debug, Clone)]
pub(crate) struct Wish {
    pub(crate) redirect_uri: String,
    pub(crate) state: String,
    pub(crate) scopes: Vec<String>,
    pub(crate) challenge: Option<Challenge>,
}

/// A PKCE challenge (RFC 7636).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Challenge {
    pub(crate) text: String,
    /// Hashed; otherwise the challenge is the verifier itself.
    pub(crate) s256: bool,
}

/// An authorization code.
#[derive(Debug, Clone)]
pub(crate) struct Code {
    pub(super) text: String,
    pub(super) wish: Wish,
    pub(super) account: &'static str,
    pub(super) issued: DateTime<Utc>,
    pub(super) used: bool,
}

/// How long a code can be exchanged.
pub(super) const CODE_LIFE: TimeDelta = TimeDelta::minutes(10);

impl OAuthState {
    /// Nobody has consented yet.
    pub(crate) fn new(options: &SandboxOptions) -> Self {
        Self {
            settings: OAuthSettings::default(),
            app: App::registered(options),
            counts: TokenCounts::default(),
            pending: Vec::new(),
            codes: Vec::new(),
            grants: BTreeMap::new(),
            families: Vec::new(),
            access: Vec::new(),
        }
    }

    /// The sites that people can reach now.
    pub(crate) fn sites(&self) -> &'static [Site] {
        sites::reachable(self.settings.sites)
    }

    /// Keeps a wish until somebody answers the consent page.
    pub(super) fn ask(&mut self, wish: Wish) -> String {
        if self.pending.len() == MOST_PENDING {
            self.pending.remove(0);
        }
        let id = ids::hex(32);
        self.pending.push((id.clone(), wish));
        id
    }

    /// Takes a wish; each consent page is answered once.
    pub(super) fn asked(&mut self, id: &str) -> Option<Wish> {
        let index = self.pending.iter().position(|(known, _)| known == id)?;
        Some(self.pending.remove(index).1)
    }

    /// Records a consent and gives the code for it.
    pub(super) fn consent(
        &mut self,
        mut wish: Wish,
        account: &'static str,
        sites: &[&'static str],
        now: DateTime<Utc>,
    ) -> String {
        let withheld = &self.settings.withheld_scopes;
        wish.scopes.retain(|scope| !withheld.contains(scope));
        self.grant(account, &wish.scopes, sites, now);
        let code = ids::token(48);
        self.codes.push(Code {
            text: code.clone(),
            wish,
            account,
            issued: now,
            used: false,
        });
        code
    }
}

impl Challenge {
    /// Whether this is the verifier that the challenge was made from.
    pub(super) fn is_met_by(&self, verifier: &str) -> bool {
        let made = if self.s256 {
            BASE64URL_NOPAD.encode(&Sha256::digest(verifier.as_bytes()))
        } else {
            verifier.to_owned()
        };
        made == self.text
    }
}
