//! Handling one delivery: the right use case, then done, later, or dead.

use maro_core::inbox::{InboxKind, MAX_ATTEMPTS};
use maro_core::outbox::back_off;
use maro_store::StoreError;
use maro_store::inbox::{self, Delivery};

use super::{HandleError, jira};
use crate::App;
use crate::cause::Cause;
use crate::slack;

/// Handles one claimed delivery and stores what came of it.
pub(crate) async fn handle(app: &App, delivery: Delivery) -> Result<(), StoreError> {
    let cause = Cause::delivery(&delivery.id, delivery.lease_epoch);
    let body = delivery.payload.as_bytes();
    let handling = async {
        match delivery.kind {
            InboxKind::SlackCommand => slack::handle_command(app, body, &cause).await,
            InboxKind::SlackInteraction => slack::handle_interaction(app, body, &cause).await,
            InboxKind::SlackEvent => slack::handle_event(app, body, &cause).await,
            InboxKind::JiraWebhook => jira::handle_webhook(app, body, &cause).await,
        }
    };
    // The claim must outlive the work, or another worker would begin it a second time.
    let patience = app.settings().timings.work_lease * 3 / 4;
    let result = tokio::time::timeout(patience, handling).await;
    let result = result.unwrap_or_else(|_| Err(HandleError::Later("it took too long".into())));
    match result {
        Ok(()) if cause.is_settled() => Ok(()),
        Ok(()) => app
            .inbox()
            .mark_done(delivery.id, delivery.lease_epoch)
            .await
            .map(drop),
        Err(err) => not_handled(app, &delivery, err).await,
    }
}

async fn not_handled(app: &App, delivery: &Delivery, err: HandleError) -> Result<(), StoreError> {
    let attempts = delivery.attempts + 1;
    let dead = matches!(err, HandleError::Broken(_)) || attempts >= MAX_ATTEMPTS;
    let next_at = (!dead).then(|| app.now() + back_off(attempts, rand::random()));
    tracing::warn!(
        delivery.kind = delivery.kind.as_str(),
        error = &err as &(dyn std::error::Error + 'static),
        dead,
        "a delivery was not handled"
    );
    inbox::fail(
        app.store(),
        &delivery.id,
        delivery.lease_epoch,
        &err.to_string(),
        next_at,
    )
    .await?;
    Ok(())
}
