//! One connection: the guide, the form, and what trying it out found.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use maro_app::App;
use maro_app::connections::FieldProblem;
use maro_app::connections::check::{Finding, Verdict};
use maro_app::connections::config::{self, ConfigView};
use maro_app::model::Integration;

use super::fields::{Control, Row, Sent, rows};
use super::guide::{Step, steps};
use super::{named, path_of};
use crate::auth::{AdminRole, AtLeast, WebSession};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge};
use crate::pages::{PageError, render};

/// The page.
#[derive(Template)]
#[template(path = "connection.html")]
pub(in crate::pages) struct ConnectionPage {
    frame: Frame,
    title: &'static str,
    path: String,
    version: i64,
    problem: Option<String>,
    error: Option<String>,
    /// Where the consent by OAuth is given, and whether it stands over what is saved here.
    consent: Option<bool>,
    steps: Vec<Step>,
    rows: Vec<Row>,
    findings: Vec<FindingRow>,
}

struct FindingRow {
    badge: Markup,
    what: String,
    next: Option<String>,
}

/// What a form came to, shown on the page it came from.
#[derive(Default)]
pub(super) struct Outcome {
    pub(super) typed: Option<Sent>,
    pub(super) problems: Vec<FieldProblem>,
    pub(super) error: Option<String>,
    pub(super) findings: Vec<Finding>,
}

/// Shows one connection.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(name): Path<String>,
) -> Result<Html<String>, PageError> {
    let view = config::show(&app, named(&name)?).await?;
    render(&page(&app, admin.session, view, &Outcome::default()))
}

/// The page of one connection.
pub(super) fn page(
    app: &App,
    session: WebSession,
    view: ConfigView,
    outcome: &Outcome,
) -> ConnectionPage {
    ConnectionPage {
        frame: Frame::new(session, Section::Connections),
        title: view.integration.title(),
        path: path_of(view.integration),
        version: view.version,
        steps: steps(view.integration, app.settings().public_url.as_ref()),
        rows: rows(&view, outcome.typed.as_ref(), &outcome.problems),
        findings: outcome.findings.iter().map(finding).collect(),
        error: outcome.error.clone(),
        consent: consent(&view),
        problem: view.problem,
    }
}

/// Jira and Confluence can be reached by a consent as well.
fn consent(view: &ConfigView) -> Option<bool> {
    matches!(
        view.integration,
        Integration::Jira | Integration::Confluence
    )
    .then_some(view.is_overridden)
}

fn finding(found: &Finding) -> FindingRow {
    FindingRow {
        badge: match found.verdict {
            Verdict::Good => badge("good", "good", "Works"),
            Verdict::Note => badge("info", "info", "Note"),
            Verdict::Bad => badge("bad", "bad", "Does not work"),
        },
        what: found.what.clone(),
        next: found.next.clone(),
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for ConnectionPage {
    fn samples() -> Vec<Self> {
        use maro_app::connections::config::FieldValue;
        use maro_app::connections::config::Source;
        use maro_app::connections::fields;
        use maro_app::model::Role;
        let sample = |integration: Integration| {
            let value = |field| FieldValue {
                field,
                text: Some("a <value>".to_owned()),
                source: Some(Source::Stored),
            };
            let view = ConfigView {
                integration,
                version: 7,
                fields: fields::of(integration).iter().map(value).collect(),
                problem: Some("It <fails>.".to_owned()),
                is_configured: false,
                is_overridden: true,
                changed: None,
            };
            let problem = FieldProblem {
                field: fields::of(integration)[0].name,
                must: "must be <set>".to_owned(),
            };
            let found = Finding {
                verdict: Verdict::Bad,
                what: "Jira said <no>.".to_owned(),
                next: Some("Ask <somebody>.".to_owned()),
            };
            Self {
                frame: Frame::sample(Role::Admin, Section::Connections),
                title: integration.title(),
                path: path_of(integration),
                version: view.version,
                problem: view.problem.clone(),
                error: Some("Somebody <else>.".to_owned()),
                consent: consent(&view),
                steps: steps(integration, None),
                rows: rows(&view, None, &[problem]),
                findings: vec![finding(&found)],
            }
        };
        Integration::ALL.into_iter().map(sample).collect()
    }
}
