//! From a connection that is not well to the page where somebody can do something about it.

use maro_app::health::IntegrationHealth;
use maro_app::model::Place;

/// A link to follow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fix {
    /// The path of the page.
    pub(crate) path: String,
    /// The words of the link.
    pub(crate) word: &'static str,
    /// Whether only administrators may open it.
    pub(crate) for_admins: bool,
}

/// Where to go; `None` when nothing is to be done.
pub(crate) fn of(health: &IntegrationHealth) -> Option<Fix> {
    let fix = |path: &str, word, for_admins| Fix {
        path: path.to_owned(),
        word,
        for_admins,
    };
    let connection = format!("/settings/connections/{}", health.integration);
    Some(match health.verdict.place? {
        Place::Connection if health.configured => fix(&connection, "Check the connection", true),
        Place::Connection => fix(&connection, "Set it up", true),
        Place::Consent => fix("/settings/connections/jira/oauth", "Open the consent", true),
        Place::Outbox => fix("/outbox?state=dead", "Open the outbox", false),
    })
}
