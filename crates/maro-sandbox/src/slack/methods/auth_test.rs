//! `auth.test`: who the token belongs to.

use serde_json::{Value, json};

use super::Call;
use crate::slack::{APP, BOT, BOT_USER, DOMAIN, TEAM, error::SlackError};

#[expect(clippy::unnecessary_wraps, reason = "all methods have one signature")]
pub(super) fn run(_: &Call<'_>) -> Result<Value, SlackError> {
    Ok(json!({
        "url": format!("https://{DOMAIN}.slack.com/"), "team": "Maro sandbox", "user": "maro",
        "team_id": TEAM, "user_id": BOT_USER, "bot_id": BOT, "app_id": APP,
        "is_enterprise_install": false,
    }))
}
