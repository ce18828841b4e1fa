//! Making a wanted ticket: composed against the create screen, then draft, approval and operation in
//! one transaction.
//!
//! **Invariant:** whatever interrupts this leaves the wish, or the operation that came of it, never
//! both and never neither.

use chrono::TimeDelta;
use maro_atlassian::adf::{DESCRIPTION_LIMIT, measure};
use maro_atlassian::sentences::{NOT_CONFIGURED, with_next_step};
use maro_core::actor::Actor;
use maro_core::drafts::{Draft, DraftContent, create_body, draft_hash};
use maro_core::findings::Defect;
use maro_core::findings::tickets::{
    Composed, Facts, FieldProblem, LinkState, Shaped, TicketPlan, compose, sections, session_of,
};
use maro_core::ids::{ChannelRef, DraftId};
use maro_core::operations::{Operation, OperationKind, OperationState};
use maro_core::sessions::Phase;
use maro_slack::mrkdwn;
use maro_store::finding_links::{self, FindingLink};
use maro_store::sessions::{self, Session};
use maro_store::{StoreError, Tx, defects, drafts, operations};
use serde_json::Value;

use super::{CHANNEL, ScreenError, note, screen, tell};
use crate::drafts::{ApproveError, approve_at_once, target};
use crate::failpoints::reach;
use crate::happening::Happening;
use crate::{App, clock};

/// Lengths that a text of the description is cut to until the whole fits, in characters.
const CUTS: [usize; 6] = [16_000, 8_000, 4_000, 2_000, 1_000, 300];
const FIRST_PAUSE: TimeDelta = TimeDelta::seconds(2);
const LONGEST_PAUSE: TimeDelta = TimeDelta::minutes(5);
const WAITS: &str = "The draft waits for approval by somebody else.";
const RACED: &str = "The ticket was being changed at the same moment.";

/// Makes a ticket that was claimed.
pub(crate) async fn make(app: &App, claimed: FindingLink) -> Result<(), StoreError> {
    reach("ticket.after_claim");
    let Some(defect) = defects::find(app.store(), claimed.defect).await? else {
        return settle_away(app, &claimed).await;
    };
    let Some(plan) = claimed.plan.clone() else {
        return settle_away(app, &claimed).await;
    };
    let made = match composed(app, &plan, &defect).await {
        Ok(composed) => {
            let draft = draft(app, &claimed, &plan, &defect, composed);
            reach("ticket.after_compose");
            store(app, &claimed, draft).await
        }
        Err(not) => Err(not),
    };
    match made {
        Ok(()) | Err(Not::Ours) => Ok(()),
        Err(Not::Now(reason)) => put_off(app, &claimed, &reason).await,
        Err(Not::So(reason, problems)) => park(app, &claimed, reason, problems).await,
        Err(Not::Stored(err)) => Err(err),
    }
}

