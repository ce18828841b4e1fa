//! What Atlassian's accounts hold, for the page and for test oracles. No token is in it.

use serde_json::{Value, json};

use super::authorize::callback_url;
use super::grants::{ABSOLUTE_LIFE, Family, Grant};
use super::state::OAuthState;
use crate::state::{SandboxState, lock};

/// The app, the sites, every grant with its families, and how often tokens were asked for.
pub(crate) fn snapshot(state: &SandboxState) -> Value {
    let (callback, base) = (callback_url(state), state.base_url());
    let names: Vec<(&str, &str)> = lock(&state.jira)
        .accounts
        .iter()
        .map(|account| (account.id, account.name))
        .collect();
    let oauth = lock(&state.oauth);
    let grants: Vec<Value> = oauth
        .grants
        .iter()
        .map(|(account, grant)| {
            let name = names
                .iter()
                .find(|(id, _)| id == account)
                .map(|(_, name)| *name);
            shown(&oauth, account, name.unwrap_or(account), grant)
        })
        .collect();
    let sites: Vec<Value> = oauth
        .sites()
        .iter()
        .map(|site| json!({"id": site.cloud_id, "name": site.name, "url": format!("{base}{}", site.path)}))
        .collect();
    json!({
        "app": {"client_id": oauth.app.client_id, "callback_url": callback, "scopes": oauth.app.scopes},
        "sites": sites,
        "grants": grants,
        "token_requests": oauth.counts,
        "settings": oauth.settings,
    })
}

fn shown(oauth: &OAuthState, account: &str, name: &str, grant: &Grant) -> Value {
    let of_account = |family: &&Family| family.account == account;
    let families: Vec<Value> = oauth
        .families
        .iter()
        .filter(of_account)
        .map(family)
        .collect();
    let tokens: Vec<_> = oauth
        .access
        .iter()
        .filter(|token| token.account == account)
        .collect();
    json!({
        "account_id": account,
        "name": name,
        "scopes": grant.scopes,
        "cloud_ids": grant.cloud_ids,
        "granted": grant.granted,
        "families": families,
        "access_tokens": tokens.len(),
        "access_until": tokens.iter().map(|token| token.expires).max(),
    })
}

fn family(family: &Family) -> Value {
    json!({
        "scope": family.scope,
        "started": family.started,
        "refreshes": family.refreshes,
        "ended": family.ended,
        "idle_until": family.idle_until(),
        "absolute_until": family.started + ABSOLUTE_LIFE,
    })
}
