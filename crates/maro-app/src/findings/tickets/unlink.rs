//! Taking the ticket away from a finding. The issue stays in Jira as it is.

use maro_core::approvals::Identity;
use maro_core::findings::tickets::LinkState;
use maro_core::ids::DefectId;
use maro_slack::mrkdwn;
use maro_store::defects;
use maro_store::finding_links::{self, FindingLink};
use serde_json::json;

use super::{TicketError, announce, discard_session, lock_session, note, tell};
use crate::App;
use crate::audit::record;

pub(super) const ON_ITS_WAY: &str = "The ticket is on its way to Jira. Wait until it is there; if Maro asks about it, answer on the \
     operation's page.";
pub(super) const CHANGED: &str = "The ticket changed at the same moment. Look again.";

/// Unlinks a finding, or takes back a wish that has not been composed.
pub async fn unlink(
    app: &App,
    defect: DefectId,
    by: &Identity,
) -> Result<FindingLink, TicketError> {
    let tx = app.store().begin().await?;
    lock_session(app, &tx, defect).await?;
    let found = defects::lock(&tx, defect).await?;
    let found = found.ok_or(TicketError::NoFinding)?;
    let link = finding_links::lock_alive(&tx, defect).await?;
    let link = link.ok_or(TicketError::NoTicket)?;
    if link.state == LinkState::Creating {
        return Err(TicketError::NotNow(ON_ITS_WAY));
    }
    let from = link.state;
    let link = FindingLink {
        state: LinkState::Unlinked,
        next_at: None,
        updated_at: app.now(),
        ..link
    };
    if !finding_links::save(&tx, &link, from).await? {
        return Err(TicketError::NotNow(CHANGED));
    }
    discard_session(app, &tx, &link).await?;
    defects::set_issue(&tx, defect, None, None).await?;
    let text = match &link.jira_key {
        Some(key) => format!("The ticket {key} was unlinked; it stays in Jira as it is."),
        None => "The ticket is not wanted any more.".to_owned(),
    };
    note(app, &tx, &found, &by.actor, &text).await?;
    tell(app, &tx, &found, mrkdwn::from_user(&text)).await?;
    let details = json!({ "issue": link.jira_key, "generation": link.generation });
    record(app, &tx, &by.actor, "ticket.unlinked", &defect, details).await?;
    tx.commit().await?;
    announce(app);
    Ok(link)
}
