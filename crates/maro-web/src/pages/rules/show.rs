//! One rule: as text, what it would have done, and what it decided last.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::rules::{
    Origin, Rehearsed, RuleState, StoredRule, WatchedRow, Would, rehearsed_id,
};
use maro_app::model::{DefectId, RunId};
use maro_app::{App, rules};
use serde::Deserialize;

use super::{page_of, verdict, word};
use crate::auth::{AdminRole, AtLeast, ViewerRole, WebSession};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge, when};
use crate::pages::{PageError, defects, render, runs};

/// Decisions that the page shows; the API has those of each finding.
const DECISIONS: u64 = 25;

#[derive(Deserialize)]
pub(in crate::pages) struct Named {
    name: String,
}

/// The page.
#[derive(Template)]
#[template(path = "rule.html")]
pub(in crate::pages) struct RulePage {
    frame: Frame,
    title: String,
    text: String,
    error: Option<String>,
    attention: Option<String>,
    in_file: bool,
    may_change: bool,
    saved: Option<String>,
    rehearsal: Option<Vec<Played>>,
    decided: Vec<Decided>,
}

struct Played {
    href: String,
    title: String,
    kind: &'static str,
    would: Markup,
    why: String,
    ticket: &'static str,
    when: Markup,
}

struct Decided {
    href: String,
    title: String,
    verdict: Markup,
    why: String,
    when: Markup,
}

/// What a form led to.
#[derive(Default)]
pub(super) struct Outcome {
    /// What was typed.
    pub(super) text: String,
    /// What is wrong with it.
    pub(super) error: Option<String>,
    /// What a dry run showed.
    pub(super) rehearsal: Option<Vec<Rehearsed>>,
}

/// Shows a rule that is kept.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<Named>,
) -> Result<Html<String>, PageError> {
    let stored = rules::one(&app, &query.name).await?;
    let stored = stored.ok_or(PageError::NotFound("rule"))?;
    let text = rules::write(&stored.rule).unwrap_or_else(|err| format!("# {err}\n"));
    let outcome = Outcome {
        text,
        ..Outcome::default()
    };
    render(&page(&app, viewer.session, Some(stored), outcome).await?)
}

/// Shows what an administrator typed, with what came of it.
pub(super) async fn typed(
    app: &App,
    admin: AtLeast<AdminRole>,
    outcome: Outcome,
) -> Result<Html<String>, PageError> {
    let name = rules::read(&outcome.text).map(|rule| rule.name);
    let stored = match name {
        Ok(name) => rules::one(app, &name).await?,
        Err(_) => None,
    };
    render(&page(app, admin.session, stored, outcome).await?)
}

/// Puts the page together.
pub(super) async fn page(
    app: &App,
    session: WebSession,
    stored: Option<StoredRule>,
    outcome: Outcome,
) -> Result<RulePage, PageError> {
    let now = app.now();
    let frame = Frame::new(session, Section::Rules);
    let decided = match &stored {
        Some(stored) => rules::recent(app, &stored.rule.name, DECISIONS).await?,
        None => Vec::new(),
    };
    let in_file = stored
        .as_ref()
        .is_some_and(|one| one.origin == Origin::File);
    let rehearsal = outcome.rehearsal.map(|done| {
        let played = |one| played(one, now);
        done.into_iter().map(played).collect()
    });
    let attention = stored
        .as_ref()
        .filter(|one| one.state == RuleState::NeedsAttention)
        .map(|one| one.reason.clone());
    let saved = stored.map(|one| one.rule.name);
    Ok(RulePage {
        may_change: frame.viewer.may_configure() && !in_file,
        title: saved.clone().unwrap_or_else(|| "A new rule".to_owned()),
        text: outcome.text,
        error: outcome.error,
        decided: decided.into_iter().map(|one| shown(one, now)).collect(),
        frame,
        attention,
        in_file,
        saved,
        rehearsal,
    })
}

fn played(one: Rehearsed, now: DateTime<Utc>) -> Played {
    use maro_app::model::rules::Kind;
    let id = rehearsed_id(&one);
    Played {
        href: match one.finding.kind {
            Kind::SuiteRun => runs::path(RunId(id)),
            _ => defects::path(DefectId(id)),
        },
        title: one.finding.title,
        kind: word(one.finding.kind),
        would: match one.would {
            Would::Message => badge("info", "good", "A message"),
            Would::Update => badge("info", "edit", "A changed card"),
            Would::Digest => badge("info", "runs", "A line of a digest"),
            Would::Nothing => badge("calm", "off", "Nothing"),
        },
        why: one.why,
        ticket: if one.ticket { "yes" } else { "no" },
        when: when(one.at, now),
    }
}

fn shown((row, title): (WatchedRow, String), now: DateTime<Utc>) -> Decided {
    Decided {
        href: page_of(&row.key),
        title,
        verdict: verdict(row.watched.verdict.as_str()),
        why: row.watched.why,
        when: when(row.watched.at, now),
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for RulePage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let page = |role, saved: Option<&str>, count: usize| Self {
            frame: Frame::sample(role, Section::Rules),
            title: saved.unwrap_or("A new rule").to_owned(),
            text: rules::write(&super::sample_rule()).unwrap(),
            error: saved
                .is_none()
                .then(|| "line 2: unknown field `<b>`".to_owned()),
            attention: saved.map(|_| "notify.to: Slack is not connected.".to_owned()),
            in_file: count == 0,
            may_change: role == Role::Admin,
            saved: saved.map(str::to_owned),
            rehearsal: Some(
                std::iter::repeat_with(|| Played {
                    href: "/defects/1".to_owned(),
                    title: "Cart.pays: card <refused>".to_owned(),
                    kind: "Defect",
                    would: badge("info", "good", "A message"),
                    why: "The rule is not about it: it is flaky.".to_owned(),
                    ticket: "no",
                    when: Markup::text("now"),
                })
                .take(count * 4)
                .collect(),
            ),
            decided: std::iter::repeat_with(|| Decided {
                href: "/defects/1".to_owned(),
                title: "Cart.pays: card <refused>".to_owned(),
                verdict: badge("good", "good", "Told"),
                why: "It has a card.".to_owned(),
                when: Markup::text("now"),
            })
            .take(count)
            .collect(),
        };
        vec![
            page(Role::Viewer, Some("ci"), 0),
            page(Role::Admin, None, 0),
            page(Role::Admin, Some("ci"), 25),
        ]
    }
}
