//! Replaying dead letters, of both directions, from the web.

use axum::extract::{Path, State};
use maro_app::model::OutboxId;
use maro_app::outbox::{self, ReplayError};
use maro_app::{App, inbound};
use serde::Deserialize;

use super::PATH;
use crate::auth::{AtLeast, MemberRole};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Ids of deliveries hold characters that addresses cannot.
#[derive(Deserialize)]
pub(in crate::pages) struct DeliveryForm {
    id: String,
}

/// Sends a message again.
pub(in crate::pages) async fn replay(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    Path(id): Path<String>,
) -> Result<Told, PageError> {
    let id: OutboxId = id.parse().map_err(|_| PageError::NotFound("message"))?;
    let flash = match outbox::replay(&app, id, &member.actor()).await {
        Ok(()) => Flash::good("The message is on its way again."),
        Err(ReplayError::Store(err)) => return Err(err.into()),
        Err(refusal) => Flash::bad(refusal.to_string()),
    };
    Ok(told(&app, &flash, PATH))
}

/// Handles a delivery again.
pub(in crate::pages) async fn replay_delivery(
    State(app): State<App>,
    member: AtLeast<MemberRole>,
    PageForm(form): PageForm<DeliveryForm>,
) -> Result<Told, PageError> {
    let flash = if inbound::replay(&app, &form.id, &member.actor()).await? {
        Flash::good("The delivery is being handled again.")
    } else {
        Flash::bad("This delivery is not a dead letter.")
    };
    Ok(told(&app, &flash, PATH))
}
