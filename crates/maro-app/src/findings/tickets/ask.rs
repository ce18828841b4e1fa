//! "Create Jira ticket": a person wants a ticket for a finding.

use maro_core::approvals::Identity;
use maro_core::findings::tickets::TicketPlan;
use maro_core::ids::DefectId;
use maro_store::defects;
use maro_store::finding_links::FindingLink;
use serde_json::json;

use super::{TicketError, Wanted, announce, check_policy, default_plan, note, want};
use crate::App;
use crate::audit::record;
use crate::failpoints::reach;

/// What was asked for, and whether it was there already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// The ticket as it stands.
    pub link: FindingLink,
    /// Whether this made it.
    pub is_new: bool,
}

/// Wants a ticket on behalf of a person. A second click finds the first one's ticket.
pub async fn ask(
    app: &App,
    defect: DefectId,
    plan: Option<TicketPlan>,
    by: &Identity,
) -> Result<Asked, TicketError> {
    let plan = plan.or_else(|| default_plan(app));
    let plan = plan.ok_or(TicketError::NoProject)?;
    let faults = plan.faults();
    if !faults.is_empty() {
        return Err(TicketError::Faults(faults));
    }
    check_policy(app, defect, &plan.project, by).await?;
    let tx = app.store().begin().await?;
    let found = defects::lock(&tx, defect).await?;
    let found = found.ok_or(TicketError::NoFinding)?;
    let asked = match want(app, &tx, &found, &plan, &by.actor).await? {
        Wanted::New(link) => Asked { link, is_new: true },
        Wanted::Already(link) | Wanted::OnlyByPerson(link) => Asked {
            link,
            is_new: false,
        },
    };
    if !asked.is_new {
        return Ok(asked);
    }
    let text = format!("A Jira ticket in {} is wanted.", plan.project);
    note(app, &tx, &found, &by.actor, &text).await?;
    let details = json!({ "project": plan.project, "generation": asked.link.generation });
    record(app, &tx, &by.actor, "ticket.wanted", &defect, details).await?;
    reach("ticket.before_wish");
    tx.commit().await?;
    reach("ticket.after_wish");
    announce(app);
    Ok(asked)
}
