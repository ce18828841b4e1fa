//! The permissions of Maro's Slack app: the one list that the manifest asks for, an installation
//! requests, and `maro doctor` checks.
//!
//! Each is here because a call or an event of this crate needs it, and nothing is asked for in
//! advance: a new feature adds its scope with its call. Names and meanings:
//! <https://docs.slack.dev/reference/scopes>.

/// A permission, and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BotScope {
    /// Slack's name for it.
    pub name: &'static str,
    /// What Maro does with it, as the end of "so that Maro can …".
    pub purpose: &'static str,
    /// Whether the main job fails without it; otherwise only a part is missing.
    pub required: bool,
}

/// Everything that Maro asks a workspace for.
pub const BOT_SCOPES: [BotScope; 10] = [
    needed("commands", "take slash commands and the message shortcut"),
    needed("chat:write", "post previews and answers, and edit them"),
    needed("app_mentions:read", "hear its name in a thread"),
    needed("channels:history", "read a thread that becomes a draft"),
    needed(
        "channels:read",
        "show the name of a channel, and find it by its name",
    ),
    needed("users:read", "show the names of people"),
    // Without these, private channels, mapping by address and a tidy retry do not work.
    useful("groups:history", "read a thread in a private channel"),
    useful(
        "groups:read",
        "show the name of a private channel, and find it by its name",
    ),
    useful(
        "users:read.email",
        "know people by their e-mail address where approval rules name one",
    ),
    // Slack's pages do not say whether reading back one's own metadata needs it; asking is safe.
    useful(
        "metadata.message:read",
        "find its own message again after an unclear answer",
    ),
];

const fn needed(name: &'static str, purpose: &'static str) -> BotScope {
    BotScope {
        name,
        purpose,
        required: true,
    }
}

const fn useful(name: &'static str, purpose: &'static str) -> BotScope {
    BotScope {
        name,
        purpose,
        required: false,
    }
}

/// The names of all of them, comma-separated, as the authorize address takes them.
#[must_use]
pub fn requested() -> String {
    BOT_SCOPES.map(|scope| scope.name).join(",")
}

/// Those that a token lacks. A token whose scopes Slack did not tell lacks none.
pub fn missing_from(granted: &[String]) -> impl Iterator<Item = BotScope> + '_ {
    BOT_SCOPES
        .into_iter()
        .filter(|scope| !granted.is_empty() && !granted.iter().any(|has| has == scope.name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named() {
        let all: Vec<String> = requested().split(',').map(str::to_owned).collect();
        assert_eq!(all.len(), BOT_SCOPES.len());
        assert_eq!(missing_from(&all).count(), 0);
        assert_eq!(missing_from(&[]).count(), 0, "Slack did not tell");

        let missing: Vec<&str> = missing_from(&all[1..]).map(|scope| scope.name).collect();
        assert_eq!(missing, ["commands"]);
    }
}
