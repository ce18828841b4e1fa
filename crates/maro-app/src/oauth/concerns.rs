//! What speaks against the connection by OAuth, for the health of Jira.

use maro_atlassian::sentences::EXPIRED;
use maro_core::health::{Concern, Place};
use maro_store::StoreError;
use maro_store::oauth::{Grant, GrantState, grants};

use super::{CURRENT, Life};
use crate::App;

/// A token that was not renewed, a grant that ended or is about to.
pub(crate) async fn concerns(app: &App) -> Result<Vec<Concern>, StoreError> {
    let Some(grant) = grants::find(app.store(), CURRENT).await? else {
        return Ok(Vec::new());
    };
    if grant.state == GrantState::Dead {
        let step =
            "Press Reconnect on the page of the Jira connection. What was approved is sent then.";
        return Ok(vec![Concern::error(EXPIRED, step).at(Place::Consent)]);
    }
    let warning = Life::of(&grant).warning(app.now()).map(|warning| {
        Concern::degraded(
            warning,
            "Press Authorize again on the page of the Jira connection.",
        )
        .at(Place::Consent)
    });
    Ok(not_renewed(&grant).into_iter().chain(warning).collect())
}

fn not_renewed(grant: &Grant) -> Option<Concern> {
    let problem = grant.problem.as_deref()?;
    let concern = Concern::degraded(
        format!("The access token was not renewed: {problem}."),
        "Maro tries again by itself. If it goes on, check the OAuth app on the page of the Jira \
         connection.",
    );
    Some(concern.at(Place::Consent))
}
