//! The scopes that exist, with what the consent page says of them.

/// Scopes that a bot can be given, each with its title.
const BOT: &[(&str, &str)] = &[
    ("app_mentions:read", "See messages that mention it"),
    (
        "channels:history",
        "Read messages in public channels that it is in",
    ),
    ("channels:join", "Join public channels"),
    ("channels:read", "See the public channels"),
    ("chat:write", "Send messages as itself"),
    (
        "chat:write.public",
        "Send messages to channels that it is not in",
    ),
    ("commands", "Add shortcuts and slash commands"),
    (
        "groups:history",
        "Read messages in private channels that it is in",
    ),
    ("groups:read", "See the private channels that it is in"),
    ("im:history", "Read direct messages that were sent to it"),
    ("im:read", "See direct messages with it"),
    ("im:write", "Start direct messages"),
    ("incoming-webhook", "Send messages to one channel"),
    ("links:read", "See links to chosen domains"),
    ("links:write", "Show previews of links"),
    (
        "metadata.message:read",
        "See metadata of messages where it is",
    ),
    ("reactions:write", "Add reactions"),
    ("team:read", "See the name of the workspace"),
    ("users:read", "See the people"),
    ("users:read.email", "See the e-mail addresses of people"),
];

/// Scopes that a person can give for themself; a bot does not need them.
const USER: &[&str] = &["identity.basic", "users:read", "users.profile:read"];

/// What the consent page says of a scope.
pub(super) fn title(scope: &str) -> &str {
    let known = BOT.iter().find(|(name, _)| *name == scope);
    known.map_or(scope, |(_, title)| *title)
}

/// Whether a bot can be given this.
pub(super) fn of_bot(scope: &str) -> bool {
    BOT.iter().any(|(name, _)| *name == scope)
}

/// Whether a person can give this.
pub(super) fn of_user(scope: &str) -> bool {
    USER.contains(&scope)
}
