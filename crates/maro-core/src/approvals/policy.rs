//! The approver policy: anyone, a list, or anyone but the author, per channel and project.

use serde::{Deserialize, Serialize};

use super::{Identity, Refusal};

/// Who may approve.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Policy {
    /// Anyone who can see the preview.
    #[default]
    Anyone,
    /// The people named: Slack user ids, e-mail addresses, or actors as the audit log writes them.
    List(Vec<String>),
    /// Anyone but the author of the draft (four eyes).
    NotAuthor,
}

impl Policy {
    fn check(&self, author: &Identity, approver: &Identity) -> Result<(), Refusal> {
        match self {
            Self::NotAuthor if author.is_same_as(approver) => Err(Refusal::OwnDraft),
            Self::NotAuthor if !author.can_be_compared_with(approver) => Err(Refusal::Unclear),
            Self::Anyone | Self::NotAuthor => Ok(()),
            Self::List(entries) if entries.iter().any(|entry| approver.is_named_by(entry)) => {
                Ok(())
            }
            Self::List(_) => Err(Refusal::NotListed),
        }
    }
}

/// A policy and where it holds. What is not named holds everywhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRule {
    /// The Slack channel's id.
    #[serde(default)]
    pub channel: Option<String>,
    /// The key of the Jira project.
    #[serde(default)]
    pub project: Option<String>,
    /// The policy that holds there.
    pub policy: Policy,
}

/// All rules of a deployment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PolicyRules {
    /// Holds where no rule matches.
    pub default: Policy,
    /// Rules for channels and projects.
    pub rules: Vec<PolicyRule>,
}

impl PolicyRules {
    /// Whether any rule asks who somebody is; where none does, nobody needs to be looked up.
    #[must_use]
    pub fn looks_at_people(&self) -> bool {
        let policies = self.rules.iter().map(|rule| &rule.policy);
        policies
            .chain([&self.default])
            .any(|policy| *policy != Policy::Anyone)
    }

    /// Checks whether `approver` may approve a draft of `author`.
    pub fn check(
        &self,
        channel: &str,
        project: &str,
        author: &Identity,
        approver: &Identity,
    ) -> Result<(), Refusal> {
        let mut matching = self.matching(channel, project).peekable();
        if matching.peek().is_none() {
            return self.default.check(author, approver);
        }
        matching.try_for_each(|rule| rule.policy.check(author, approver))
    }

    fn matching<'a>(
        &'a self,
        channel: &'a str,
        project: &'a str,
    ) -> impl Iterator<Item = &'a PolicyRule> {
        self.rules.iter().filter(move |rule| {
            rule.channel.as_deref().is_none_or(|c| c == channel)
                && rule.project.as_deref().is_none_or(|p| p == project)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::actor::Actor;

    fn slack(user: &str) -> Identity {
        Identity::bare(Actor::Slack {
            team: "T1".into(),
            user: user.into(),
        })
    }

    fn rule(channel: Option<&str>, project: Option<&str>, policy: Policy) -> PolicyRule {
        PolicyRule {
            channel: channel.map(Into::into),
            project: project.map(Into::into),
            policy,
        }
    }

    #[test]
    fn anyone_may_approve_by_default() {
        let rules = PolicyRules::default();
        assert_eq!(
            rules.check("C1", "SCRUM", &slack("U1"), &slack("U1")),
            Ok(())
        );
    }

    #[test]
    fn four_eyes_refuse_the_author() {
        let rules = PolicyRules {
            default: Policy::NotAuthor,
            rules: vec![],
        };
        assert_eq!(
            rules.check("C1", "X", &slack("U1"), &slack("U1")),
            Err(Refusal::OwnDraft)
        );
        assert_eq!(rules.check("C1", "X", &slack("U1"), &slack("U2")), Ok(()));
    }

    #[test]
    fn the_author_is_recognised_behind_another_door() {
        let rules = PolicyRules {
            default: Policy::NotAuthor,
            rules: vec![],
        };
        let author = Identity {
            email: Some("amira@example.com".into()),
            ..slack("U1")
        };
        let on_the_web = Identity {
            actor: Actor::Operator,
            person: None,
            email: Some("amira@example.com".into()),
        };
        assert_eq!(
            rules.check("C1", "X", &author, &on_the_web),
            Err(Refusal::OwnDraft)
        );
    }

    #[test]
    fn four_eyes_refuse_whom_they_cannot_tell_from_the_author() {
        let rules = PolicyRules {
            default: Policy::NotAuthor,
            rules: vec![],
        };
        let person = Actor::Person(crate::ids::PersonId(uuid::Uuid::nil()));
        let token = Actor::Token(crate::ids::TokenId(uuid::Uuid::nil()));
        for approver in [person, token, Actor::Operator] {
            let refused = rules.check("C1", "X", &slack("U1"), &Identity::bare(approver));
            assert_eq!(refused, Err(Refusal::Unclear));
        }
    }

    #[test]
    fn a_list_names_people_by_slack_id_or_email() {
        let policy = Policy::List(vec!["U2".into(), "Boris@example.com".into()]);
        let rules = PolicyRules {
            default: policy,
            rules: vec![],
        };
        let boris = Identity {
            email: Some("boris@example.com".into()),
            ..slack("U9")
        };
        assert_eq!(rules.check("C1", "X", &slack("U1"), &slack("U2")), Ok(()));
        assert_eq!(rules.check("C1", "X", &slack("U1"), &boris), Ok(()));
        assert_eq!(
            rules.check("C1", "X", &slack("U1"), &slack("U3")),
            Err(Refusal::NotListed)
        );
    }

    #[test]
    fn every_matching_rule_must_agree() {
        let rules = PolicyRules {
            default: Policy::NotAuthor,
            rules: vec![
                rule(Some("C1"), None, Policy::Anyone),
                rule(None, Some("OPS"), Policy::List(vec!["U2".into()])),
            ],
        };
        assert_eq!(
            rules.check("C1", "SCRUM", &slack("U1"), &slack("U1")),
            Ok(())
        );
        assert_eq!(
            rules.check("C1", "OPS", &slack("U1"), &slack("U1")),
            Err(Refusal::NotListed)
        );
        assert_eq!(
            rules.check("C2", "X", &slack("U1"), &slack("U1")),
            Err(Refusal::OwnDraft)
        );
    }
}
