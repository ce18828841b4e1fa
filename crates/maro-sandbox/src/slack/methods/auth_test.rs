//! `auth.test`: who the token belongs to.

use serde_json::{Value, json};

use super::Call;
use crate::slack::{APP, error::SlackError};

#[expect(clippy::unnecessary_wraps, reason = "all methods have one signature")]
pub(super) fn run(call: &Call<'_>) -> Result<Value, SlackError> {
    let team = call.state.team;
    Ok(json!({
        "url": format!("https://{}.slack.com/", team.domain), "team": team.name, "user": "maro",
        "team_id": team.id, "user_id": team.bot_user, "bot_id": team.bot, "app_id": APP,
        "is_enterprise_install": false,
    }))
}
