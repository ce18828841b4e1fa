//! The dashboard: what waits for a person, how the connections are, what happened last.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::health::IntegrationHealth;
use maro_app::model::{Integration, Operation, OperationState, OutboxState, Phase};
use maro_app::queries::{self, Dashboard};

use super::frame::{Frame, Section};
use super::parts::{Markup, when};
use super::preview::{Fact, title_of};
use super::trends::{self, Figure};
use super::words::{self, Entry, Names};
use super::{PageError, approvals, render};
use crate::auth::{AtLeast, ViewerRole};
use crate::fix::{self, Fix};

/// The dashboard.
#[derive(Template)]
#[template(path = "dashboard.html")]
pub(super) struct DashboardPage {
    frame: Frame,
    command: String,
    counts: Vec<Count>,
    asked: Vec<Line>,
    connections: Vec<Connection>,
    figures: Vec<Figure>,
    waiting: Vec<Line>,
    recent: Vec<Entry>,
}

struct Count {
    number: i64,
    word: &'static str,
    icon: &'static str,
    href: &'static str,
}

/// One line of a short list.
pub(super) struct Line {
    pub(super) href: String,
    pub(super) title: String,
    pub(super) sub: String,
    pub(super) badge: Markup,
    pub(super) when: Markup,
}

struct Connection {
    name: &'static str,
    badge: Markup,
    facts: Vec<Fact>,
    word: &'static str,
    reason: Option<String>,
    next_step: Option<String>,
    fix: Option<Fix>,
}

/// Shows the dashboard.
pub(super) async fn dashboard(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
) -> Result<Html<String>, PageError> {
    let read = queries::dashboard(&app).await?;
    let now = app.now();
    let mut names = Names::default();
    let mut waiting = Vec::new();
    for session in &read.waiting {
        let row = approvals::row(&app, session, &mut names).await?;
        waiting.extend(row.map(approvals::Row::into_line));
    }
    let page = DashboardPage {
        frame: Frame::new(viewer.session, Section::Dashboard),
        command: app.settings().command().to_owned(),
        counts: counts(&read),
        asked: read
            .needs_human
            .iter()
            .map(|operation| asked(operation, now))
            .collect(),
        connections: read
            .integrations
            .iter()
            .map(|integration| connection(integration, now))
            .collect(),
        figures: trends::short_figures(&read.trend),
        recent: words::entries(&app, &read.recent, &mut names).await?,
        waiting,
    };
    render(&page)
}

fn counts(read: &Dashboard) -> Vec<Count> {
    let phase = |wanted| {
        read.sessions
            .iter()
            .find(|(p, _)| *p == wanted)
            .map_or(0, |(_, n)| *n)
    };
    let state = |wanted: &[OperationState]| -> i64 {
        read.operations
            .iter()
            .filter(|(s, _)| wanted.contains(s))
            .map(|(_, n)| n)
            .sum()
    };
    let dead = read
        .outbox
        .iter()
        .find(|(s, _)| *s == OutboxState::Dead)
        .map_or(0, |(_, n)| *n);
    let asked = state(&[OperationState::NeedsHuman, OperationState::Duplicate]);
    let count = |number, word, icon, href| Count {
        number,
        word,
        icon,
        href,
    };
    vec![
        count(
            phase(Phase::AwaitingApproval),
            "waiting for approval",
            "wait",
            "/approvals",
        ),
        count(
            asked,
            "need a person",
            "ask",
            "/operations?state=needs_human",
        ),
        count(
            phase(Phase::Created),
            "tickets created",
            "good",
            "/sessions?state=created",
        ),
        count(
            read.open_defects,
            "open defects",
            "bug",
            "/defects?status=unsettled",
        ),
        count(read.failing_suites, "suites failing", "bad", "/trends"),
        count(read.tracked, "issues tracked", "tracked", "/tracked"),
        count(
            dead + read.dead_deliveries,
            "undelivered",
            "warn",
            "/outbox?state=dead",
        ),
    ]
}

fn asked(operation: &Operation, now: DateTime<Utc>) -> Line {
    Line {
        href: format!("/operations/{}", operation.id),
        title: title_of(&operation.request),
        sub: words::meaning(operation.state).to_owned(),
        badge: words::state(operation.state),
        when: when(operation.updated_at, now),
    }
}

fn connection(health: &IntegrationHealth, now: DateTime<Utc>) -> Connection {
    let moment =
        |at: Option<DateTime<Utc>>| at.map_or_else(|| Markup::text("never"), |at| when(at, now));
    let mut facts = Vec::new();
    if health.configured {
        if health.integration == Integration::Slack {
            facts.push(("Last message", moment(health.last_send)));
        }
        facts.push(("Last call that worked", moment(health.last_success)));
    }
    if let Some(failure) = &health.last_failure {
        facts.push(("Last failure", when(failure.at, now)));
    }
    Connection {
        name: health.integration.title(),
        word: health.integration.as_str(),
        badge: words::health(health.verdict.status),
        facts,
        reason: health.verdict.reason.clone(),
        next_step: health.verdict.next_step.clone(),
        fix: fix::of(health),
    }
}

#[cfg(test)]
impl super::samples::Sample for DashboardPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let line = |number: i64| Line {
            href: format!("/x/{number}"),
            title: "Login <fails>".to_owned(),
            sub: "by Amira & others".to_owned(),
            badge: words::state(OperationState::NeedsHuman),
            when: Markup::text("now"),
        };
        let entry = |_| Entry {
            sentence: "Signed in".into(),
            actor: "<A>".into(),
            when: Markup::text("now"),
        };
        let page = |count: i64, role| Self {
            frame: Frame::sample(role, Section::Dashboard),
            command: "/maro".to_owned(),
            counts: vec![Count {
                number: count,
                word: "waiting",
                icon: "wait",
                href: "/approvals",
            }],
            asked: (0..count).map(line).collect(),
            connections: Vec::new(),
            figures: Vec::new(),
            waiting: (0..count).map(line).collect(),
            recent: (0..count).map(entry).collect(),
        };
        vec![
            page(0, Role::Viewer),
            Self {
                connections: vec![Connection::failing()],
                ..page(10, Role::Admin)
            },
        ]
    }
}

#[cfg(test)]
impl Connection {
    /// One that an administrator must look at.
    fn failing() -> Self {
        Self {
            name: "Slack",
            word: "slack",
            badge: words::health(maro_app::model::HealthStatus::Error),
            facts: vec![("Last call that worked", Markup::text("never"))],
            reason: Some("invalid_auth <x>".to_owned()),
            next_step: Some("Look & see".to_owned()),
            fix: Some(Fix {
                path: "/settings/connections/slack".to_owned(),
                word: "Check the connection",
                for_admins: true,
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use maro_app::model::Role;

    use super::super::samples::Sample as _;
    use super::*;

    #[test]
    fn only_administrators_are_led_to_the_settings() {
        for (role, is_led) in [(Role::Admin, true), (Role::Approver, false)] {
            let base = DashboardPage::samples().remove(0);
            let page = DashboardPage {
                frame: Frame::sample(role, Section::Dashboard),
                connections: vec![Connection::failing()],
                ..base
            };
            let page = page.render().unwrap();
            assert_eq!(page.contains("href=\"/settings/"), is_led, "{page}");
            assert_eq!(page.contains("Ask an administrator"), !is_led, "{page}");
        }
    }
}
