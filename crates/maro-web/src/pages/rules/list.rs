//! All rules, with their state.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::StoreError;
use maro_app::model::rules::{Origin, Rule, RuleState, StoredRule};
use maro_app::{App, rules};

use super::{path, word};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge, when};
use crate::pages::words::Names;
use crate::pages::{PageError, render};

/// The list.
#[derive(Template)]
#[template(path = "rules.html")]
pub(in crate::pages) struct RulesPage {
    frame: Frame,
    /// What is wrong with the rules' file, and why its rules of before count.
    fault: Option<String>,
    rows: Vec<Row>,
}

struct Row {
    href: String,
    name: String,
    about: String,
    state: Markup,
    reason: Option<String>,
    to: String,
    ticket: String,
    when: Markup,
    by: String,
}

/// Shows the list.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
) -> Result<Html<String>, PageError> {
    let mut names = Names::default();
    let mut rows = Vec::new();
    for stored in rules::all(&app).await? {
        rows.push(row(&app, stored, &mut names).await?);
    }
    render(&RulesPage {
        frame: Frame::new(viewer.session, Section::Rules),
        fault: rules::file_fault(&app),
        rows,
    })
}

async fn row(app: &App, stored: StoredRule, names: &mut Names) -> Result<Row, StoreError> {
    let by = match stored.origin {
        Origin::File => "in the rules’ file".to_owned(),
        Origin::Here => names.of(app, &stored.updated_by).await?,
    };
    let when = when(stored.updated_at, app.now());
    Ok(shown(stored, by, when))
}

fn shown(stored: StoredRule, by: String, when: Markup) -> Row {
    let rule = &stored.rule;
    let to = rule.notify.as_ref().map(|notify| notify.to.to_string());
    let ticket = rule
        .ticket
        .as_ref()
        .map(|ticket| ticket.plan.project.clone());
    let attention = stored.state == RuleState::NeedsAttention;
    Row {
        href: path(&rule.name),
        about: about(rule),
        state: state(rule.enabled, stored.state),
        to: to.unwrap_or_else(|| "nobody".to_owned()),
        ticket: ticket.unwrap_or_else(|| "none".to_owned()),
        name: stored.rule.name,
        reason: attention.then_some(stored.reason),
        when,
        by,
    }
}

fn state(enabled: bool, state: RuleState) -> Markup {
    match state {
        _ if !enabled => badge("calm", "off", "Turned off"),
        RuleState::Healthy => badge("good", "good", "Works"),
        RuleState::NeedsAttention => badge("warn", "warn", "Needs attention"),
    }
}

/// Which findings, in few words.
fn about(rule: &Rule) -> String {
    let kinds: Vec<&str> = rule.when.kinds.iter().map(|kind| word(*kind)).collect();
    let mut about = if kinds.is_empty() {
        "Everything".to_owned()
    } else {
        kinds.join(", ")
    };
    if let Some(severity) = rule.when.min_severity {
        about = format!("{about} · {} or worse", severity.as_str());
    }
    if !rule.when.sources.is_empty() {
        about = format!("{about} · from {}", rule.when.sources.join(", "));
    }
    about
}

#[cfg(test)]
impl crate::pages::samples::Sample for RulesPage {
    fn samples() -> Vec<Self> {
        use chrono::DateTime;
        use maro_app::model::{Actor, Role};
        let row = |state| {
            let stored = StoredRule {
                rule: super::sample_rule(),
                origin: Origin::Here,
                state,
                reason: "ticket.plan.fields: <Team> is required".to_owned(),
                updated_by: Actor::Operator,
                updated_at: DateTime::UNIX_EPOCH,
                since: DateTime::UNIX_EPOCH,
            };
            shown(stored, "Amira".to_owned(), Markup::text("now"))
        };
        let page = |role, rows| Self {
            frame: Frame::sample(role, Section::Rules),
            fault: (role == Role::Admin).then(|| "rules.toml: line 3: <[[rule]]>".to_owned()),
            rows,
        };
        let rows = vec![row(RuleState::Healthy), row(RuleState::NeedsAttention)];
        vec![
            page(Role::Viewer, Vec::new()),
            page(Role::Admin, Vec::new()),
            page(Role::Admin, rows),
        ]
    }
}
