//! Saving the OAuth app that the customer registered at developer.atlassian.com.

use maro_core::issue_key::is_project_key;
use maro_store::oauth::{App as StoredApp, apps, states};
use maro_store::sealed_values::OAUTH_CLIENT_SECRET;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use url::Url;

use super::{CURRENT, Caller, OAuthProblem};
use crate::audit::record;
use crate::happening::Happening;
use crate::{App, secrets};

const LONGEST: usize = 512;

/// The app, as somebody typed it in.
#[derive(Debug, Clone)]
pub struct NewApp {
    /// The site that is to be connected; without it the grant decides, or a person.
    pub site_url: Option<String>,
    /// The id of the app.
    pub client_id: String,
    /// The secret of the app; `None` keeps the one that is stored.
    pub client_secret: Option<SecretString>,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
}

/// Saves the app. Consents under way end: they belong to what was there before.
pub async fn configure(app: &App, caller: &Caller, new: NewApp) -> Result<(), OAuthProblem> {
    let new = checked(new)?;
    let given = match &new.client_secret {
        Some(secret) => Some(secrets::keep_in(app, &OAUTH_CLIENT_SECRET, CURRENT, secret).await?),
        None => None,
    };
    let tx = app.store().begin().await?;
    let known = apps::find(&tx, CURRENT).await?;
    let client_secret = match (given, &known) {
        (Some(kept), _) => kept,
        (None, Some(known)) if known.client_id == new.client_id => known.client_secret.clone(),
        (None, _) => return invalid("oauthClientSecret", "Please give the client secret."),
    };
    let stored = StoredApp {
        id: CURRENT.to_owned(),
        client_id: new.client_id,
        client_secret,
        site_url: new.site_url,
        default_project: new.default_project,
        updated_at: app.now(),
        updated_by: caller.actor.clone(),
    };
    apps::put(&tx, &stored).await?;
    states::delete_all(&tx).await?;
    super::connect::tell_everybody(&tx).await?;
    let details = json!({
        "client_id": stored.client_id, "site": stored.site_url,
        "default_project": stored.default_project, "secret_changed": new.client_secret.is_some(),
    });
    record(
        app,
        &tx,
        &caller.actor,
        "oauth.configured",
        &CURRENT,
        details,
    )
    .await?;
    tx.commit().await?;
    let outdated = known.map(|known| known.client_secret);
    let outdated = outdated.filter(|secret| *secret != stored.client_secret);
    secrets::forget_outside(app, outdated.as_slice()).await;
    super::connect::take_effect(app).await;
    app.announce(Happening::Health);
    Ok(())
}

fn checked(new: NewApp) -> Result<NewApp, OAuthProblem> {
    let client_id = new.client_id.trim().to_owned();
    if !is_credential(&client_id) {
        return invalid(
            "oauthClientId",
            "Please give the client id, as the app's page shows it.",
        );
    }
    let secret = new
        .client_secret
        .filter(|secret| !secret.expose_secret().trim().is_empty());
    let secret = secret.map(|secret| SecretString::from(secret.expose_secret().trim()));
    if secret
        .as_ref()
        .is_some_and(|secret| !is_credential(secret.expose_secret()))
    {
        return invalid(
            "oauthClientSecret",
            "Please give the client secret, as the app's page shows it.",
        );
    }
    let default_project = filled(new.default_project);
    if default_project
        .as_deref()
        .is_some_and(|project| !is_project_key(project))
    {
        return invalid("defaultJiraProject", "A project key looks like SCRUM.");
    }
    Ok(NewApp {
        site_url: filled(new.site_url).map(|url| site(&url)).transpose()?,
        client_id,
        client_secret: secret,
        default_project,
    })
}

fn filled(text: Option<String>) -> Option<String> {
    let text = text?.trim().to_owned();
    (!text.is_empty()).then_some(text)
}

fn is_credential(text: &str) -> bool {
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The address is only compared with what Atlassian lists; nothing is ever sent there.
fn site(text: &str) -> Result<String, OAuthProblem> {
    let bad = "This must be the address of a Jira site, such as https://acme.atlassian.net.";
    let Ok(url) = Url::parse(text) else {
        return invalid("jiraInstanceUrl", bad);
    };
    let plain = url.username().is_empty() && url.password().is_none() && url.host().is_some();
    if !plain || !matches!(url.scheme(), "https" | "http") || text.len() > LONGEST {
        return invalid("jiraInstanceUrl", bad);
    }
    Ok(url.to_string())
}

fn invalid<T>(field: &'static str, message: &str) -> Result<T, OAuthProblem> {
    let message = message.to_owned();
    Err(OAuthProblem::Invalid { field, message })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new(site_url: &str, client_id: &str, secret: &str, project: &str) -> NewApp {
        NewApp {
            site_url: Some(site_url.into()),
            client_id: client_id.into(),
            client_secret: Some(secret.into()),
            default_project: Some(project.into()),
        }
    }

    #[test]
    fn what_is_typed_is_trimmed_and_empty_fields_are_none() {
        let app = checked(new(" https://x.atlassian.net ", " id ", " secret ", " ")).unwrap();
        assert_eq!(app.site_url.as_deref(), Some("https://x.atlassian.net/"));
        assert_eq!(app.client_id, "id");
        assert_eq!(app.client_secret.unwrap().expose_secret(), "secret");
        assert_eq!(app.default_project, None);
    }

    #[test]
    fn the_field_that_is_to_blame_is_named() {
        let cases = [
            (new("x.atlassian.net", "id", "s", ""), "jiraInstanceUrl"),
            (new("javascript:alert(1)", "id", "s", ""), "jiraInstanceUrl"),
            (
                new("https://me:pw@x.example", "id", "s", ""),
                "jiraInstanceUrl",
            ),
            (new("", "i d", "s", ""), "oauthClientId"),
            (new("", "id", "s s", ""), "oauthClientSecret"),
            (new("", "id", "s", "a b"), "defaultJiraProject"),
        ];
        for (app, expected) in cases {
            let Err(OAuthProblem::Invalid { field, .. }) = checked(app) else {
                panic!("{expected} was accepted");
            };
            assert_eq!(field, expected);
        }
    }
}
