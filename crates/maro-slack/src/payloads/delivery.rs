//! Which deliveries are the same: the identity by which the inbox knows a redelivery.

use super::{BlockActions, EventEnvelope, Interaction, SlashCommand};

/// A delivery, of whichever kind.
#[derive(Debug, Clone, Copy)]
pub enum Delivery<'a> {
    /// A slash command.
    Command(&'a SlashCommand),
    /// A click, a shortcut or a form.
    Interaction(&'a Interaction),
    /// An event.
    Event(&'a EventEnvelope),
}

impl Delivery<'_> {
    /// The identity of what happened.
    ///
    /// Every delivery of one act has the same; two acts have different ones. `None` where nothing
    /// happened that is worth keeping: menus that ask for options, checks of the address, kinds
    /// that we do not use.
    #[must_use]
    pub fn id(&self) -> Option<String> {
        match self {
            Self::Command(command) => {
                Some(join(&command.team_id, "command", &[&command.trigger_id]))
            }
            Self::Interaction(interaction) => interaction_id(interaction),
            Self::Event(envelope) => event_id(envelope),
        }
    }
}

fn interaction_id(interaction: &Interaction) -> Option<String> {
    let team = interaction.team_id()?;
    let user = &interaction.user()?.id;
    Some(match interaction {
        Interaction::BlockActions(actions) => block_actions_id(actions),
        Interaction::MessageAction(action) => {
            let parts = [
                user,
                action.message_ts(),
                &action.callback_id,
                &action.action_ts,
            ];
            join(team, "shortcut", &parts)
        }
        Interaction::Shortcut(shortcut) => join(
            team,
            "shortcut",
            &[user, &shortcut.callback_id, &shortcut.action_ts],
        ),
        // A form that was answered with errors comes back with the same hash, so the trigger,
        // which is new for each submission, belongs to the identity.
        Interaction::ViewSubmission(submission) => {
            let view = &submission.view;
            join(
                team,
                "view",
                &[user, &view.id, &view.hash, &submission.trigger_id],
            )
        }
        Interaction::ViewClosed(closed) => {
            join(team, "closed", &[user, &closed.view.id, &closed.view.hash])
        }
        Interaction::Suggestion(_) | Interaction::Other { .. } => return None,
    })
}

fn block_actions_id(actions: &BlockActions) -> String {
    let place = actions
        .message_ts()
        .or(actions.container.view_id.as_deref())
        .or(actions.view.as_ref().map(|view| view.id.as_str()));
    let action = actions.action();
    // Slack gives each click its own time; the trigger stands in where it is absent.
    let when = if action.action_ts.is_empty() {
        &actions.trigger_id
    } else {
        &action.action_ts
    };
    let parts = [
        &actions.user.id,
        place.unwrap_or_default(),
        &action.action_id,
        when,
    ];
    join(actions.team_id(), "action", &parts)
}

fn event_id(envelope: &EventEnvelope) -> Option<String> {
    match envelope {
        EventEnvelope::EventCallback(event) => {
            Some(join(&event.team_id, "event", &[&event.event_id]))
        }
        EventEnvelope::AppRateLimited(limited) => {
            let minute = limited.minute_rate_limited.to_string();
            Some(join(&limited.team_id, "rate_limited", &[&minute]))
        }
        EventEnvelope::UrlVerification { .. } => None,
    }
}

fn join(team: &str, kind: &str, parts: &[&str]) -> String {
    format!("slack:{team}:{kind}:{}", parts.join(":"))
}
