//! The name of a subject on one line, and with a link to its page.

use maro_core::findings::CardSubject;
use maro_slack::mrkdwn::{from_user, link};
use maro_store::{Reader, StoreError, defects, suite_runs, suite_starts};

use crate::App;

/// What a subject is called: the title of a defect, the name of a suite.
pub(super) async fn name(conn: &impl Reader, subject: &CardSubject) -> Result<String, StoreError> {
    Ok(match subject {
        CardSubject::Defect(id) => defects::find(conn, *id).await?.map(|defect| defect.title),
        CardSubject::Run(id) => suite_runs::find(conn, *id).await?.map(|run| run.suite),
        CardSubject::Episode { suite, .. } => Some(suite.clone()),
        CardSubject::Start(id) => suite_starts::find(conn, *id)
            .await?
            .map(|start| start.suite),
    }
    .unwrap_or_default())
}

/// A name as Slack shows it, linked to the page of its subject where people can reach that.
pub(crate) fn named(app: &App, subject: &CardSubject, name: &str) -> String {
    match app.settings().page_url(&page(subject)) {
        Some(url) => link(url.as_str(), name),
        None => from_user(name),
    }
}

/// The page of a subject.
pub(super) fn page(subject: &CardSubject) -> String {
    match subject {
        CardSubject::Defect(id) => format!("defects/{id}"),
        CardSubject::Start(_) => "suite-runs".to_owned(),
        CardSubject::Run(id) | CardSubject::Episode { began: id, .. } => format!("suite-runs/{id}"),
    }
}
