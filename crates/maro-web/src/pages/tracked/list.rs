//! What each channel follows.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::model::{ChannelRef, PageRequest, SessionFilter, StoreError, TrackedIssue};
use maro_app::{App, queries, tracking};

use crate::auth::{AtLeast, ViewerRole};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, when};
use crate::pages::words::{self, Names};
use crate::pages::{PageError, render};

/// More rows would make the page heavier than 100 kB; the API has them all.
const MOST_ROWS: usize = 100;

/// The page.
#[derive(Template)]
#[template(path = "tracked.html")]
pub(in crate::pages) struct TrackedPage {
    frame: Frame,
    command: String,
    channels: Vec<Channel>,
}

struct Channel {
    id: String,
    name: String,
    rows: Vec<Row>,
}

struct Row {
    key: String,
    issue: Markup,
    summary: String,
    status: String,
    by: String,
    when: Markup,
}

/// Shows all channels.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    viewer: AtLeast<ViewerRole>,
) -> Result<Html<String>, PageError> {
    let mut names = Names::default();
    let mut room = MOST_ROWS;
    let mut channels = Vec::new();
    for (channel, _) in tracking::channels(&app).await? {
        let issues = tracking::list(&app, &channel).await?;
        let mut rows = Vec::new();
        for issue in issues.into_iter().take(room) {
            rows.push(row(&app, issue, &mut names).await?);
        }
        room -= rows.len();
        channels.push(Channel {
            id: words::channel_path(&channel),
            name: name(&app, &channel).await?,
            rows,
        });
    }
    render(&TrackedPage {
        frame: Frame::new(viewer.session, Section::Tracked),
        command: app.settings().command().to_owned(),
        channels,
    })
}

/// The name that a session of this channel learnt from Slack, else the id.
async fn name(app: &App, channel: &ChannelRef) -> Result<String, StoreError> {
    let filter = SessionFilter {
        channel: Some(channel.clone()),
        ..SessionFilter::default()
    };
    let page = queries::sessions(app, &filter, &PageRequest::first(1)).await?;
    Ok(page
        .items
        .first()
        .map_or_else(|| channel.channel.clone(), words::channel))
}

async fn row(app: &App, issue: TrackedIssue, names: &mut Names) -> Result<Row, StoreError> {
    let url = app.jira().map(|jira| jira.browse_url(issue.key.as_str()));
    Ok(Row {
        issue: Markup::issue(Some(issue.key.as_str()), url.as_ref().map(url::Url::as_str)),
        status: tracking::shown_status(&issue),
        key: issue.key.to_string(),
        summary: issue
            .last_summary
            .unwrap_or_else(|| "not read yet".to_owned()),
        by: names.of(app, &issue.tracked_by).await?,
        when: when(issue.tracked_at, app.now()),
    })
}

#[cfg(test)]
impl crate::pages::samples::Sample for TrackedPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let row = || Row {
            key: "SCRUM-1".to_owned(),
            issue: Markup::issue(Some("SCRUM-1"), Some("https://x.example/browse/SCRUM-1")),
            summary: "A <summary> that is as long as summaries often are, more or less".to_owned(),
            status: "In progress".to_owned(),
            by: "Amira".to_owned(),
            when: Markup::text("now"),
        };
        let channel = |count| Channel {
            id: "T1:C1".to_owned(),
            name: "#<dev>".to_owned(),
            rows: std::iter::repeat_with(row).take(count).collect(),
        };
        let page = |role, channels| Self {
            frame: Frame::sample(role, Section::Tracked),
            command: "/maro".to_owned(),
            channels,
        };
        vec![
            page(Role::Viewer, Vec::new()),
            page(Role::Member, vec![channel(MOST_ROWS), channel(0)]),
        ]
    }
}
