//! The tokens of one installation: how they come, rotate and end.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use subtle::ConstantTimeEq;

use crate::ids;

/// How many access tokens of one installation live at the same time.
const ALIVE: usize = 2;

/// What a workspace has given to the app.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The person who installed it.
    pub(super) by: String,
    /// `None` is whatever the settings say.
    pub(super) scopes: Option<BTreeSet<String>>,
    /// Bot tokens, oldest first.
    tokens: Vec<BotToken>,
    /// Tokens of people, which open nothing here.
    pub(super) people: Vec<(String, String)>,
    /// Whether it is installed now.
    pub(super) active: bool,
}

#[derive(Debug)]
struct BotToken {
    text: String,
    expires: Option<DateTime<Utc>>,
    refresh: Option<Refresh>,
    /// Slack's name for why it is good no more.
    ended: Option<&'static str>,
}

#[derive(Debug)]
struct Refresh {
    text: String,
    used: bool,
}

/// A token as the app is given it.
#[derive(Debug)]
pub(super) struct Issued {
    pub(super) access_token: String,
    /// The refresh token and the seconds until it is needed, when tokens rotate.
    pub(super) rotation: Option<(String, u32)>,
}

impl Installation {
    /// An installation without tokens.
    pub(super) fn new(by: &str) -> Self {
        Self {
            by: by.to_owned(),
            scopes: Some(BTreeSet::new()),
            tokens: Vec::new(),
            people: Vec::new(),
            active: true,
        }
    }

    /// The installation that a developer made by hand, with a token that is known.
    pub(super) fn by_hand(by: &str, token: &str) -> Self {
        let mut made = Self::new(by);
        made.scopes = None;
        made.tokens.push(lasting(token.to_owned()));
        made
    }

    /// Is installed, once more or for the first time. Scopes only add up while it is.
    pub(super) fn take_in(&mut self, by: &str, scopes: &BTreeSet<String>) {
        if !self.active {
            self.scopes = Some(BTreeSet::new());
            self.active = true;
        }
        by.clone_into(&mut self.by);
        if let Some(all) = &mut self.scopes {
            all.extend(scopes.iter().cloned());
        }
    }

    /// Is removed. Its tokens belong to a user that is gone.
    pub(super) fn remove(&mut self) {
        self.active = false;
        self.people.clear();
        self.end_all("account_inactive");
    }

    /// Gives a token that lasts: the one that is there, or a new one.
    pub(super) fn issue_lasting(&mut self) -> Issued {
        let good = |token: &&BotToken| token.ended.is_none() && token.expires.is_none();
        let there = self.tokens.iter().find(good).map(|one| one.text.clone());
        let access_token = there.unwrap_or_else(|| {
            let text = format!("xoxb-{}", ids::token(48));
            self.tokens.push(lasting(text.clone()));
            text
        });
        Issued {
            access_token,
            rotation: None,
        }
    }

    /// Gives a pair that rotates. Earlier refresh tokens are good no more.
    pub(super) fn issue_rotating(&mut self, seconds: u32, now: DateTime<Utc>) -> Issued {
        for refresh in self
            .tokens
            .iter_mut()
            .filter_map(|one| one.refresh.as_mut())
        {
            refresh.used = true;
        }
        let access_token = format!("xoxe.xoxb-1-{}", ids::token(80));
        let refresh_token = format!("xoxe-1-{}", ids::token(80));
        self.tokens.push(BotToken {
            text: access_token.clone(),
            expires: Some(now + TimeDelta::seconds(i64::from(seconds))),
            refresh: Some(Refresh {
                text: refresh_token.clone(),
                used: false,
            }),
            ended: None,
        });
        let rotating = self.tokens.iter_mut().rev();
        for old in rotating.filter(|one| one.refresh.is_some()).skip(ALIVE) {
            old.ended.get_or_insert("token_expired");
        }
        Issued {
            access_token,
            rotation: Some((refresh_token, seconds)),
        }
    }

    /// Whether a bot token is good, if it is one of this installation.
    pub(super) fn accepts(
        &self,
        text: &str,
        now: DateTime<Utc>,
    ) -> Option<Result<(), &'static str>> {
        let token = self.tokens.iter().find(|token| same(&token.text, text))?;
        let expired = token.expires.is_some_and(|at| now >= at);
        Some(match token.ended {
            Some(reason) => Err(reason),
            None if expired => Err("token_expired"),
            None => Ok(()),
        })
    }

    /// Whether a refresh token is good now, if it is one of this installation.
    pub(super) fn refreshes(&self, text: &str) -> Option<bool> {
        let refresh = self.tokens.iter().filter_map(|one| one.refresh.as_ref());
        let found = refresh.into_iter().find(|one| same(&one.text, text))?;
        Some(self.active && !found.used)
    }

    /// Whether this token lasts, if it is one of this installation.
    pub(super) fn lasts(&self, text: &str) -> Option<bool> {
        let token = self.tokens.iter().find(|token| same(&token.text, text))?;
        Some(token.expires.is_none())
    }

    /// Ends one bot token.
    pub(super) fn end(&mut self, text: &str, reason: &'static str) {
        for token in self.tokens.iter_mut().filter(|one| same(&one.text, text)) {
            token.ended.get_or_insert(reason);
            if let Some(refresh) = &mut token.refresh {
                refresh.used = true;
            }
        }
    }

    /// Ends every token.
    pub(super) fn end_all(&mut self, reason: &'static str) {
        let all: Vec<String> = self.tokens.iter().map(|one| one.text.clone()).collect();
        for text in all {
            self.end(&text, reason);
        }
    }

    /// Lets every token that expires do so now, and says how many did.
    pub(super) fn expire(&mut self, now: DateTime<Utc>) -> usize {
        let expiring = self
            .tokens
            .iter_mut()
            .filter_map(|one| one.expires.as_mut());
        expiring.filter(|at| **at > now).map(|at| *at = now).count()
    }

    /// When the newest token expires.
    pub(super) fn expires(&self) -> Option<DateTime<Utc>> {
        self.tokens.last()?.expires
    }

    /// How many bot tokens are good.
    pub(super) fn good(&self, now: DateTime<Utc>) -> usize {
        let good =
            |token: &&BotToken| token.ended.is_none() && token.expires.is_none_or(|at| at > now);
        self.tokens.iter().filter(good).count()
    }
}

fn lasting(text: String) -> BotToken {
    BotToken {
        text,
        expires: None,
        refresh: None,
        ended: None,
    }
}

fn same(known: &str, given: &str) -> bool {
    known.as_bytes().ct_eq(given.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refresh_token_is_good_once_and_two_access_tokens_live() {
        let start = DateTime::UNIX_EPOCH;
        let mut made = Installation::new("U");
        let pairs: Vec<_> = (0..3).map(|_| made.issue_rotating(60, start)).collect();
        let refresh = |pair: &Issued| pair.rotation.as_ref().unwrap().0.clone();

        let refreshing = [0, 2].map(|index| made.refreshes(&refresh(&pairs[index])));
        let accepted = [0, 1, 2].map(|index| made.accepts(&pairs[index].access_token, start));
        let later = made.accepts(&pairs[2].access_token, start + TimeDelta::seconds(60));

        assert_eq!(refreshing, [Some(false), Some(true)]);
        assert_eq!(
            accepted,
            [Some(Err("token_expired")), Some(Ok(())), Some(Ok(()))]
        );
        assert_eq!(later, Some(Err("token_expired")));
        assert_eq!(made.accepts("xoxb-other", start), None);
    }
}
