//! The card of a defect, an alert or an edge case.

use chrono::{DateTime, Utc};
use maro_core::findings::tickets::LinkState;
use maro_core::findings::{CardSubject, Defect, DefectStatus, FindingKind, Severity};
use maro_core::text::clip;
use maro_slack::blocks::{Block, Section, Text};
use maro_slack::mrkdwn::{date, from_user, link, preformatted};
use maro_store::finding_links::FindingLink;

use super::{Look, buttons, line};
use crate::App;
use crate::slack::cards::{Card, paragraph, small, title, who};

/// Longest piece of what was seen on a card; the page has all of it.
const SHOWN: usize = 500;
const LONGEST_SOURCE: usize = 200;

/// The card of a defect as it is now.
pub(super) fn card(app: &App, defect: &Defect, ticket: Option<&FindingLink>, look: Look) -> Card {
    let subject = CardSubject::Defect(defect.id);
    let facts = facts(app, defect, ticket);
    let mut blocks = vec![small(&head(defect)), title(&defect.title), facts];
    if let Some(seen) = seen(defect) {
        blocks.push(paragraph(&preformatted(&seen)));
    }
    match look {
        Look::App => blocks.extend(buttons::of_defect(app, defect, ticket)),
        Look::Webhook => blocks.push(small(&line::named(app, &subject, "Open it in Maro"))),
    }
    Card::new(&fallback(defect), blocks)
}

/// What notifications and screen readers get.
fn fallback(defect: &Defect) -> String {
    format!(
        "{} {}: {} ({}, seen {})",
        severity(defect.severity),
        kind(defect.kind),
        from_user(&defect.title),
        status(defect.status),
        times(defect.count)
    )
}

fn head(defect: &Defect) -> String {
    let icon = if defect.status.is_open() {
        icon(defect.severity)
    } else {
        ":white_check_mark:"
    };
    let source = match clip(&defect.source, LONGEST_SOURCE) {
        source if source.is_empty() => String::new(),
        source => format!(" · {}", from_user(&source)),
    };
    let severity = severity(defect.severity);
    format!("{icon} *{severity} {}*{source}", kind(defect.kind))
}

fn facts(app: &App, defect: &Defect, wanted: Option<&FindingLink>) -> Block {
    let mut fields = vec![
        field("Status", &standing(defect)),
        field("Seen", &seen_how_often(defect)),
        field("First seen", &moment(defect.first_seen)),
        field("Last seen", &moment(defect.last_seen)),
    ];
    if let Some(ticket) = ticket(defect).or_else(|| wanted.and_then(standing_ticket)) {
        fields.push(field("Ticket", &ticket));
    }
    if let Some(assignee) = &defect.assignee {
        fields.push(field("Assigned to", &who(assignee)));
    }
    if let Some(until) = defect.snoozed_until.filter(|until| app.now() < *until) {
        fields.push(field("Not told until", &moment(until)));
    }
    Section::of_fields(fields).into()
}

fn field(name: &str, value: &str) -> Text {
    Text::mrkdwn(&format!("*{name}*\n{value}"))
}

fn standing(defect: &Defect) -> String {
    let since = moment(defect.status_since);
    format!("{}, since {since}", status(defect.status))
}

/// Where it stands and how often it was seen, for a list.
pub(crate) fn standing_in_short(defect: &Defect) -> String {
    let standing = status(defect.status).to_lowercase();
    format!("{standing}, seen {}", times(defect.count))
}

fn seen_how_often(defect: &Defect) -> String {
    match defect.regressions {
        0 => times(defect.count),
        1 => format!("{}, came back once", times(defect.count)),
        often => format!("{}, came back {often} times", times(defect.count)),
    }
}

/// The issue that it has in Jira, and what Jira says of it.
fn ticket(defect: &Defect) -> Option<String> {
    let key = defect.jira_issue_key.as_deref()?;
    let url = defect.jira_issue_url.as_deref().unwrap_or_default();
    let status = defect.jira_status.as_deref().map(from_user);
    let status = status.map(|status| format!(" ({status})"));
    Some(format!("{}{}", link(url, key), status.unwrap_or_default()))
}

/// A ticket that Jira does not have yet, and why it takes its time.
fn standing_ticket(link: &FindingLink) -> Option<String> {
    let why = link
        .reason
        .as_deref()
        .map(|why| from_user(&clip(why, LONGEST_SOURCE)));
    let why = why.map(|why| format!(": {why}")).unwrap_or_default();
    match link.state {
        LinkState::Wanted | LinkState::Creating => Some(format!("On its way{why}")),
        LinkState::Parked => Some(format!("Cannot be made as it is{why}")),
        LinkState::Gone => Some("Jira does not show it any more".to_owned()),
        LinkState::Linked | LinkState::Unlinked => None,
    }
}

/// The first of what was seen, else of what somebody wrote about it.
fn seen(defect: &Defect) -> Option<String> {
    let text = [&defect.actual, &defect.description]
        .into_iter()
        .find(|text| !text.trim().is_empty())?;
    Some(clip(text.trim(), SHOWN))
}

/// A moment in the reader's own time zone.
pub(crate) fn moment(at: DateTime<Utc>) -> String {
    date(at.timestamp(), &at.format("%Y-%m-%d %H:%M UTC").to_string())
}

/// How often, in words.
pub(super) fn times(count: i64) -> String {
    match count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    }
}

/// The sign of a severity; its word always stands beside it.
pub(crate) fn icon(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => ":red_circle:",
        Severity::High => ":large_orange_circle:",
        Severity::Medium => ":large_yellow_circle:",
        Severity::Low => ":white_circle:",
    }
}

/// The word for a severity.
pub(super) fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "Critical",
        Severity::High => "High",
        Severity::Medium => "Medium",
        Severity::Low => "Low",
    }
}

fn kind(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Defect => "defect",
        FindingKind::Alert => "alert",
        FindingKind::EdgeCase => "edge case",
    }
}

/// The word for a status.
pub(super) fn status(status: DefectStatus) -> &'static str {
    match status {
        DefectStatus::Open => "Open",
        DefectStatus::Acknowledged => "Acknowledged",
        DefectStatus::Fixed => "Fixed",
        DefectStatus::WontFix => "Won't fix",
        DefectStatus::Duplicate => "Duplicate",
        DefectStatus::FalsePositive => "False positive",
    }
}
