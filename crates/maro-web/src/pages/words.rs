//! The words of pages: states as badges and sentences, actors as names.

use std::collections::HashMap;

use maro_app::App;
use maro_app::model::{
    Actor, AuditEntry, ChannelRef, HealthStatus, OperationState, OutboxState, Phase, Session,
    StoreError,
};
use maro_core::findings::tickets::ticket_of;
use maro_core::operations::EvidenceKind;

use super::parts::{Markup, badge, when};
use super::preview::Fact;

/// A session's phase.
pub(super) fn phase(phase: Phase) -> Markup {
    match phase {
        Phase::Drafting => badge("calm", "edit", "Drafting"),
        Phase::AwaitingApproval => badge("warn", "wait", "Waiting for approval"),
        Phase::Creating => badge("info", "busy", "Creating"),
        Phase::Created => badge("good", "good", "Created"),
        Phase::Linked => badge("good", "link", "Linked"),
        Phase::Discarded => badge("calm", "off", "Discarded"),
    }
}

/// An operation's state.
pub(super) fn state(state: OperationState) -> Markup {
    match state {
        OperationState::Prepared => badge("info", "wait", "Prepared"),
        OperationState::Sending => badge("info", "busy", "Sending"),
        OperationState::Unknown => badge("warn", "busy", "Outcome unknown"),
        OperationState::NeedsHuman => badge("warn", "ask", "Needs a person"),
        OperationState::Confirmed => badge("good", "good", "Confirmed"),
        OperationState::Duplicate => badge("bad", "warn", "Duplicate"),
        OperationState::Rejected => badge("bad", "bad", "Rejected"),
        OperationState::Cancelled => badge("calm", "off", "Given up"),
    }
}

/// What a state means, and what happens next.
pub(super) fn meaning(state: OperationState) -> &'static str {
    match state {
        OperationState::Prepared => "Approved. It will be sent as soon as Jira can take it.",
        OperationState::Sending => "It is being sent right now.",
        OperationState::Unknown => {
            "It was sent, and no clear answer came. Maro searches Jira for it and does not send it again."
        }
        OperationState::NeedsHuman => {
            "It was sent, no clear answer came, and no search has found it. A person must say what happened. Maro keeps looking for a day."
        }
        OperationState::Confirmed => "Jira has exactly this issue.",
        OperationState::Duplicate => {
            "Jira has more than one issue for this draft. Maro deletes nothing: please close the ones you do not need."
        }
        OperationState::Rejected => {
            "Jira refused it. Nothing was created; the draft can be edited and approved again."
        }
        OperationState::Cancelled => "A person gave up. Maro will not send it again.",
    }
}

/// The same of a move of an issue, which may be made again.
pub(super) fn meaning_of_move(state: OperationState) -> &'static str {
    match state {
        OperationState::Prepared => "It will be made as soon as Jira can take it.",
        OperationState::Sending => "It is being made right now.",
        OperationState::Unknown | OperationState::NeedsHuman => {
            "No clear answer came. Maro asks Jira where the issue is, and goes on from there."
        }
        OperationState::Confirmed | OperationState::Duplicate => "The issue is where it was to go.",
        OperationState::Rejected => {
            "Jira offers no way there, or not to Maro. The defect's page says so, and resumes it."
        }
        OperationState::Cancelled => {
            "It is not wanted any more, or somebody moved the issue meanwhile. That stands."
        }
    }
}

/// A message's state.
pub(super) fn outbox(state: OutboxState) -> Markup {
    match state {
        OutboxState::Pending => badge("info", "wait", "Waiting"),
        OutboxState::Sending => badge("info", "busy", "Sending"),
        OutboxState::Delivered => badge("good", "good", "Delivered"),
        OutboxState::Collapsed => badge("calm", "off", "Replaced"),
        OutboxState::Dead => badge("bad", "bad", "Failed"),
    }
}

/// How a connection does.
pub(super) fn health(status: HealthStatus) -> Markup {
    match status {
        HealthStatus::Healthy => badge("good", "good", "Healthy"),
        HealthStatus::Degraded => badge("warn", "warn", "Degraded"),
        HealthStatus::Error => badge("bad", "bad", "Error"),
        HealthStatus::Unconfigured => badge("calm", "off", "Not configured"),
    }
}

/// Where evidence came from.
pub(super) fn evidence(kind: EvidenceKind) -> &'static str {
    match kind {
        EvidenceKind::Answer => "Jira's answer",
        EvidenceKind::Search => "Search",
        EvidenceKind::Webhook => "Webhook",
        EvidenceKind::Person => "A person",
        EvidenceKind::Time => "The clock",
    }
}

