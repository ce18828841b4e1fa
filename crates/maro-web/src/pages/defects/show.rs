//! One defect: what is wrong, how often it was seen, its history, and the decision about it.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{Defect, DefectEvent, DefectStatus, PageRequest, StoreError, Subject};
use maro_app::rules::Reason;
use maro_app::{App, findings, rules};
use maro_core::text::clip;
use serde::Deserialize;

use super::sync::{self, SyncCard};
use super::ticket::{self, TicketCard};
use super::{defect_id, flaky, kind, path, severity, status, word};
use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::address;
use crate::pages::parts::{Markup, when};
use crate::pages::preview::Fact;
use crate::pages::words::Names;
use crate::pages::{PageError, render, runs};

/// What of a text and of a note is shown, and how many entries of the history at once, or the page
/// would be heavier than 100 kB; the API has all of a text.
const TEXT: usize = 1_200;
const NOTE: usize = 300;
const EVENTS: u64 = 40;

/// Which part of the history is shown.
#[derive(Debug, Default, Deserialize)]
pub(in crate::pages) struct Query {
    after: Option<String>,
}

/// The page.
#[derive(Template)]
#[template(path = "defect.html")]
pub(in crate::pages) struct DefectPage {
    frame: Frame,
    path: String,
    title: String,
    status: Markup,
    facts: Vec<Fact>,
    texts: Vec<(&'static str, String)>,
    history: Vec<Event>,
    /// Where the history goes on.
    older: Option<String>,
    told: Vec<Told>,
    decisions: Vec<(&'static str, &'static str)>,
    acts: Vec<(&'static str, &'static str)>,
    ticket: TicketCard,
    sync: Option<SyncCard>,
}

struct Event {
    status: Markup,
    note: String,
    actor: String,
    run: Option<String>,
    when: Markup,
}

/// What one rule made of it.
struct Told {
    href: String,
    rule: String,
    word: Markup,
    why: String,
    when: Option<Markup>,
}

/// Shows a defect.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    Path(id): Path<String>,
    PageQuery(query): PageQuery<Query>,
) -> Result<Html<String>, PageError> {
    let detail = findings::defect(&app, defect_id(&id)?).await?;
    let detail = detail.ok_or(PageError::NotFound("defect"))?;
    let (mut names, now) = (Names::default(), app.now());
    let path = path(detail.defect.id);
    let request = PageRequest {
        after: query.after,
        limit: EVENTS,
    };
    let events = findings::defect_history(&app, detail.defect.id, &request).await?;
    let older = events.next.as_deref();
    let older = older.map(|next| address(&path, &[("after", next)]));
    let history = history(&app, events.items, &mut names).await?;
    let ticket = ticket::card(&app, &mut names, &detail.tickets).await?;
    let reasons = rules::why(&app, Subject::Defect(detail.defect.id)).await?;
    let reasons = reasons.unwrap_or_default().into_iter();
    let reporter = names.of(&app, &detail.defect.reporter).await?;
    let assignee = match &detail.defect.assignee {
        Some(assignee) => Some(names.of(&app, assignee).await?),
        None => None,
    };
    let sync = sync::card(&app, detail.defect.id).await?;
    render(&DefectPage {
        frame: Frame::new(viewer.session, Section::Defects),
        path,
        status: status(detail.defect.status),
        facts: facts(&detail.defect, (&reporter, assignee.as_deref()), now),
        acts: acts(&detail.defect, now),
        decisions: decisions(detail.defect.status),
        ticket,
        texts: texts(&detail.defect),
        title: detail.defect.title,
        history,
        older,
        sync,
        told: reasons.map(|one| told(one, now)).collect(),
    })
}

async fn history(
    app: &App,
    events: Vec<DefectEvent>,
    names: &mut Names,
) -> Result<Vec<Event>, StoreError> {
    let mut history = Vec::with_capacity(events.len());
    for event in events {
        history.push(Event {
            status: status(event.status),
            note: clip(&event.note, NOTE),
            actor: names.of(app, &event.actor).await?,
            run: event.run.map(runs::path),
            when: when(event.at, app.now()),
        });
    }
    Ok(history)
}

fn told(reason: Reason, now: DateTime<Utc>) -> Told {
    Told {
        href: crate::pages::rules::path(&reason.rule),
        rule: reason.rule,
        word: crate::pages::rules::verdict(reason.verdict),
        why: reason.why,
        when: reason.at.map(|at| when(at, now)),
    }
}

