//! From what a person wrote to the exact body that would be sent.

use maro_atlassian::{Flavor, markdown};
use maro_core::drafts::{DraftContent, Target, create_body, description_sections};
use serde_json::Value;

use crate::App;

/// Builds target and body of a draft. Without a Jira connection the site is empty, and approving
/// such a draft is refused later because the target has changed. `epic_link` is the field that takes
/// the parent where `parent` does not.
#[must_use]
pub fn compose(app: &App, content: &DraftContent, epic_link: Option<&str>) -> (Target, Value) {
    let sections = description_sections(content);
    let sections: Vec<(&str, &str)> = sections
        .iter()
        .map(|(heading, text)| (*heading, text.as_str()))
        .collect();
    let description = (!sections.is_empty()).then(|| match app.jira() {
        Some(jira) => jira.description(&sections),
        // Without a connection the form is Cloud's.
        None => markdown::sections(Flavor::Cloud, &sections),
    });
    (
        target(app, &content.project),
        create_body(content, description, epic_link),
    )
}

/// Where a draft of this project would go, and as whom.
pub(crate) fn target(app: &App, project: &str) -> Target {
    let jira = app.jira();
    Target {
        site: jira
            .as_ref()
            .map(|jira| jira.rest().site().to_string())
            .unwrap_or_default(),
        project: project.to_owned(),
        acting_identity: jira
            .map(|jira| jira.acting_identity().to_owned())
            .unwrap_or_default(),
    }
}
