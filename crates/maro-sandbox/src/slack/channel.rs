//! Channels, people, and the shapes in which Slack shows them.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{
    APP,
    team::{Team, is_bot_user},
};

/// A channel or a direct message.
#[derive(Clone, Debug)]
pub(crate) struct Channel {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) private: bool,
    pub(crate) archived: bool,
    /// Whether only some people may write to it.
    pub(crate) restricted: bool,
    /// The person on the other side, if it is a direct message.
    pub(crate) im_with: Option<String>,
    pub(crate) topic: String,
    /// User ids, Maro's among them where it was invited.
    pub(crate) members: BTreeSet<String>,
}

impl Channel {
    /// Whether this user is in it.
    pub(crate) fn has(&self, user: &str) -> bool {
        self.members.contains(user)
    }

    /// Whether Maro is in it.
    pub(crate) fn has_bot(&self) -> bool {
        self.members.iter().any(|member| is_bot_user(member))
    }

    /// Whether Maro's token may know of it.
    pub(crate) fn visible_to_bot(&self) -> bool {
        self.has_bot() || !(self.private || self.im_with.is_some())
    }

    /// The channel as Slack shows it to Maro.
    pub(crate) fn to_json(&self, team: &Team) -> Value {
        let created = 1_760_000_000;
        if let Some(user) = &self.im_with {
            return json!({
                "id": self.id, "created": created, "is_archived": false, "is_im": true,
                "is_org_shared": false, "context_team_id": team.id, "updated": created, "user": user,
                "last_read": "0000000000.000000", "is_open": true, "priority": 0,
            });
        }
        json!({
            "id": self.id, "name": self.name, "name_normalized": self.name,
            "is_channel": true, "is_group": false, "is_im": false, "is_mpim": false,
            "is_private": self.private, "is_archived": self.archived, "is_general": false,
            "is_shared": false, "is_ext_shared": false, "is_org_shared": false,
            "is_pending_ext_shared": false, "pending_shared": [], "pending_connected_team_ids": [],
            "shared_team_ids": [team.id], "context_team_id": team.id, "parent_conversation": null,
            "created": created, "updated": created * 1_000_i64, "creator": "U0AMIRA", "unlinked": 0,
            "is_member": self.has_bot(), "previous_names": [],
            "topic": { "value": self.topic, "creator": "U0AMIRA", "last_set": created },
            "purpose": { "value": "", "creator": "", "last_set": 0 },
        })
    }
}

/// Somebody in the workspace.
#[derive(Clone, Debug)]
pub(crate) struct User {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) real_name: String,
    pub(crate) email: Option<String>,
    pub(crate) tz: String,
}

impl User {
    /// The user as Slack shows it; the address only to tokens that may read it.
    pub(crate) fn to_json(&self, team: &Team, with_email: bool) -> Value {
        let bot = is_bot_user(&self.id);
        let mut profile = json!({
            "real_name": self.real_name, "real_name_normalized": self.real_name,
            "display_name": self.name, "display_name_normalized": self.name,
            "status_text": "", "status_emoji": "", "team": team.id,
        });
        if let (true, Some(email)) = (with_email, &self.email) {
            profile["email"] = email.clone().into();
        }
        if bot {
            profile["bot_id"] = team.bot.into();
            profile["api_app_id"] = APP.into();
        }
        json!({
            "id": self.id, "team_id": team.id, "name": self.name, "deleted": false,
            "color": "9f69e7", "real_name": self.real_name, "tz": self.tz, "tz_label": self.tz,
            "tz_offset": 0, "profile": profile, "is_admin": false, "is_owner": false,
            "is_primary_owner": false, "is_restricted": false, "is_ultra_restricted": false,
            "is_bot": bot, "is_app_user": false, "updated": 1_760_000_000,
            "is_email_confirmed": !bot, "who_can_share_contact_card": "EVERYONE",
        })
    }
}
