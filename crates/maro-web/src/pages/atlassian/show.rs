//! The page: how the connection does, what to register at Atlassian, and the forms.

use askama::Template;
use axum::extract::State;
use axum::response::Html;
use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::oauth::{self, Connection, GrantDetails, GrantedSite, OAuthStatus, SCOPES};
use url::Url;

use crate::auth::{AdminRole, AtLeast, Origin};
use crate::pages::frame::{Frame, Section};
use crate::pages::parts::{Markup, badge, when};
use crate::pages::{PageError, render};

/// The page.
#[derive(Template)]
#[template(path = "atlassian.html")]
pub(in crate::pages) struct AtlassianPage {
    frame: Frame,
    badge: Markup,
    meaning: String,
    warnings: Vec<String>,
    facts: Vec<(&'static str, Markup)>,
    choices: Vec<GrantedSite>,
    connection: Connection,
    app: AppFields,
    callback_url: Option<String>,
    scopes: String,
}

/// What the form of the app begins with.
struct AppFields {
    known: bool,
    saved: bool,
    client_id: String,
    site_url: String,
    default_project: String,
}

/// Shows the page.
pub(in crate::pages) async fn show(
    State(app): State<App>,
    origin: Origin,
    admin: AtLeast<AdminRole>,
) -> Result<Html<String>, PageError> {
    let status = oauth::status(&app, origin.loopback_url().as_ref()).await?;
    let frame = Frame::new(admin.session, Section::Connections);
    render(&AtlassianPage::new(frame, status, app.now()))
}

impl AtlassianPage {
    fn new(frame: Frame, status: OAuthStatus, now: DateTime<Utc>) -> Self {
        let (badge, meaning) = state(&status);
        let grant = status.grant.as_ref();
        Self {
            badge,
            meaning,
            warnings: grant.map(|grant| warnings(grant, now)).unwrap_or_default(),
            facts: grant.map(|grant| facts(grant, now)).unwrap_or_default(),
            connection: status.connection,
            app: AppFields {
                known: status.client_id.is_some(),
                saved: status.saved,
                client_id: status.client_id.unwrap_or_default(),
                site_url: status.wanted_site.unwrap_or_default(),
                default_project: status.default_project.unwrap_or_default(),
            },
            choices: status.choices,
            callback_url: status.callback_url.map(String::from),
            scopes: SCOPES.join(" "),
            frame,
        }
    }

    fn is_connected(&self) -> bool {
        self.connection == Connection::Connected
    }

    fn is_expired(&self) -> bool {
        self.connection == Connection::Expired
    }

    fn may_end(&self) -> bool {
        self.app.saved || self.connection != Connection::Disconnected || !self.choices.is_empty()
    }
}

fn state(status: &OAuthStatus) -> (Markup, String) {
    let site = status.grant.as_ref().and_then(|grant| grant.site.as_ref());
    let host = site.and_then(|site| Some(Url::parse(&site.url).ok()?.host_str()?.to_owned()));
    match status.connection {
        Connection::Connected => (
            badge("good", "good", "Connected"),
            format!("Connected to {}.", host.unwrap_or_default()),
        ),
        Connection::Expired => (
            badge("warn", "warn", "Connection expired"),
            "Your Jira connection expired. Reconnect to continue. What was approved waits and goes on \
             afterwards."
                .to_owned(),
        ),
        Connection::Disconnected if !status.choices.is_empty() => (
            badge("info", "info", "Waiting for a site"),
            "Atlassian agreed. Choose the site that Maro shall use.".to_owned(),
        ),
        Connection::Disconnected if status.client_id.is_some() => (
            badge("calm", "off", "Not connected"),
            "The app is known. Authorize Maro at Atlassian.".to_owned(),
        ),
        Connection::Disconnected => (
            badge("calm", "off", "Not connected"),
            "Register an app at Atlassian and save its client id and secret below.".to_owned(),
        ),
    }
}

fn warnings(grant: &GrantDetails, now: DateTime<Utc>) -> Vec<String> {
    let problem = grant
        .problem
        .as_ref()
        .map(|problem| format!("The last renewal failed: {problem}."));
    let missing = (!grant.missing.is_empty()).then(|| {
        format!(
            "Atlassian did not grant: {}. What needs them does not work. Add the scopes to the app, \
             then authorize again.",
            grant.missing.join(", ")
        )
    });
    [problem, missing, grant.life.warning(now)]
        .into_iter()
        .flatten()
        .collect()
}

fn facts(grant: &GrantDetails, now: DateTime<Utc>) -> Vec<(&'static str, Markup)> {
    let mut facts = Vec::new();
    if let Some(site) = &grant.site {
        facts.push(("Site", Markup::issue(Some(&site.name), Some(&site.url))));
    }
    facts.extend([
        ("Acting as", Markup::text(&grant.account.1)),
        ("Authorized", when(grant.granted_at, now)),
        ("Token renewed", when(grant.renewed_at, now)),
        ("Token ends", when(grant.token_until, now)),
        ("Connection ends", when(grant.life.ends_at(), now)),
    ]);
    facts
}

#[cfg(test)]
impl crate::pages::samples::Sample for AtlassianPage {
    fn samples() -> Vec<Self> {
        use maro_app::model::Role;
        let site = |id: &str| GrantedSite {
            id: id.to_owned(),
            url: "https://acme.example".to_owned(),
            name: "<Acme>".to_owned(),
            scopes: Vec::new(),
        };
        let page = |connection, choices: Vec<GrantedSite>, client_id: Option<&str>| {
            let status = OAuthStatus {
                connection,
                grant: None,
                choices,
                client_id: client_id.map(str::to_owned),
                saved: client_id.is_some(),
                wanted_site: None,
                default_project: Some("SCRUM".to_owned()),
                callback_url: Url::parse("https://maro.example/callback").ok(),
                last_publish_at: None,
            };
            let now = DateTime::UNIX_EPOCH;
            let mut page = Self::new(
                Frame::sample(Role::Admin, Section::Connections),
                status,
                now,
            );
            page.facts = vec![(
                "Site",
                Markup::issue(Some("<Acme>"), Some("https://a.example")),
            )];
            page.warnings = vec!["A <warning>.".to_owned()];
            page
        };
        vec![
            page(Connection::Disconnected, Vec::new(), None),
            page(
                Connection::Disconnected,
                vec![site("a"), site("b")],
                Some("id"),
            ),
            page(Connection::Connected, Vec::new(), Some("id\"><b>")),
            page(Connection::Expired, Vec::new(), Some("id")),
        ]
    }
}
