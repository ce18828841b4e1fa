//! Keeping a grant alive that nobody uses: renewed once a day, so that it never lies idle.

use chrono::TimeDelta;
use maro_store::oauth::{GrantState, grants, states};
use maro_store::{StoreError, leases};

use super::tokens::{Wanted, renewed};
use super::{CURRENT, Life};
use crate::App;

const RENEW_AFTER: TimeDelta = TimeDelta::hours(24);
const WARN_EVERY: TimeDelta = TimeDelta::hours(24);

/// Renews what is a day old, forgets consents that nobody answered, and warns before the end. Any
/// number of instances may call it; one renews, one warns.
pub(crate) async fn keep_alive(app: &App) -> Result<(), StoreError> {
    let now = app.now();
    states::delete_expired(app.store(), now).await?;
    let Some(grant) = grants::find(app.store(), CURRENT).await? else {
        return Ok(());
    };
    if grant.state != GrantState::Connected {
        return Ok(());
    }
    let limit = now - RENEW_AFTER;
    if grant.obtained_at < limit {
        let wanted = Wanted {
            newer_than: Some(limit),
            ..Wanted::default()
        };
        // What fails is stored with its reason and tried again in ten minutes.
        let _ = renewed(app, wanted).await;
    }
    if let Some(warning) = Life::of(&grant).warning(now) {
        let until = now + WARN_EVERY;
        let first = leases::acquire(app.store(), "oauth-warning", app.owner(), now, until).await?;
        if first.is_some() {
            tracing::warn!("{warning}");
        }
    }
    Ok(())
}
