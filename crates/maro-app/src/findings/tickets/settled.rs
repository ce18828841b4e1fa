//! What the ledger says of the create of a finding's ticket, in the transaction of its step.

use maro_core::actor::Actor;
use maro_core::findings::Defect;
use maro_core::findings::tickets::{FieldProblem, LinkState, ticket_of};
use maro_core::ids::SessionId;
use maro_core::operations::{Operation, OperationState, Step};
use maro_slack::mrkdwn;
use maro_store::finding_links::{self, FindingLink};
use maro_store::{StoreError, Tx, defects};

use super::{note, screen, tell};
use crate::App;
use crate::happening::Happening;

const NO_REASON: &str = "Jira refused it without a reason.";

/// Takes a step of the ledger over to the finding; does nothing for conversations.
pub(crate) async fn ledger_moved(
    app: &App,
    tx: &Tx,
    operation: &Operation,
    step: &Step,
    actor: &Actor,
) -> Result<(), StoreError> {
    let Some((defect, generation)) = ticket_of(&operation.session) else {
        return Ok(());
    };
    // The finding before its ticket, as everywhere.
    let defect = defects::lock(tx, defect).await?;
    let Some(defect) = defect else {
        return Ok(());
    };
    let link = finding_links::lock(tx, defect.id, generation).await?;
    let Some(link) = link else {
        return Ok(());
    };
    let from = link.state;
    let error = step.error.clone();
    match step.state {
        OperationState::Confirmed | OperationState::Duplicate => match &step.issue {
            Some(issue) => {
                let link = FindingLink {
                    reason: error.filter(|_| step.state == OperationState::Duplicate),
                    ..link
                };
                confirm(app, tx, &defect, link, from, (&issue.id, &issue.key)).await
            }
            None => Ok(()),
        },
        OperationState::Rejected => {
            let link = FindingLink {
                state: LinkState::Parked,
                reason: Some(error.unwrap_or_else(|| NO_REASON.to_owned())),
                problems: problems(app, operation, step),
                ..link
            };
            end(app, tx, &defect, link, from, &Actor::System).await
        }
        OperationState::Cancelled => {
            let link = FindingLink {
                state: LinkState::Unlinked,
                reason: Some("The create was given up; its outcome is not known.".to_owned()),
                ..link
            };
            end(app, tx, &defect, link, from, actor).await
        }
        OperationState::Prepared
        | OperationState::Sending
        | OperationState::Unknown
        | OperationState::NeedsHuman => {
            let link = FindingLink {
                reason: error,
                updated_at: app.now(),
                ..link
            };
            finding_links::save(tx, &link, from).await.map(drop)
        }
    }
}

/// A person discarded the draft of a finding's ticket, which waited or was refused.
pub(crate) async fn discarded(
    app: &App,
    tx: &Tx,
    session: &SessionId,
    by: &Actor,
) -> Result<(), StoreError> {
    let Some((defect, generation)) = ticket_of(session) else {
        return Ok(());
    };
    let Some(defect) = defects::lock(tx, defect).await? else {
        return Ok(());
    };
    let link = finding_links::lock(tx, defect.id, generation).await?;
    let Some(link) = link.filter(|link| link.state.is_alive()) else {
        return Ok(());
    };
    let from = link.state;
    let link = FindingLink {
        state: LinkState::Unlinked,
        reason: Some("The draft was discarded.".to_owned()),
        ..link
    };
    end(app, tx, &defect, link, from, by).await
}

/// Jira has the issue: the finding shows it. When the finding has another ticket by now, that stays,
/// and the history tells of this one.
pub(super) async fn confirm(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    link: FindingLink,
    from: LinkState,
    (id, key): (&str, &str),
) -> Result<(), StoreError> {
    let by = link.wanted_by.clone();
    let alive = finding_links::lock_alive(tx, defect.id).await?;
    if alive.is_some_and(|alive| alive.id != link.id) {
        let text = format!("Jira has another ticket for this, {key}, from an earlier attempt.");
        return note(app, tx, defect, &by, &text).await;
    }
    let url = crate::links::issue(app, key);
    let link = FindingLink {
        state: LinkState::Linked,
        next_at: None,
        problems: Vec::new(),
        jira_id: Some(id.to_owned()),
        jira_key: Some(key.to_owned()),
        jira_url: Some(url.clone()),
        updated_at: app.now(),
        ..link
    };
    if !finding_links::save(tx, &link, from).await? || from == LinkState::Linked {
        return Ok(());
    }
    defects::set_issue(tx, defect.id, Some((key, &url)), None).await?;
    let text = format!("The Jira ticket {key} was created.");
    note(app, tx, defect, &by, &text).await?;
    let line = format!("Ticket created: {}", mrkdwn::link(&url, key));
    tell(app, tx, defect, line).await
}

/// The ledger is done and there is no issue.
async fn end(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    link: FindingLink,
    from: LinkState,
    by: &Actor,
) -> Result<(), StoreError> {
    let link = FindingLink {
        next_at: None,
        updated_at: app.now(),
        ..link
    };
    if !finding_links::save(tx, &link, from).await? {
        return Ok(());
    }
    let reason = link.reason.as_deref().unwrap_or_default();
    let text = format!("The Jira ticket was not created: {reason}");
    note(app, tx, defect, by, &text).await?;
    let line = format!("Could not create ticket: {}", mrkdwn::from_user(reason));
    tell(app, tx, defect, line).await
}

/// Finds what people call the fields that Jira refused. Where Jira does not tell, their ids stay.
pub(crate) async fn name_fields(app: &App, operation: &Operation) {
    if let Err(err) = try_name_fields(app, operation).await {
        let err: &(dyn std::error::Error + 'static) = &err;
        tracing::warn!(error = err, "the fields of a parked ticket keep their ids");
    }
}

async fn try_name_fields(app: &App, operation: &Operation) -> Result<(), StoreError> {
    let Some((defect, generation)) = ticket_of(&operation.session) else {
        return Ok(());
    };
    let fields = &operation.request["fields"];
    let project = fields["project"]["key"].as_str().unwrap_or_default();
    let issue_type = fields["issuetype"]["name"].as_str().unwrap_or_default();
    let Ok(screen) = screen(app, project, issue_type).await else {
        return Ok(());
    };
    let tx = app.store().begin().await?;
    let link = finding_links::lock(&tx, defect, generation).await?;
    let Some(mut link) = link.filter(|link| link.state == LinkState::Parked) else {
        return Ok(());
    };
    for problem in &mut link.problems {
        if let Some(field) = screen.field(&problem.field) {
            problem.name.clone_from(&field.name);
        }
    }
    finding_links::save(&tx, &link, LinkState::Parked).await?;
    tx.commit().await?;
    app.announce(Happening::Findings);
    Ok(())
}

/// The fields that Jira names, by its ids.
fn problems(app: &App, operation: &Operation, step: &Step) -> Vec<FieldProblem> {
    let project = operation.request["fields"]["project"]["key"].as_str();
    // What was known of the screen is not true any more.
    app.metadata().forget_screens(project.unwrap_or_default());
    let said = step.evidence.fields.iter();
    let problem = |(id, message): (&String, &String)| FieldProblem::of(id, id, message.as_str());
    said.map(problem).collect()
}
