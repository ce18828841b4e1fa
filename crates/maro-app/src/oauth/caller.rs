//! Who begins a consent, and who may therefore bring its answer.

use maro_core::actor::Actor;
use maro_core::hash::sha256_hex;

/// Somebody who asks for a step of the flow.
#[derive(Debug, Clone)]
pub struct Caller {
    /// Who they are.
    pub actor: Actor,
    /// The fingerprint of their web session; `None` for holders of an API token.
    pub web_session: Option<String>,
}

impl Caller {
    /// Somebody who signed in on the web, with the token of that session.
    #[must_use]
    pub fn by_web_session(actor: Actor, token: &str) -> Self {
        let seed = [b"maro-oauth-session\0".as_slice(), token.as_bytes()].concat();
        Self {
            actor,
            web_session: Some(sha256_hex(&seed)),
        }
    }

    /// Somebody with an API token.
    #[must_use]
    pub fn by_api(actor: Actor) -> Self {
        Self {
            actor,
            web_session: None,
        }
    }

    /// What a consent that this caller begins is bound to.
    pub(super) fn binding(&self) -> String {
        match &self.web_session {
            Some(session) => format!("session:{session}"),
            None => format!("api:{}", self.actor),
        }
    }

    /// Whether this caller may bring the answer to a consent. One that a program began ends in some
    /// browser, which has no token: there an administrator's session counts, too.
    pub(super) fn may_answer(&self, begun_by: &str) -> bool {
        begun_by == self.binding() || (begun_by.starts_with("api:") && self.web_session.is_some())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_from_the_browser_that_asked() {
        let mine = Caller::by_web_session(Actor::Operator, "token 1");
        let other = Caller::by_web_session(Actor::Operator, "token 2");
        let program = Caller::by_api(Actor::Operator);
        assert!(mine.may_answer(&mine.binding()));
        assert!(
            !other.may_answer(&mine.binding()),
            "same person, other browser"
        );
        assert!(!program.may_answer(&mine.binding()));
        assert!(program.may_answer(&program.binding()));
        assert!(mine.may_answer(&program.binding()));
        assert!(!mine.binding().contains("token 1"));
    }
}
