//! A wanted ticket that is not made: it is tried later, parked with its reason, or needed no more.

use chrono::TimeDelta;
use maro_core::actor::Actor;
use maro_core::findings::tickets::{FieldProblem, LinkState};
use maro_slack::mrkdwn;
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, defects};

use super::{note, tell};
use crate::App;
use crate::happening::Happening;

const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(2);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);

/// Why a ticket was not made.
pub(super) enum Not {
    /// Somebody else has it, or it changed since it was claimed.
    Ours,
    /// It can be made later.
    Now(String),
    /// It cannot be made as it is.
    So(String, Vec<FieldProblem>),
    /// The database failed.
    Stored(StoreError),
}

impl From<StoreError> for Not {
    fn from(err: StoreError) -> Self {
        Self::Stored(err)
    }
}

/// The finding was deleted meanwhile: nobody needs the ticket.
pub(super) async fn settle_away(app: &App, claimed: &FindingLink) -> Result<(), StoreError> {
    let reason = Some("The finding does not exist any more.".to_owned());
    change(app, claimed, |link| FindingLink {
        state: LinkState::Unlinked,
        reason,
        ..link
    })
    .await
}

/// Tries a claimed ticket again after a pause, which doubles.
pub(super) async fn put_off(
    app: &App,
    claimed: &FindingLink,
    reason: &str,
) -> Result<(), StoreError> {
    let doubled = 1 << claimed.attempts.clamp(1, 10);
    let pause = (FIRST_PAUSE * doubled / 2).min(LONGEST_PAUSE);
    let now = app.now();
    let stored = finding_links::put_off(app.store(), claimed, now + pause, reason, now).await?;
    if stored && claimed.attempts <= 1 {
        tracing::warn!(defect.id = %claimed.defect, reason, "a ticket is made later");
        app.announce(Happening::Findings);
    }
    Ok(())
}

/// Leaves a claimed ticket until somebody puts right what stands in the way.
pub(super) async fn park(
    app: &App,
    claimed: &FindingLink,
    reason: String,
    problems: Vec<FieldProblem>,
) -> Result<(), StoreError> {
    tracing::warn!(defect.id = %claimed.defect, reason, "a ticket is parked");
    change(app, claimed, |link| FindingLink {
        state: LinkState::Parked,
        reason: Some(reason),
        problems,
        ..link
    })
    .await
}

/// Changes a claimed ticket, unless it changed since, and notes why in the finding's history.
async fn change(
    app: &App,
    claimed: &FindingLink,
    to: impl FnOnce(FindingLink) -> FindingLink,
) -> Result<(), StoreError> {
    let tx = app.store().begin().await?;
    let defect = defects::lock(&tx, claimed.defect).await?;
    let link = finding_links::lock(&tx, claimed.defect, claimed.generation).await?;
    let Some(link) = link.filter(|link| link.attempts == claimed.attempts) else {
        return Ok(());
    };
    let from = link.state;
    let link = FindingLink {
        next_at: None,
        updated_at: app.now(),
        ..to(link)
    };
    if from != LinkState::Wanted || !finding_links::save(&tx, &link, from).await? {
        return Ok(());
    }
    if let (Some(defect), Some(reason)) = (&defect, &link.reason) {
        let text = format!("The Jira ticket is parked: {reason}");
        note(app, &tx, defect, &Actor::System, &text).await?;
        tell(app, &tx, defect, mrkdwn::from_user(&text)).await?;
    }
    tx.commit().await?;
    app.wakeups().outbox();
    app.announce(Happening::Findings);
    Ok(())
}
