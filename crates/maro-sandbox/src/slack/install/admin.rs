//! Control of the app and its installations, without a browser. Under `/admin/slack`.
//!
//! | path | what it does |
//! |---|---|
//! | `GET …/app` | the app and where it is installed; no tokens |
//! | `POST …/app` | merges into the app: `redirect_urls`, `token_rotation`, `consent`, … |
//! | `POST …/install` | `{team?, user?, scopes?}` installs it and gives what `oauth.v2.access` gives |
//! | `POST …/uninstall` | `{team?}` removes it; both events are delivered before the answer |
//! | `POST …/revoke` | `{team?}` ends its bot tokens; the event is delivered before the answer |
//! | `POST …/expire` | `{team?}` lets tokens that expire do so now |

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    access::bot,
    app::App,
    removal::{remove, tokens_revoked},
    snapshot,
};
use crate::{
    slack::{
        Workspace,
        people::{CannotAct, farewell},
    },
    state::{SandboxState, lock},
};

/// Changes of the app.
pub(crate) type AppSetUp = Map<String, Value>;

/// `POST /admin/slack/app`
pub(crate) fn set_up(state: &SandboxState, changes: AppSetUp) -> Result<Value, CannotAct> {
    {
        let mut install = lock(&state.install);
        let mut merged = json!(install.app);
        if let Some(into) = merged.as_object_mut() {
            into.extend(changes);
        }
        let app: App = serde_json::from_value(merged).map_err(|err| CannotAct(err.to_string()))?;
        install.app = app;
    }
    state.changed();
    Ok(snapshot(state))
}

/// One workspace; the main one, if absent.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Chosen {
    #[serde(default)]
    team: Option<String>,
}

/// An installation without a browser.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Installing {
    #[serde(default)]
    team: Option<String>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    scopes: Option<Vec<String>>,
}

/// `POST /admin/slack/install`
pub(crate) fn install(
    world: &Arc<SandboxState>,
    installing: Installing,
) -> Result<Value, CannotAct> {
    let workspace = found(world, installing.team.as_deref())?;
    let settings_scopes = lock(&world.settings).scopes.clone();
    let scopes = installing.scopes.unwrap_or_else(|| settings_scopes.clone());
    let user = {
        let slack = lock(&workspace.slack);
        let wanted = installing.user.as_deref().and_then(|user| slack.user(user));
        let user = wanted.or_else(|| slack.users.first());
        user.map(|user| user.id.clone()).unwrap_or_default()
    };
    let now = world.clock.now();
    let answer = {
        let mut install = lock(&world.install);
        let issued = install.install(workspace.team, &user, &scopes.into_iter().collect(), now);
        bot(&mut install, workspace.team, &issued, &settings_scopes)
    };
    world.changed();
    Ok(answer)
}

/// `POST /admin/slack/uninstall`
pub(crate) async fn uninstall(
    world: &Arc<SandboxState>,
    chosen: Chosen,
) -> Result<Value, CannotAct> {
    let workspace = found(world, chosen.team.as_deref())?;
    let events = remove(&workspace);
    world.changed();
    Ok(json!({ "answers": farewell::deliver(&workspace, events).await }))
}

/// `POST /admin/slack/revoke`
pub(crate) async fn revoke(world: &Arc<SandboxState>, chosen: Chosen) -> Result<Value, CannotAct> {
    let workspace = found(world, chosen.team.as_deref())?;
    if let Some(installation) = lock(&world.install).in_team(workspace.team.id) {
        installation.end_all("token_revoked");
    }
    world.changed();
    let event = tokens_revoked(&[], &[workspace.team.bot_user]);
    Ok(json!({ "answers": farewell::deliver(&workspace, vec![event]).await }))
}

/// `POST /admin/slack/expire`
pub(crate) fn expire(world: &Arc<SandboxState>, chosen: &Chosen) -> Result<Value, CannotAct> {
    let workspace = found(world, chosen.team.as_deref())?;
    let now = world.clock.now();
    let mut install = lock(&world.install);
    let installation = install.in_team(workspace.team.id);
    Ok(json!({ "expired": installation.map_or(0, |one| one.expire(now)) }))
}

fn found(world: &Arc<SandboxState>, team: Option<&str>) -> Result<Workspace, CannotAct> {
    match team {
        None => Ok(Workspace::main(world)),
        Some(team) => Workspace::find(world, team)
            .ok_or_else(|| CannotAct(format!("there is no workspace {team}"))),
    }
}
