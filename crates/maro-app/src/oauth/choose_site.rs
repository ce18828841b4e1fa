//! Saying which of several sites a grant is for.

use maro_store::oauth::{Grant, grants};

use super::{Caller, OAuthProblem, PENDING, connect};
use crate::App;

/// Connects one of the sites that the waiting grant reaches; gives its address.
pub async fn choose_site(
    app: &App,
    caller: &Caller,
    cloud_id: &str,
) -> Result<String, OAuthProblem> {
    let waiting = grants::find(app.store(), PENDING).await?;
    let grant = waiting.ok_or(OAuthProblem::UnknownSite)?;
    let grant = Grant {
        cloud_id: Some(cloud_id.to_owned()),
        ..grant
    };
    let site = grant.site().ok_or(OAuthProblem::UnknownSite)?.url.clone();
    connect::put_in_force(app, caller, grant).await?;
    Ok(site)
}
