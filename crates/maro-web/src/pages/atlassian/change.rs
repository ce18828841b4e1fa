//! The forms: the app, the site, a trial, the end.

use axum::extract::State;
use axum::http::HeaderMap;
use maro_app::App;
use maro_app::oauth::{self, NewApp, TriedOut};
use secrecy::SecretString;
use serde::Deserialize;

use super::PATH;
use crate::auth::{self, AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// So many project keys fit into a sentence.
const MOST_KEYS: usize = 10;

#[derive(Deserialize)]
pub(in crate::pages) struct AppForm {
    #[serde(default)]
    site_url: String,
    client_id: String,
    #[serde(default)]
    client_secret: Option<SecretString>,
    #[serde(default)]
    default_project: String,
}

#[derive(Deserialize)]
pub(in crate::pages) struct SiteForm {
    site: String,
}

/// Saves the OAuth app.
pub(in crate::pages) async fn save(
    State(app): State<App>,
    headers: HeaderMap,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<AppForm>,
) -> Result<Told, PageError> {
    let caller = auth::oauth_caller(&app, &headers, admin.actor());
    let new = NewApp {
        site_url: Some(form.site_url),
        client_id: form.client_id,
        client_secret: form.client_secret,
        default_project: Some(form.default_project),
    };
    let flash = match oauth::configure(&app, &caller, new).await {
        Ok(()) => Flash::good("Saved. Now authorize Maro at Atlassian."),
        Err(problem) => Flash::bad(problem.sentence()),
    };
    Ok(told(&app, &flash, PATH))
}

/// Connects the site that was chosen.
pub(in crate::pages) async fn choose(
    State(app): State<App>,
    headers: HeaderMap,
    admin: AtLeast<AdminRole>,
    PageForm(form): PageForm<SiteForm>,
) -> Result<Told, PageError> {
    let caller = auth::oauth_caller(&app, &headers, admin.actor());
    let flash = match oauth::choose_site(&app, &caller, &form.site).await {
        Ok(site) => Flash::good(format!("Connected to {site}.")),
        Err(problem) => Flash::bad(problem.sentence()),
    };
    Ok(told(&app, &flash, PATH))
}

/// Tries the connection with real calls.
pub(in crate::pages) async fn test(
    State(app): State<App>,
    _admin: AtLeast<AdminRole>,
) -> Result<Told, PageError> {
    let flash = match oauth::try_out(&app).await {
        Ok(tried) => Flash::good(sentence(&tried)),
        Err(problem) => Flash::bad(problem.sentence()),
    };
    Ok(told(&app, &flash, PATH))
}

fn sentence(tried: &TriedOut) -> String {
    let mut keys = tried
        .projects
        .iter()
        .take(MOST_KEYS)
        .cloned()
        .collect::<Vec<_>>()
        .join(", ");
    if tried.projects.len() > MOST_KEYS {
        keys.push('…');
    }
    let seen = if keys.is_empty() {
        "no projects".to_owned()
    } else {
        keys
    };
    let mut text = format!(
        "Connected to {} as {}, who sees: {seen}.",
        tried.site, tried.account
    );
    if let Some(remark) = &tried.remark {
        text.push(' ');
        text.push_str(remark);
    }
    text
}

/// Ends the connection.
pub(in crate::pages) async fn disconnect(
    State(app): State<App>,
    headers: HeaderMap,
    admin: AtLeast<AdminRole>,
) -> Result<Told, PageError> {
    let caller = auth::oauth_caller(&app, &headers, admin.actor());
    let flash = match oauth::disconnect(&app, &caller).await {
        Ok(true) => Flash::good(
            "Disconnected. To take the access back at Atlassian too, remove the app at \
             id.atlassian.com under Connected apps.",
        ),
        Ok(false) => Flash::good("There was no connection."),
        Err(problem) => Flash::bad(problem.sentence()),
    };
    Ok(told(&app, &flash, PATH))
}
