//! What an account must be like: its address, name and password, and who it is in Slack and Jira.

use maro_store::people::Person;
use secrecy::{ExposeSecret as _, SecretString};

use super::password;

/// Longest name, in characters.
const LONGEST_NAME: usize = 100;
/// Atlassian says 128 characters: <https://developer.atlassian.com/cloud/jira/platform/rest/v3/intro/>.
const LONGEST_ACCOUNT: usize = 128;
/// Longer than any id that Slack gives.
const LONGEST_ID: usize = 40;

/// A field that must be corrected first.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct InvalidField {
    /// Which one.
    pub field: &'static str,
    /// A sentence for the person.
    pub message: String,
}

/// Somebody's place in Slack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SlackMember {
    /// The workspace, `T…`.
    pub team: String,
    /// The member, `U…` or `W…`.
    pub user: String,
}

impl SlackMember {
    /// Reads what somebody typed; two empty texts are nobody.
    pub fn read(team: &str, user: &str) -> Result<Option<Self>, InvalidField> {
        let (team, user) = (team.trim(), user.trim());
        match (team.is_empty(), user.is_empty()) {
            (true, true) => Ok(None),
            _ if !is_id(team, &['T', 'E']) => invalid(
                "slack_team",
                "The id of a Slack workspace looks like T024BE7LD.",
            ),
            _ if !is_id(user, &['U', 'W']) => invalid(
                "slack_user",
                "The id of a Slack member looks like U024BE7LH.",
            ),
            _ => Ok(Some(Self {
                team: team.to_owned(),
                user: user.to_owned(),
            })),
        }
    }

    /// Who a person is in Slack, if that is known.
    #[must_use]
    pub fn of(person: &Person) -> Option<Self> {
        let (team, user) = person.slack_team.clone().zip(person.slack_user.clone())?;
        Some(Self { team, user })
    }
}

fn is_id(text: &str, begins: &[char]) -> bool {
    text.starts_with(begins)
        && (2..=LONGEST_ID).contains(&text.len())
        && text
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit())
}

/// An e-mail address, in the form in which it is stored.
pub(super) fn email(text: &str) -> Result<String, InvalidField> {
    let email = text.trim();
    let is_address = (3..=254).contains(&email.len())
        && email.contains('@')
        && !email.contains(char::is_whitespace);
    if is_address {
        Ok(email.to_lowercase())
    } else {
        invalid("email", "Please give an e-mail address.")
    }
}

/// A name that others see.
pub(super) fn name(text: &str) -> Result<String, InvalidField> {
    let name = text.trim();
    if name.is_empty() || name.chars().count() > LONGEST_NAME {
        return invalid("name", "Please give a name of at most 100 characters.");
    }
    Ok(name.to_owned())
}

/// Whether a password may be used.
pub(super) fn check_password(secret: &SecretString) -> Result<(), InvalidField> {
    let length = secret.expose_secret().chars().count();
    if (password::SHORTEST..=password::LONGEST).contains(&length) {
        return Ok(());
    }
    let message = format!(
        "The password must have {} to {} characters.",
        password::SHORTEST,
        password::LONGEST
    );
    Err(InvalidField {
        field: "password",
        message,
    })
}

/// An account of Jira's; an empty text is none.
pub(super) fn jira_account(text: &str) -> Result<Option<String>, InvalidField> {
    let account = text.trim();
    if account.len() > LONGEST_ACCOUNT
        || account.contains(|c: char| c.is_whitespace() || c.is_control())
    {
        return invalid(
            "jira_account_id",
            "The id of a Jira account has no spaces and at most 128 characters.",
        );
    }
    Ok((!account.is_empty()).then(|| account.to_owned()))
}

fn invalid<T>(field: &'static str, message: &str) -> Result<T, InvalidField> {
    Err(InvalidField {
        field,
        message: message.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_slack_are_told_from_names() {
        assert_eq!(SlackMember::read(" ", ""), Ok(None));
        assert!(
            SlackMember::read("T024BE7LD", " U024BE7LH ")
                .unwrap()
                .is_some()
        );
        for (team, user, field) in [
            ("acme", "U024BE7LH", "slack_team"),
            ("T024BE7LD", "@amira", "slack_user"),
            ("T024BE7LD", "", "slack_user"),
            ("", "U024BE7LH", "slack_team"),
        ] {
            assert_eq!(SlackMember::read(team, user).unwrap_err().field, field);
        }
    }

    #[test]
    fn an_address_is_stored_in_small_letters() {
        assert_eq!(email(" Amira@Acme.com ").unwrap(), "amira@acme.com");
        for wrong in ["", "amira", "a b@c", "@"] {
            assert!(email(wrong).is_err(), "{wrong}");
        }
        assert!(jira_account("5b10a2844c20165700ede21g").unwrap().is_some());
        assert!(jira_account("a b").is_err());
    }
}
