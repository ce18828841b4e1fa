//! Grants, refresh tokens and access tokens: how they come, rotate and die.
//!
//! A refresh token is replaced at each use. The old one keeps working for a
//! leeway of ten minutes, so that an answer that got lost can be asked for
//! again; after that its use means that somebody copied it, and everything that
//! descends from the same consent ends. Unused for 90 days or 365 days after the
//! consent, a refresh token is dead.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;

use super::refusal::TokenRefusal;
use super::scopes::OFFLINE;
use super::state::{CODE_LIFE, Challenge, Code, OAuthState};
use crate::ids;

/// How long a refresh token can lie unused.
pub(super) const IDLE_LIFE: TimeDelta = TimeDelta::days(90);
/// How long a consent lasts at most.
pub(super) const ABSOLUTE_LIFE: TimeDelta = TimeDelta::days(365);

/// What a person granted the app.
#[derive(Debug, Clone)]
pub(crate) struct Grant {
    pub(super) scopes: BTreeSet<String>,
    pub(super) cloud_ids: BTreeSet<&'static str>,
    pub(super) granted: DateTime<Utc>,
}

/// The refresh tokens that descend from one consent.
#[derive(Debug, Clone)]
pub(crate) struct Family {
    pub(super) account: &'static str,
    pub(super) scope: String,
    pub(super) started: DateTime<Utc>,
    pub(super) ended: bool,
    pub(super) refreshes: u64,
    tokens: Vec<RefreshToken>,
}

#[derive(Debug, Clone)]
struct RefreshToken {
    text: String,
    issued: DateTime<Utc>,
    replaced: Option<DateTime<Utc>>,
}

/// An access token.
#[derive(Debug, Clone)]
pub(crate) struct AccessToken {
    text: String,
    pub(super) account: &'static str,
    pub(super) expires: DateTime<Utc>,
}

/// Who a request with an access token speaks for, and what it may do.
#[derive(Debug, Clone)]
pub(crate) struct Grantee {
    pub(crate) account: &'static str,
    pub(crate) scopes: BTreeSet<String>,
    pub(crate) cloud_ids: BTreeSet<&'static str>,
}

impl Grantee {
    /// Whether all of these scopes were granted.
    pub(crate) fn has(&self, scopes: &[&str]) -> bool {
        scopes.iter().all(|scope| self.scopes.contains(*scope))
    }
}

/// A pair as the token endpoint gives it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Issued {
    pub(crate) access_token: String,
    pub(crate) refresh_token: Option<String>,
    pub(crate) expires_in: u32,
    pub(crate) scope: String,
}

impl Family {
    /// When the newest token dies if it is not used.
    pub(super) fn idle_until(&self) -> Option<DateTime<Utc>> {
        self.tokens.last().map(|token| token.issued + IDLE_LIFE)
    }

    /// What is wrong with using this token now, if anything.
    fn refuses(&self, index: usize, leeway: TimeDelta, now: DateTime<Utc>) -> bool {
        let token = &self.tokens[index];
        let late = token.replaced.is_some_and(|at| now - at > leeway);
        let idle = now - token.issued >= IDLE_LIFE;
        self.ended || late || idle || now - self.started >= ABSOLUTE_LIFE
    }
}

