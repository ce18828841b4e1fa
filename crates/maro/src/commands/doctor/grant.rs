//! The consent at Atlassian: whether there is one, what it covers, and when it ends.

use maro_app::App;
use maro_app::oauth::{self, Connection, GrantDetails, OAuthStatus};

use super::report::{Report, good, note};

const PAGE: &str = "/settings/connections/jira/oauth";

/// Looks at the grant; its token is tried out with Jira and Confluence.
pub(super) async fn check(app: &App, report: &mut Report) {
    let status = match oauth::status(app, None).await {
        Ok(status) => status,
        Err(err) => return report.bad(&format!("oauth: {err}"), "check the database"),
    };
    let page = page(app);
    match (status.connection, &status.grant) {
        (Connection::Connected, Some(grant)) => connected(app, grant, &page, report),
        (Connection::Expired, _) => report.bad(
            "oauth: Your Jira connection expired. What was approved waits.",
            &format!("press Reconnect on {page}"),
        ),
        _ => not_connected(&status, &page, report),
    }
}

fn connected(app: &App, grant: &GrantDetails, page: &str, report: &mut Report) {
    let site = grant.site.as_ref().map_or("no site", |site| &site.url);
    good(&format!(
        "oauth: {} consented to {site}; the consent is good until {} at least",
        grant.account.1,
        grant.life.ends_at().format("%Y-%m-%d")
    ));
    if let Some(warning) = grant.life.warning(app.now()) {
        report.bad(
            &format!("oauth: {warning}"),
            &format!("press Authorize again on {page}"),
        );
    }
    if let Some(problem) = &grant.problem {
        report.bad(
            &format!("oauth: the access token was not renewed: {problem}"),
            &format!("Maro tries again by itself; if it goes on, check the OAuth app on {page}"),
        );
    }
    if !grant.missing.is_empty() {
        note(&format!(
            "oauth: not granted: {}; to grant it, add it to the app's permissions at \
             developer.atlassian.com and press Authorize again on {page}",
            grant.missing.join(", ")
        ));
    }
}

fn not_connected(status: &OAuthStatus, page: &str, report: &mut Report) {
    if !status.choices.is_empty() {
        report.bad(
            "oauth: a person consented, but has yet to choose the site",
            &format!("choose it on {page}"),
        );
    } else if status.client_id.is_some() {
        report.bad(
            "oauth: an app is set, but nobody has consented yet",
            &format!("press Authorize on {page}"),
        );
    }
    if status.client_id.is_some() && status.callback_url.is_none() {
        note(
            "oauth: MARO_PUBLIC_URL is not set; the callback URL of the app must be the one that its page shows",
        );
    }
}

fn page(app: &App) -> String {
    let url = app.settings().page_url(PAGE);
    url.map_or_else(|| format!("Maro's page {PAGE}"), String::from)
}
