//! All entries, newest first.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::{AuditEntry, AuditFilter, StoreError};
use maro_app::{App, queries};
use maro_core::text::clip;

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::form::PageQuery;
use crate::pages::frame::{Frame, Section};
use crate::pages::lists::ListQuery;
use crate::pages::parts::{Markup, when};
use crate::pages::words::Names;
use crate::pages::{PageError, render};

/// The head of a hash is enough to compare by eye; the API has it whole.
const HASH: usize = 12;
const LONGEST: usize = 400;

/// The page.
#[derive(Template)]
#[template(path = "audit.html")]
pub(in crate::pages) struct AuditPage {
    frame: Frame,
    rows: Vec<Row>,
    next: Option<String>,
}

struct Row {
    seq: i64,
    when: Markup,
    actor: String,
    action: String,
    subject: String,
    details: String,
    hash: String,
}

/// Shows the log.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
    PageQuery(query): PageQuery<ListQuery>,
) -> Result<Html<String>, PageError> {
    let page = queries::audit(&app, &AuditFilter::default(), &query.page()).await?;
    let mut names = Names::default();
    let mut rows = Vec::new();
    for entry in page.items {
        rows.push(row(&app, entry, &mut names).await?);
    }
    render(&AuditPage {
        frame: Frame::new(viewer.session, Section::Audit),
        next: query.next("/audit", page.next),
        rows,
    })
}

async fn row(app: &App, entry: AuditEntry, names: &mut Names) -> Result<Row, StoreError> {
    Ok(Row {
        seq: entry.seq,
        when: when(entry.at, app.now()),
        actor: names.of_text(app, &entry.actor).await?,
        action: entry.action,
        subject: clip(&entry.subject, LONGEST),
        details: clip(&entry.details.to_string(), LONGEST),
        hash: entry.hash.chars().take(HASH).collect(),
    })
}

#[cfg(test)]
impl crate::pages::samples::Sample for AuditPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = |seq| Row {
            seq,
            when: Markup::text("now"),
            actor: "<Amira>".to_owned(),
            action: "operation.confirmed".to_owned(),
            subject: "x".repeat(LONGEST),
            details: "{\"a\":\"<b>\"}".repeat(30),
            hash: "0123456789ab".to_owned(),
        };
        let page = |count| Self {
            frame: Frame::sample(Role::Admin, Section::Audit),
            rows: (0..count).map(row).collect(),
            next: (count > 0).then(|| "/audit?after=1".to_owned()),
        };
        vec![page(0), page(25)]
    }
}
