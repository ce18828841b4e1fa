//! The workspaces that exist, and what Slack calls Maro in each of them.

/// A workspace. Ids of bots and bot users differ between workspaces, as they do in Slack.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Team {
    pub(crate) id: &'static str,
    /// The subdomain.
    pub(crate) domain: &'static str,
    pub(crate) name: &'static str,
    /// Maro as a bot.
    pub(crate) bot: &'static str,
    /// Maro as a user that can be mentioned.
    pub(crate) bot_user: &'static str,
}

/// The workspace that Maro is installed in at the start.
pub(crate) static MAIN: Team = Team {
    id: "T0SANDBOX",
    domain: "maro-sandbox",
    name: "Maro sandbox",
    bot: "B0MARO",
    bot_user: "U0MARO",
};

/// All workspaces, the main one first.
pub(crate) static TEAMS: [&Team; 3] = [
    &MAIN,
    &Team {
        id: "T0HARBOR",
        domain: "harbor-crew",
        name: "Harbor crew",
        bot: "B1MARO",
        bot_user: "U1MARO",
    },
    &Team {
        id: "T0ORCHARD",
        domain: "orchard-lab",
        name: "Orchard lab",
        bot: "B2MARO",
        bot_user: "U2MARO",
    },
];

impl Default for &'static Team {
    fn default() -> Self {
        &MAIN
    }
}

/// Whether this is what Maro is called in one of the workspaces.
pub(crate) fn is_bot_user(user: &str) -> bool {
    TEAMS.iter().any(|team| team.bot_user == user)
}
