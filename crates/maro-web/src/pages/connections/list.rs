//! All connections at a glance.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use maro_app::App;
use maro_app::connections::config::{self, ConfigView, Source};
use maro_app::model::Integration;

use super::path_of;
use crate::auth::{AdminRole, AtLeast};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge};
use crate::pages::{PageError, render};

/// The page.
#[derive(Template)]
#[template(path = "connections.html")]
pub(in crate::pages) struct ConnectionsPage {
    frame: Frame,
    cards: Vec<Card>,
}

struct Card {
    name: &'static str,
    purpose: &'static str,
    badge: Markup,
    source: &'static str,
    problem: Option<String>,
    href: String,
    action: &'static str,
}

/// Shows all connections.
pub(in crate::pages) async fn list(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
) -> Result<Html<String>, PageError> {
    let mut cards = Vec::new();
    for integration in Integration::ALL {
        cards.push(card(config::show(&app, integration).await?));
    }
    render(&ConnectionsPage {
        frame: Frame::new(admin.session, Section::Connections),
        cards,
    })
}

fn card(view: ConfigView) -> Card {
    let badge = match (&view.problem, view.is_configured) {
        (Some(_), _) => badge("bad", "bad", "Cannot be used"),
        (None, true) => badge("info", "info", "Configured"),
        (None, false) if view.is_overridden => badge("info", "info", "By consent"),
        (None, false) => badge("calm", "off", "Not configured"),
    };
    let is_stored = view.version != 0;
    let is_operators = view
        .fields
        .iter()
        .any(|value| value.source == Some(Source::Environment));
    let source = match (is_stored, is_operators) {
        _ if view.is_overridden => "A consent at Atlassian (OAuth)",
        (true, true) => "Saved here, the rest from the environment",
        (true, false) => "Saved here",
        (false, true) => "The environment",
        (false, false) => "Nowhere yet",
    };
    Card {
        name: view.integration.title(),
        purpose: purpose(view.integration),
        badge,
        source,
        href: path_of(view.integration),
        action: if view.is_configured {
            "Change"
        } else {
            "Set up"
        },
        problem: view.problem,
    }
}

fn purpose(integration: Integration) -> &'static str {
    match integration {
        Integration::Slack => "Where people draft, approve and hear of tickets.",
        Integration::Jira => "Where tickets are created.",
        Integration::Confluence => "Where pages are written.",
        Integration::Mcp => "Another road to Jira and Confluence, for those who must take it.",
    }
}

#[cfg(test)]
impl crate::pages::samples::Sample for ConnectionsPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let card = |problem: Option<&str>| Card {
            name: "Jira",
            purpose: purpose(Integration::Jira),
            badge: badge("info", "info", "Configured"),
            source: "Saved here",
            problem: problem.map(str::to_owned),
            href: path_of(Integration::Jira),
            action: "Change",
        };
        let page = |cards| Self {
            frame: Frame::sample(Role::Admin, Section::Connections),
            cards,
        };
        vec![
            page(Vec::new()),
            page(vec![card(None), card(Some("<bad>"))]),
        ]
    }
}
