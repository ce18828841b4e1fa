//! All messages, newest first, and the deliveries that could not be handled.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::model::{
    DeadDelivery, Message, OutboxFilter, OutboxMessage, OutboxState, PageRequest,
};
use maro_app::{App, queries};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::{Filter, ListQuery};
use crate::pages::parts::{Markup, when};
use crate::pages::{PageError, render, words};

const PATH: &str = "/outbox";
const STATES: [(&str, &str); 5] = [
    ("dead", "Failed"),
    ("pending", "Waiting"),
    ("sending", "Sending"),
    ("delivered", "Delivered"),
    ("collapsed", "Replaced"),
];
const LONGEST: usize = 160;

/// The page.
#[derive(Template)]
#[template(path = "outbox.html")]
pub(in crate::pages) struct OutboxPage {
    frame: Frame,
    filters: Vec<Filter>,
    rows: Vec<Row>,
    next: Option<String>,
    deliveries: Vec<Delivery>,
}

struct Row {
    id: String,
    text: String,
    kind: &'static str,
    place: String,
    badge: Markup,
    attempts: i32,
    error: Option<String>,
    when: Markup,
    next: Markup,
    dead: bool,
}

struct Delivery {
    id: String,
    kind: &'static str,
    attempts: i32,
    error: Option<String>,
    when: Markup,
}

/// Shows the outbox.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<ListQuery>,
) -> Result<Html<String>, PageError> {
    let filter = OutboxFilter {
        state: query.state.as_deref().and_then(OutboxState::parse),
    };
    let page = queries::outbox(&app, &filter, &query.page()).await?;
    let dead = queries::dead_deliveries(&app, &PageRequest::first(25)).await?;
    let now = app.now();
    render(&OutboxPage {
        frame: Frame::new(viewer.session, Section::Outbox),
        filters: query.filters(PATH, &STATES),
        next: query.next(PATH, page.next),
        rows: page
            .items
            .into_iter()
            .map(|message| row(message, now))
            .collect(),
        deliveries: dead
            .items
            .into_iter()
            .map(|delivery| dead_row(delivery, now))
            .collect(),
    })
}

fn row(message: OutboxMessage, now: DateTime<Utc>) -> Row {
    let (kind, text, place) = describe(&message.message);
    let waits = matches!(message.state, OutboxState::Pending | OutboxState::Sending);
    Row {
        id: message.id.to_string(),
        text: maro_core::text::clip(&text, LONGEST),
        kind,
        place,
        badge: words::outbox(message.state),
        attempts: message.attempts,
        error: message.last_error,
        when: when(message.created_at, now),
        next: if waits {
            when(message.next_at, now)
        } else {
            Markup::text("–")
        },
        dead: message.state == OutboxState::Dead,
    }
}

/// What a message says, and where. The address of a response is a capability and is not shown.
fn describe(message: &Message) -> (&'static str, String, String) {
    match message {
        Message::SlackPost { channel, text, .. } => ("Message", text.clone(), channel.clone()),
        Message::SlackUpdatePreview { channel, text, .. } => {
            ("Preview", text.clone(), channel.clone())
        }
        Message::SlackCard { channel, text, .. } => ("Card", text.clone(), channel.clone()),
        Message::SlackCardEdit { channel, text, .. } => {
            ("Card, edited", text.clone(), channel.clone())
        }
        Message::SlackEphemeral {
            channel,
            user,
            text,
            ..
        } => (
            "Message to one person",
            text.clone(),
            format!("{channel}, {user}"),
        ),
        Message::SlackWebhook { text, .. } => {
            ("Notification", text.clone(), "by webhook".to_owned())
        }
        Message::SlackRespond { body, .. } => {
            let text = body["text"].as_str().unwrap_or("(blocks only)").to_owned();
            ("Answer", text, "to who asked".to_owned())
        }
    }
}

fn dead_row(delivery: DeadDelivery, now: DateTime<Utc>) -> Delivery {
    Delivery {
        kind: delivery.kind.as_str(),
        attempts: delivery.attempts,
        error: delivery.last_error,
        when: when(delivery.received_at, now),
        id: delivery.id,
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for OutboxPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = || Row {
            id: "0190".to_owned(),
            text: "Ticket created: <https://x|SCRUM-1>".repeat(4),
            kind: "Message",
            place: "C1".to_owned(),
            badge: words::outbox(OutboxState::Dead),
            attempts: 10,
            error: Some("channel_not_found <x>".to_owned()),
            when: Markup::text("now"),
            next: Markup::text("–"),
            dead: true,
        };
        let delivery = || Delivery {
            id: "slack:T1:\"x\"".to_owned(),
            kind: "slack_event",
            attempts: 8,
            error: Some("<broken>".to_owned()),
            when: Markup::text("now"),
        };
        let page = |role, count: usize| Self {
            frame: Frame::sample(role, Section::Outbox),
            filters: ListQuery::default().filters(PATH, &STATES),
            rows: std::iter::repeat_with(row).take(count).collect(),
            next: (count > 0).then(|| "/outbox?after=1&state=dead".to_owned()),
            deliveries: std::iter::repeat_with(delivery).take(count).collect(),
        };
        vec![
            page(Role::Viewer, 0),
            page(Role::Member, 25),
            page(Role::Viewer, 1),
        ]
    }
}