/// What an audit entry says.
fn sentence(entry: &AuditEntry) -> String {
    let text = |name: &str| entry.details[name].as_str().map(str::to_owned);
    let words = match entry.action.as_str() {
        "draft.saved" => "Draft saved",
        "draft.discarded" => "Draft discarded",
        "draft.linked" => "Draft linked to an existing ticket",
        "operation.approved" => "Draft approved",
        "operation.confirmed" => "Ticket confirmed in Jira",
        "operation.sending" => "Sending began",
        "operation.unknown" => "Outcome unknown",
        "operation.needs_human" => "A person is asked",
        "operation.rejected" => "Jira refused",
        "operation.duplicate" => "More than one ticket found",
        "operation.cancelled" => "Given up",
        "operation.prepared" => "Prepared to be sent",
        "approval.refused" => "Approval refused",
        "decision.refused" => "Decision refused",
        "defect.synced" => "Status carried over from Jira",
        "defect.sync_paused" => "Status not carried over any more",
        "defect.sync_resumed" => "Status carried over again",
        "defect.ticket_gone" => "Ticket not in Jira any more",
        "issue.tracked" => "Issue tracked",
        "issue.untracked" => "Issue no longer tracked",
        "outbox.replayed" => "Message replayed",
        "delivery.replayed" => "Delivery replayed",
        "suite.expected" => "Expectation of a suite changed",
        "person.created" => "Account created",
        "person.changed" => "Account changed",
        "person.signed_in" => "Signed in",
        "integration.configured" => "Connection configured",
        "integration.deleted" => "Saved connection forgotten",
        "oauth.configured" => "OAuth app saved",
        "oauth.begun" => "Consent at Atlassian begun",
        "oauth.connected" => "Connected to Atlassian",
        "oauth.refused" => "Consent at Atlassian refused",
        "oauth.expired" => "Connection to Atlassian expired",
        "oauth.disconnected" => "Disconnected from Atlassian",
        "slack.installed" => "Slack workspace connected",
        "slack.not_installed" => "Slack workspace not connected",
        "slack.ended" => "Slack workspace ended the connection",
        "slack.works_again" => "Slack workspace works again",
        "keys.rotated" => "Secrets sealed with a new key",
        "token.created" => "API token created",
        "token.revoked" => "API token revoked",
        other => other,
    };
    let detail = text("issue")
        .or_else(|| text("key"))
        .or_else(|| text("reason"))
        .or_else(|| text("note"))
        .or_else(|| text("site"));
    detail.map_or_else(|| words.to_owned(), |detail| format!("{words}: {detail}"))
}

/// Something that happened, as a line of a page.
pub(super) struct Entry {
    pub(super) sentence: String,
    pub(super) actor: String,
    pub(super) when: Markup,
}

/// What audit entries say, one after another.
pub(super) async fn entries(
    app: &App,
    log: &[AuditEntry],
    names: &mut Names,
) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::with_capacity(log.len());
    for entry in log {
        entries.push(Entry {
            sentence: sentence(entry),
            actor: names.of_text(app, &entry.actor).await?,
            when: when(entry.at, app.now()),
        });
    }
    Ok(entries)
}

/// A channel, by name where it is known.
pub(super) fn channel(session: &Session) -> String {
    if ticket_of(&session.id).is_some() {
        return "a finding".to_owned();
    }
    match &session.channel_name {
        Some(name) if !name.is_empty() => format!("#{name}"),
        _ => session.channel.channel.clone(),
    }
}

/// Where a session came from: a channel, or a finding whose ticket it makes.
pub(super) fn origin(session: &Session) -> Fact {
    match ticket_of(&session.id) {
        Some((defect, _)) => {
            let path = super::defects::path(defect);
            ("Finding", Markup::link(&path, "Show the finding"))
        }
        None => ("Channel", Markup::text(&channel(session))),
    }
}

/// A channel in an address.
pub(super) fn channel_path(channel: &ChannelRef) -> String {
    format!("{}:{}", channel.team, channel.channel)
}

/// The names of actors, each looked up once per page.
#[derive(Debug, Default)]
pub(super) struct Names(HashMap<String, String>);

impl Names {
    /// Learns the name that Slack gave for a session's author.
    pub(super) fn learn(&mut self, session: &Session) {
        if let Some(name) = session.author_name.as_ref().filter(|name| !name.is_empty()) {
            self.0.insert(session.author.to_string(), name.clone());
        }
    }

    /// The name of an actor.
    pub(super) async fn of(&mut self, app: &App, actor: &Actor) -> Result<String, StoreError> {
        let key = actor.to_string();
        if let Some(known) = self.0.get(&key) {
            return Ok(known.clone());
        }
        let name = maro_app::people::name(app, actor).await?;
        self.0.insert(key, name.clone());
        Ok(name)
    }

    /// The name of an actor as the audit log writes it.
    pub(super) async fn of_text(&mut self, app: &App, actor: &str) -> Result<String, StoreError> {
        match actor.parse::<Actor>() {
            Ok(actor) => self.of(app, &actor).await,
            Err(_) => Ok(actor.to_owned()),
        }
    }
}
