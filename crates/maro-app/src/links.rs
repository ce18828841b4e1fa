//! Links to Jira, for people.

use crate::App;

/// The page of an issue.
#[must_use]
pub(crate) fn issue(app: &App, key: &str) -> String {
    app.jira()
        .map(|jira| jira.browse_url(key).to_string())
        .unwrap_or_default()
}