fn facts(
    defect: &Defect,
    (reporter, assignee): (&str, Option<&str>),
    now: DateTime<Utc>,
) -> Vec<Fact> {
    let issue = Markup::issue(
        defect.jira_issue_key.as_deref(),
        defect.jira_issue_url.as_deref(),
    );
    let mut facts = vec![
        ("Kind", Markup::text(kind(defect.kind))),
        ("Severity", severity(defect.severity)),
        ("Seen", Markup::text(&times(defect.count))),
        ("First", when(defect.first_seen, now)),
        ("Last", when(defect.last_seen, now)),
        (
            "Open again",
            Markup::text(&times(defect.regressions.into())),
        ),
        ("Found by", Markup::text(&defect.source)),
        ("Reported by", Markup::text(reporter)),
        ("Ticket", issue),
    ];
    if let Some(assignee) = assignee {
        facts.push(("Assigned to", Markup::text(assignee)));
    }
    if let Some(until) = defect.snoozed_until.filter(|until| now < *until) {
        facts.push(("Not told until", when(until, now)));
    }
    if defect.flaky {
        facts.push(("Case", flaky()));
    }
    if let Some(run) = defect.last_run {
        facts.push(("Last run", Markup::link(&runs::path(run), "Show the run")));
    }
    facts.push(("Fingerprint", Markup::code(&defect.fingerprint)));
    facts
}

fn times(count: i64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

fn texts(defect: &Defect) -> Vec<(&'static str, String)> {
    let texts = [
        ("Description", &defect.description),
        ("Steps", &defect.steps),
        ("Expected", &defect.expected),
        ("Actual", &defect.actual),
    ];
    let told = texts
        .into_iter()
        .filter(|(_, text)| !text.trim().is_empty());
    told.map(|(name, text)| (name, clip(text, TEXT))).collect()
}

/// What somebody may make of it.
fn decisions(current: DefectStatus) -> Vec<(&'static str, &'static str)> {
    let others = DefectStatus::ALL
        .into_iter()
        .filter(|status| *status != current);
    others
        .map(|status| (status.as_str(), word(status)))
        .collect()
}

/// What somebody may do beside deciding where it stands.
fn acts(defect: &Defect, now: DateTime<Utc>) -> Vec<(&'static str, &'static str)> {
    let mut acts = vec![("take", "Take it")];
    if defect.assignee.is_some() {
        acts.push(("leave", "Leave it"));
    }
    acts.extend([
        ("hour", "Snooze for an hour"),
        ("day", "Snooze for a day"),
        ("week", "Snooze for a week"),
    ]);
    if defect.is_snoozed(now) {
        acts.push(("wake", "Tell it again"));
    }
    acts
}

#[cfg(test)]
impl crate::pages::samples::Sample for DefectPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let long = "<a> & \"b\"\n".repeat(1_500);
        let defect = Defect {
            description: long.clone(),
            actual: long.clone(),
            ..super::sample_defect()
        };
        let page = |role, count: usize, ticket| Self {
            frame: Frame::sample(role, Section::Defects),
            path: path(defect.id),
            title: defect.title.clone(),
            status: status(defect.status),
            facts: facts(
                &defect,
                ("Ada <Admin>", Some("B & C")),
                DateTime::UNIX_EPOCH,
            ),
            acts: acts(&defect, DateTime::UNIX_EPOCH),
            texts: texts(&defect),
            told: (0..count.min(5))
                .map(|_| Told {
                    href: "/rules".to_owned(),
                    rule: "bad-defects".to_owned(),
                    word: crate::pages::rules::verdict("told"),
                    why: "It has a <card>.".to_owned(),
                    when: Some(Markup::text("now")),
                })
                .collect(),
            history: (0..count)
                .map(|_| Event {
                    status: status(DefectStatus::WontFix),
                    note: clip(&long, NOTE),
                    actor: "Ada & Co".to_owned(),
                    run: Some("/suite-runs/0190".to_owned()),
                    when: Markup::text("now"),
                })
                .collect(),
            older: (count > 0).then(|| address("/defects/1", &[("after", "0190")])),
            decisions: decisions(defect.status),
            ticket,
            sync: (count > 0).then(sync::sample),
        };
        let cards = super::ticket::samples().into_iter();
        let admins = cards.map(|ticket| page(Role::Admin, 40, ticket));
        let viewers = [page(Role::Viewer, 0, TicketCard::default())];
        viewers.into_iter().chain(admins).collect()
    }
}
