//! `users.info`: who a person is.

use serde::Deserialize;

use crate::{SlackClient, SlackError};

/// A person or a bot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    /// The user's id.
    pub id: String,
    /// The user's workspace.
    pub team_id: Option<String>,
    /// The name to show: display name, else real name, else handle.
    pub name: String,
    /// The e-mail address; absent without the scope `users:read.email` and for bots.
    pub email: Option<String>,
    /// The time zone's name.
    pub time_zone: Option<String>,
    /// Whether it is a bot.
    pub is_bot: bool,
    /// Whether the account was deactivated.
    pub is_deleted: bool,
    /// Whether it is a guest.
    pub is_guest: bool,
}

#[derive(Deserialize)]
struct Answer {
    user: UserAnswer,
}

#[derive(Deserialize)]
struct UserAnswer {
    id: String,
    team_id: Option<String>,
    #[serde(default)]
    name: String,
    real_name: Option<String>,
    tz: Option<String>,
    #[serde(default)]
    is_bot: bool,
    #[serde(default)]
    deleted: bool,
    #[serde(default)]
    is_restricted: bool,
    profile: Option<Profile>,
}

#[derive(Default, Deserialize)]
struct Profile {
    display_name: Option<String>,
    real_name: Option<String>,
    email: Option<String>,
}

impl From<UserAnswer> for User {
    fn from(user: UserAnswer) -> Self {
        let profile = user.profile.unwrap_or_default();
        let name = [profile.display_name, user.real_name, profile.real_name]
            .into_iter()
            .flatten()
            .find(|name| !name.trim().is_empty())
            .unwrap_or(user.name);
        Self {
            id: user.id,
            team_id: user.team_id,
            name,
            email: profile.email.filter(|email| !email.is_empty()),
            time_zone: user.tz,
            is_bot: user.is_bot,
            is_deleted: user.deleted,
            is_guest: user.is_restricted,
        }
    }
}

impl SlackClient {
    /// Loads a user.
    pub async fn users_info(&self, user: &str) -> Result<User, SlackError> {
        let answer: Answer = self.call_form("users.info", &[("user", user)]).await?;
        Ok(answer.user.into())
    }
}
