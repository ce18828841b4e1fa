//! Reserving the ticket of a finding.

use maro_core::actor::Actor;
use maro_core::findings::Defect;
use maro_core::findings::tickets::TicketPlan;
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, Tx};

use crate::{App, clock};

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// It is reserved now and will be made.
    New(FindingLink),
    /// The finding has a ticket, or will have one.
    Already(FindingLink),
    /// The finding had a ticket that went away; only a person makes another.
    OnlyByPerson(FindingLink),
}

/// Reserves a ticket in the caller's transaction; however many want it at once, it is one. Wake the
/// runner after the commit.
pub async fn want(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    plan: &TicketPlan,
    by: &Actor,
) -> Result<Wanted, StoreError> {
    let newest = finding_links::newest(tx, defect.id).await?;
    let generation = match newest {
        Some(link) if link.state.is_alive() => return Ok(Wanted::Already(link)),
        Some(link) if by.approves_standing() => return Ok(Wanted::OnlyByPerson(link)),
        Some(link) => link.generation + 1,
        None => 1,
    };
    let (id, now) = (clock::new_id(), app.now());
    let link = FindingLink {
        generation,
        ..FindingLink::wanted(id, defect.id, plan.clone(), by.clone(), now)
    };
    if finding_links::insert(tx, &link).await? {
        return Ok(Wanted::New(link));
    }
    // Somebody else was quicker; the insert has waited for them.
    let newest = finding_links::newest(tx, defect.id).await?;
    Ok(Wanted::Already(newest.unwrap_or(link)))
}
