//! `oauth.v2.access`: a code, or a refresh token, against tokens.
//!
//! See <https://docs.slack.dev/reference/methods/oauth.v2.access>.

use serde_json::{Value, json};

use super::{
    client::Client,
    state::{Granted, InstallState},
    tokens::Issued,
};
use crate::{
    ids,
    slack::{APP, args::Args, error::SlackError, team::Team},
    state::{SandboxState, lock},
};

/// Gives tokens to the app.
pub(super) fn run(state: &SandboxState, client: &Client, args: &Args) -> Result<Value, SlackError> {
    client.check(&state.options)?;
    let settings_scopes = lock(&state.settings).scopes.clone();
    let now = state.clock.now();
    let mut install = lock(&state.install);
    let outcome = match args.text("grant_type") {
        Some("refresh_token") => {
            let token = args.required("refresh_token")?;
            let refreshed = install.refresh(token, now);
            refreshed.map(|(team, issued)| bot(&mut install, team, &issued, &settings_scopes))
        }
        None | Some("authorization_code") => {
            let code = args.text("code").ok_or(SlackError::new("invalid_code"))?;
            let granted = install.take(code, args.text("redirect_uri"), now);
            granted.map(|granted| {
                let issued =
                    install.install(granted.team, &granted.user, &granted.wish.scopes, now);
                install.counts.exchanged += 1;
                let mut answer = bot(&mut install, granted.team, &issued, &settings_scopes);
                answer["authed_user"] = person(&mut install, &granted);
                if let Some((channel, name)) = &granted.channel {
                    answer["incoming_webhook"] =
                        webhook(state, &mut install, granted.team, (channel, name));
                }
                answer
            })
        }
        Some(_) => Err(SlackError::new("invalid_grant_type")),
    };
    install.counts.refused += u64::from(outcome.is_err());
    outcome
}

/// What both grants answer.
pub(super) fn bot(
    install: &mut InstallState,
    team: &Team,
    issued: &Issued,
    settings_scopes: &[String],
) -> Value {
    let scopes = install
        .in_team(team.id)
        .and_then(|one| Some(one.scopes.as_ref()?.iter().cloned().collect::<Vec<_>>()))
        .unwrap_or_else(|| settings_scopes.to_vec());
    let mut answer = json!({
        "app_id": APP, "scope": scopes.join(","), "token_type": "bot",
        "access_token": issued.access_token, "bot_user_id": team.bot_user,
        "team": { "id": team.id, "name": team.name }, "enterprise": null,
        "is_enterprise_install": false,
    });
    if let Some((refresh_token, seconds)) = &issued.rotation {
        answer["refresh_token"] = refresh_token.clone().into();
        answer["expires_in"] = (*seconds).into();
    }
    answer
}

/// The address that was asked for with the scope `incoming-webhook`.
fn webhook(
    state: &SandboxState,
    install: &mut InstallState,
    team: &Team,
    (channel, name): (&str, &str),
) -> Value {
    let webhook = install.new_webhook(team, channel);
    let mut url = state.base_url();
    url.set_path(&format!("slack/services/{}", webhook.path()));
    json!({
        "channel": format!("#{name}"), "channel_id": webhook.channel, "url": url,
        "configuration_url": format!("https://{}.slack.com/services/{}", team.domain, webhook.id),
    })
}

/// Who installed it, with a token of their own if scopes of theirs were asked for.
fn person(install: &mut InstallState, granted: &Granted) -> Value {
    let mut person = json!({ "id": granted.user });
    if granted.wish.user_scopes.is_empty() {
        return person;
    }
    let scopes: Vec<&str> = granted
        .wish
        .user_scopes
        .iter()
        .map(String::as_str)
        .collect();
    let token = format!("xoxp-{}", ids::token(48));
    person["scope"] = scopes.join(",").into();
    person["access_token"] = token.clone().into();
    person["token_type"] = "user".into();
    if let Some(installation) = install.in_team(granted.team.id) {
        installation.people.push((granted.user.clone(), token));
    }
    person
}