impl OAuthState {
    /// Adds a consent to the grant of an account.
    pub(super) fn grant(
        &mut self,
        account: &'static str,
        scopes: &[String],
        cloud_ids: &[&'static str],
        now: DateTime<Utc>,
    ) {
        let grant = self.grants.entry(account).or_insert_with(|| Grant {
            scopes: BTreeSet::new(),
            cloud_ids: BTreeSet::new(),
            granted: now,
        });
        grant.scopes.extend(scopes.iter().cloned());
        grant.cloud_ids.extend(cloud_ids);
        grant.granted = now;
    }

    /// Starts a family for an account that has consented.
    pub(super) fn issue(
        &mut self,
        account: &'static str,
        scopes: &[String],
        now: DateTime<Utc>,
    ) -> Issued {
        let scope = scopes.join(" ");
        let refresh_token = scopes.iter().any(|scope| scope == OFFLINE).then(|| {
            let text = refresh_text();
            self.families.push(Family {
                account,
                scope: scope.clone(),
                started: now,
                ended: false,
                refreshes: 0,
                tokens: vec![fresh(text.clone(), now)],
            });
            text
        });
        self.pair(account, refresh_token, scope, now)
    }

    /// Exchanges a code, once.
    pub(super) fn exchange(
        &mut self,
        code: &str,
        redirect_uri: &str,
        verifier: Option<&str>,
        now: DateTime<Utc>,
    ) -> Result<Issued, TokenRefusal> {
        let known = self
            .codes
            .iter_mut()
            .find(|known| same(&known.text, code))
            .ok_or(TokenRefusal::CODE)?;
        let good = !known.used
            && now - known.issued < CODE_LIFE
            && known.wish.redirect_uri == redirect_uri;
        // A code is worth one try, whatever comes of it.
        known.used = true;
        let Code { wish, account, .. } = known.clone();
        if !good || !self.grants.contains_key(account) {
            return Err(TokenRefusal::CODE);
        }
        if !verified(wish.challenge.as_ref(), verifier) {
            return Err(TokenRefusal::VERIFIER);
        }
        self.counts.exchanged += 1;
        Ok(self.issue(account, &wish.scopes, now))
    }

    /// Replaces a refresh token.
    pub(super) fn refresh(
        &mut self,
        token: &str,
        now: DateTime<Utc>,
    ) -> Result<Issued, TokenRefusal> {
        let leeway = TimeDelta::seconds(i64::from(self.settings.reuse_leeway_seconds));
        let (family, index) = self
            .families
            .iter_mut()
            .find_map(|family| {
                let index = family
                    .tokens
                    .iter()
                    .position(|known| same(&known.text, token))?;
                Some((family, index))
            })
            .ok_or(TokenRefusal::UNKNOWN)?;
        if family.refuses(index, leeway, now) || !self.grants.contains_key(family.account) {
            let copied = family.tokens[index].replaced.is_some();
            family.ended |= copied && self.settings.reuse_ends_family;
            return Err(TokenRefusal::DEAD);
        }
        let used = &mut family.tokens[index];
        self.counts.reused += u64::from(used.replaced.is_some());
        used.replaced.get_or_insert(now);
        let next = refresh_text();
        family.tokens.push(fresh(next.clone(), now));
        family.refreshes += 1;
        self.counts.refreshed += 1;
        let (account, scope) = (family.account, family.scope.clone());
        Ok(self.pair(account, Some(next), scope, now))
    }

    fn pair(
        &mut self,
        account: &'static str,
        refresh_token: Option<String>,
        scope: String,
        now: DateTime<Utc>,
    ) -> Issued {
        let expires_in = self.settings.access_token_seconds;
        let access_token = access_text();
        self.access.retain(|token| token.expires > now);
        self.access.push(AccessToken {
            text: access_token.clone(),
            account,
            expires: now + TimeDelta::seconds(i64::from(expires_in)),
        });
        Issued {
            access_token,
            refresh_token,
            expires_in,
            scope,
        }
    }

    /// Who an access token speaks for, if it still does.
    pub(crate) fn grantee(&self, token: &str, now: DateTime<Utc>) -> Option<Grantee> {
        let access = self
            .access
            .iter()
            .find(|access| same(&access.text, token) && access.expires > now)?;
        let grant = self.grants.get(access.account)?;
        let reachable = |id: &&str| self.sites().iter().any(|site| site.cloud_id == *id);
        Some(Grantee {
            account: access.account,
            scopes: grant.scopes.clone(),
            cloud_ids: grant.cloud_ids.iter().copied().filter(reachable).collect(),
        })
    }

    /// Whether an account has granted the app anything.
    pub(crate) fn has_grant(&self, account: &str) -> bool {
        self.grants.contains_key(account)
    }

    /// Takes the grant of an account back, as its owner or an administrator can.
    pub(super) fn revoke(&mut self, account: &str) -> bool {
        self.access.retain(|token| token.account != account);
        for family in self.families.iter_mut().filter(|f| f.account == account) {
            family.ended = true;
        }
        self.grants.remove(account).is_some()
    }

    /// Lets every access token end now; refresh tokens stay.
    pub(super) fn expire_access_tokens(&mut self) -> usize {
        std::mem::take(&mut self.access).len()
    }
}

fn fresh(text: String, issued: DateTime<Utc>) -> RefreshToken {
    RefreshToken {
        text,
        issued,
        replaced: None,
    }
}

/// As long as the real ones, which are signed documents that nobody else can read.
fn access_text() -> String {
    format!(
        "eyJ{}.eyJ{}.{}",
        ids::token(96),
        ids::token(1_100),
        ids::token(342)
    )
}

fn refresh_text() -> String {
    format!(
        "eyJ{}.eyJ{}.{}",
        ids::token(40),
        ids::token(420),
        ids::token(43)
    )
}

fn same(known: &str, given: &str) -> bool {
    known.as_bytes().ct_eq(given.as_bytes()).into()
}

/// Without a challenge a verifier is not looked at; with one it must be right.
fn verified(challenge: Option<&Challenge>, verifier: Option<&str>) -> bool {
    match (challenge, verifier) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(challenge), Some(verifier)) => challenge.is_met_by(verifier),
    }
}