/// Why a ticket was not made.
enum Not {
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

async fn composed(app: &App, plan: &TicketPlan, defect: &Defect) -> Result<Composed, Not> {
    let faults = plan.faults();
    if !faults.is_empty() {
        return Err(refused(faults));
    }
    answers(app).await.map_err(Not::Now)?;
    let screen = screen(app, &plan.project, &plan.issue_type).await;
    let screen = screen.map_err(|err| match err {
        ScreenError::NoProject(_) => refused(vec![FieldProblem::of(
            "project",
            "Project",
            err.to_string(),
        )]),
        ScreenError::Later(_) => Not::Now(err.to_string()),
    })?;
    let link = page(app, defect);
    let facts = Facts {
        defect,
        link: link.as_deref(),
    };
    compose(plan, &facts, &screen).map_err(refused)
}

/// Asks Jira for a sign of life: what is known of its screens may be older than an outage, and a
/// create that is sent into one asks a person in the end.
async fn answers(app: &App) -> Result<(), String> {
    let jira = app.jira().ok_or(NOT_CONFIGURED)?;
    let answer = jira.rest().myself().await;
    answer.map(drop).map_err(|err| {
        let told = with_next_step(&err.to_string(), err.next_step());
        format!("Jira could not be asked: {told}")
    })
}

fn refused(problems: Vec<FieldProblem>) -> Not {
    let names: Vec<&str> = problems
        .iter()
        .map(|problem| problem.name.as_str())
        .collect();
    let reason = format!("Fields stand in the way: {}.", names.join(", "));
    Not::So(reason, problems)
}

fn page(app: &App, defect: &Defect) -> Option<String> {
    let url = app.settings().page_url(&format!("defects/{}", defect.id));
    url.map(String::from)
}

fn draft(
    app: &App,
    link: &FindingLink,
    plan: &TicketPlan,
    defect: &Defect,
    composed: Composed,
) -> Draft {
    let page = page(app, defect);
    let facts = Facts {
        defect,
        link: page.as_deref(),
    };
    let (text, description) = description(app, &facts);
    let content = DraftContent {
        title: composed.summary,
        problem: text,
        project: plan.project.clone(),
        issue_type: plan.issue_type.clone(),
        priority: composed.priority,
        labels: composed.labels,
        ..DraftContent::default()
    };
    let mut body = create_body(&content, Some(description), None);
    for (id, shaped) in composed.fields {
        body["fields"][id] = match (shaped, app.jira()) {
            (Shaped::Json(value), _) => value,
            (Shaped::LongText(text), Some(jira)) => jira.text(&text),
            (Shaped::LongText(text), None) => Value::String(text),
        };
    }
    let target = target(app, &plan.project);
    Draft {
        id: DraftId(clock::new_id()),
        session: session_of(link.defect, link.generation),
        hash: draft_hash(&target, &body),
        content,
        request: body,
        target,
        nonce: clock::nonce(),
        author: link.wanted_by.clone(),
        created_at: app.now(),
    }
}

/// The longest description that Jira takes, as Markdown and in the form that it is sent in.
fn description(app: &App, facts: &Facts<'_>) -> (String, Value) {
    let mut shortest = (String::new(), Value::Null);
    for cut in CUTS {
        let parts = sections(facts, cut);
        let text: Vec<String> = parts
            .iter()
            .map(|(heading, text)| format!("## {heading}\n\n{text}"))
            .collect();
        let parts: Vec<(&str, &str)> = parts
            .iter()
            .map(|(heading, text)| (*heading, text.as_str()))
            .collect();
        let value = match app.jira() {
            Some(jira) => jira.description(&parts),
            None => maro_atlassian::markdown::sections(maro_atlassian::Flavor::Cloud, &parts),
        };
        let fits = measure(&value) <= DESCRIPTION_LIMIT;
        shortest = (text.join("\n\n"), value);
        if fits {
            break;
        }
    }
    shortest
}

/// Stores draft, approval and operation, and that the ledger has the ticket now.
///
/// The session is locked first, then the finding, then its ticket, as where the ledger settles.
async fn store(app: &App, claimed: &FindingLink, draft: Draft) -> Result<(), Not> {
    let by = crate::people::identify(app, &claimed.wanted_by).await?;
    let policy = &app.settings().approval;
    let alone = claimed.wanted_by.approves_standing()
        || policy
            .check(CHANNEL, &draft.target.project, &by, &by)
            .is_ok();
    let tx = app.store().begin().await?;
    let session = open_session(app, &tx, claimed, &draft).await?;
    let defect = defects::lock(&tx, claimed.defect).await?.ok_or(Not::Ours)?;
    let link = finding_links::lock(&tx, claimed.defect, claimed.generation).await?;
    let is_ours =
        |link: &FindingLink| link.state == LinkState::Wanted && link.attempts == claimed.attempts;
    let link = link.filter(is_ours).ok_or(Not::Ours)?;
    let live = operations::live_of_session(&tx, &session.id, OperationKind::JiraCreate).await?;
    let creating = FindingLink {
        state: LinkState::Creating,
        next_at: None,
        reason: (!alone).then(|| WAITS.to_owned()),
        problems: Vec::new(),
        updated_at: app.now(),
        ..link
    };
    if let Some(operation) = live {
        adopt(app, &tx, &defect, creating, &operation).await?;
    } else {
        propose(app, &tx, &session, &draft).await?;
        finding_links::save(&tx, &creating, LinkState::Wanted).await?;
        if alone {
            let approved = approve_at_once(app, &tx, &session, &draft, &claimed.wanted_by).await;
            approved.map_err(not_approved)?;
        } else {
            note(app, &tx, &defect, &Actor::System, WAITS).await?;
        }
    }
    reach("ticket.before_commit");
    tx.commit().await?;
    reach("ticket.after_commit");
    app.wakeups().operations();
    app.announce(Happening::Findings);
    app.announce(Happening::Operations);
    Ok(())
}

fn not_approved(err: ApproveError) -> Not {
    match err {
        ApproveError::Store(err) => Not::Stored(err),
        ApproveError::InProgress | ApproveError::AlreadyCreated { .. } => {
            Not::Now(RACED.to_owned())
        }
        err => Not::So(err.to_string(), Vec::new()),
    }
}

/// The session of this ticket: new, or as an earlier attempt left it.
async fn open_session(
    app: &App,
    tx: &Tx,
    link: &FindingLink,
    draft: &Draft,
) -> Result<Session, Not> {
    let now = app.now();
    let fresh = Session {
        id: draft.session.clone(),
        channel: ChannelRef {
            team: String::new(),
            channel: CHANNEL.to_owned(),
        },
        channel_name: None,
        thread_ts: None,
        preview_ts: None,
        phase: Phase::Drafting,
        current_draft: None,
        author: link.wanted_by.clone(),
        author_name: None,
        source_permalink: None,
        jira_key: None,
        jira_url: None,
        created_at: now,
        updated_at: now,
    };
    if sessions::insert(tx, &fresh).await? {
        return Ok(fresh);
    }
    sessions::lock(tx, &fresh.id).await?.ok_or(Not::Ours)
}

/// Makes the draft the newest of its session.
async fn propose(app: &App, tx: &Tx, session: &Session, draft: &Draft) -> Result<(), Not> {
    drafts::insert(tx, draft).await?;
    let open = [Phase::Drafting, Phase::AwaitingApproval, Phase::Discarded];
    let to = Phase::AwaitingApproval;
    if sessions::point_to_draft(tx, &session.id, draft.id, &open, to, app.now()).await? {
        Ok(())
    } else {
        Err(Not::Now(RACED.to_owned()))
    }
}

/// The ledger is at work for this ticket already, or done: somebody approved an earlier draft.
async fn adopt(
    app: &App,
    tx: &Tx,
    defect: &Defect,
    link: FindingLink,
    operation: &Operation,
) -> Result<(), StoreError> {
    let issue = operation.jira_id.as_ref().zip(operation.jira_key.as_ref());
    let is_there = matches!(
        operation.state,
        OperationState::Confirmed | OperationState::Duplicate
    );
    match issue.filter(|_| is_there) {
        Some((id, key)) => {
            super::settled::confirm(app, tx, defect, link, LinkState::Wanted, (id, key)).await
        }
        None => finding_links::save(tx, &link, LinkState::Wanted)
            .await
            .map(drop),
    }
}

/// The finding was deleted meanwhile: nobody needs the ticket.
async fn settle_away(app: &App, claimed: &FindingLink) -> Result<(), StoreError> {
    let reason = Some("The finding does not exist any more.".to_owned());
    change(app, claimed, |link| FindingLink {
        state: LinkState::Unlinked,
        reason,
        ..link
    })
    .await
}

async fn put_off(app: &App, claimed: &FindingLink, reason: &str) -> Result<(), StoreError> {
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

async fn park(
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
