//! One connection: the guide, the form, and what trying it out found.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::connections::FieldProblem;
use maro_app::connections::check::{Finding, Verdict};
use maro_app::connections::config::{self, ConfigView};
use maro_app::health;
use maro_app::model::Integration;

use super::fields::{Control, Row, Sent, rows};
use super::guide::{Step, steps};
use super::workspaces::{Workspaces, section};
use super::{named, path_of};
use crate::auth::{AdminRole, AtLeast, WebSession};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge, when};
use crate::pages::preview::Fact;
use crate::pages::words;
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
    health: Health,
    steps: Vec<Step>,
    rows: Vec<Row>,
    findings: Vec<FindingRow>,
    /// Where the app of Slack is installed.
    workspaces: Option<Workspaces>,
}

/// How the connection does.
struct Health {
    badge: Markup,
    reason: Option<String>,
    facts: Vec<Fact>,
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
    render(&page(&app, admin.session, view, &Outcome::default()).await?)
}

/// The page of one connection.
pub(super) async fn page(
    app: &App,
    session: WebSession,
    view: ConfigView,
    outcome: &Outcome,
) -> Result<ConnectionPage, PageError> {
    let workspaces = match view.integration {
        Integration::Slack => Some(section(app).await?),
        _ => None,
    };
    Ok(ConnectionPage {
        health: health(app, view.integration).await?,
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
        workspaces,
    })
}

/// What calls, webhooks and polls say.
async fn health(app: &App, integration: Integration) -> Result<Health, PageError> {
    let now = app.now();
    let moment =
        |at: Option<DateTime<Utc>>| at.map_or_else(|| Markup::text("never"), |at| when(at, now));
    let all = health::integrations(app).await?;
    let known = all.into_iter().find(|one| one.integration == integration);
    let Some(known) = known else {
        return Err(PageError::NotFound("connection"));
    };
    let mut facts = vec![("Last call that worked", moment(known.last_success))];
    if integration == Integration::Slack {
        facts.push(("Last message", moment(known.last_send)));
    }
    if integration == Integration::Jira {
        let news = health::news_of_jira(app).await?;
        facts.push(("Last webhook", moment(news.last_webhook_at)));
        facts.push(("Last look for changes", moment(news.polled_at)));
    }
    if let Some(failure) = &known.last_failure {
        facts.push(("Last failure", when(failure.at, now)));
    }
    Ok(Health {
        badge: words::health(known.verdict.status),
        reason: known.verdict.reason,
        facts,
    })
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
                health: Health {
                    badge: badge("bad", "bad", "Error"),
                    reason: Some("It said <no>.".to_owned()),
                    facts: vec![("Last webhook", Markup::text("never"))],
                },
                steps: steps(integration, None),
                rows: rows(&view, None, &[problem]),
                findings: vec![finding(&found)],
                workspaces: (integration == Integration::Slack).then(Workspaces::sample),
            }
        };
        Integration::ALL.into_iter().map(sample).collect()
    }
}
