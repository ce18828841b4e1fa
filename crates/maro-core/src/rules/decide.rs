//! What one piece of news means for one rule.
//!
//! A defect is told when it was seen often enough in a row, and once more when it is open again after
//! people heard that it is not. A row of failing runs is told once, and so is its end. Everything in
//! between changes the card only.

use chrono::{DateTime, Utc};

use super::{Finding, Key, Rule, Standing, TicketState, ToldBy, Verdict, Watched};
use crate::findings::{CardSubject, Outcome, What};
use crate::ids::RunId;

const SNOOZED: &str = "Somebody snoozed it.";

/// What people are to be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tell {
    /// Something that they do not know: a card, as soon as the place may have one.
    New(CardSubject),
    /// A line in the thread of the card that they have.
    Line(CardSubject, String),
    /// The card as it is now.
    Edit(CardSubject),
}

/// What follows from a piece of news.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decision {
    /// What is remembered.
    pub watched: Watched,
    /// What is told.
    pub tell: Option<Tell>,
    /// Whether it is to become a ticket now.
    pub ticket: bool,
}

/// Decides what news of a finding that the rule is about means.
#[must_use]
pub fn decide(
    rule: &Rule,
    watched: Option<Watched>,
    finding: &Finding,
    what: What,
    now: DateTime<Utc>,
) -> Decision {
    let known = watched.unwrap_or_else(|| Watched::new(now));
    match finding.key {
        Key::Run(run) => of_run(rule, known, finding, run, now),
        _ => of_defect(rule, known, finding, what, now),
    }
}

fn of_defect(
    rule: &Rule,
    mut watched: Watched,
    finding: &Finding,
    what: What,
    now: DateTime<Utc>,
) -> Decision {
    match what {
        What::New => watched.base = 0,
        // What was counted while nobody looked is not lost, but it does not make a row.
        What::Reopened => watched.base = finding.count - 1,
        _ => {}
    }
    watched.in_a_row = finding.count - watched.base;
    let Key::Defect(id) = finding.key else {
        return nothing(watched);
    };
    let card = CardSubject::Defect(id);
    if finding.standing == Standing::Settled {
        watched.base = finding.count;
        return settled(watched, card, finding.status, now);
    }
    let ticket = wants_ticket(rule, &mut watched, finding, now);
    let decision = open(rule, watched, card, finding, what, now);
    Decision { ticket, ..decision }
}

fn of_run(
    rule: &Rule,
    mut watched: Watched,
    finding: &Finding,
    run: RunId,
    now: DateTime<Utc>,
) -> Decision {
    let outcome = finding.outcome.unwrap_or(Outcome::Empty);
    let wanted = &rule.when.outcomes;
    if rule.tells_every_run() {
        if wanted.contains(&outcome) {
            return new_or_held(watched, CardSubject::Run(run), finding, now);
        }
        let why = format!("The run {}; the rule is about others.", ended(outcome));
        watched.note(Verdict::NotTold, why, now);
        return nothing(watched);
    }
    if outcome != Outcome::Passed && (wanted.is_empty() || wanted.contains(&outcome)) {
        watched.in_a_row += 1;
        let began = *watched.began.get_or_insert(run);
        let suite = finding.source.clone();
        let card = CardSubject::Episode { suite, began };
        return open(rule, watched, card, finding, What::Reported, now);
    }
    let Some(began) = watched.began else {
        let why = format!("The run {}; there is nothing to tell.", ended(outcome));
        watched.note(Verdict::NotTold, why, now);
        return nothing(watched);
    };
    let suite = finding.source.clone();
    let mut decision = settled(
        watched,
        CardSubject::Episode { suite, began },
        finding.status,
        now,
    );
    if decision.tell.is_some() {
        let why = "That it passes again is told in the thread.";
        decision.watched.note(Verdict::Told, why, now);
    }
    decision.watched.in_a_row = 0;
    decision.watched.began = None;
    // The next row of failing runs is another subject with a card of its own.
    decision.watched.told = None;
    decision
}

/// How a run ended, in a sentence.
fn ended(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Empty => "had no tests",
    }
}

/// It is open, or somebody is at it.
fn open(
    rule: &Rule,
    mut watched: Watched,
    card: CardSubject,
    finding: &Finding,
    what: What,
    now: DateTime<Utc>,
) -> Decision {
    let Some(notify) = &rule.notify else {
        watched.note(Verdict::NotTold, "The rule makes tickets only.", now);
        return nothing(watched);
    };
    if watched.is_told_open() {
        let line = !notify.state_changes_only && what != What::StatusChanged;
        let calm = watched
            .told
            .is_some_and(|told| now - told.at >= notify.interval.length());
        let tell = if line && calm {
            Tell::Line(card, format!("Seen again, {} times by now.", finding.count))
        } else {
            Tell::Edit(card)
        };
        if matches!(tell, Tell::Line(..))
            && let Some(told) = &mut watched.told
        {
            told.at = now;
        }
        return telling(watched, tell);
    }
    if finding.standing == Standing::Acknowledged {
        watched.release();
        watched.note(Verdict::NotTold, "Somebody is at it already.", now);
        return nothing(watched);
    }
    if watched.in_a_row < i64::from(notify.in_a_row) {
        let why = format!(
            "Seen {} of {} times in a row.",
            watched.in_a_row, notify.in_a_row
        );
        watched.note(Verdict::Counting, why, now);
        return nothing(watched);
    }
    new_or_held(watched, card, finding, now)
}

fn new_or_held(
    mut watched: Watched,
    card: CardSubject,
    finding: &Finding,
    now: DateTime<Utc>,
) -> Decision {
    if let Some(until) = finding.snoozed_until.filter(|until| *until > now) {
        watched.hold(until, SNOOZED, now);
        watched.due_at = Some(until);
        return nothing(watched);
    }
    if watched.held_since.is_some() && watched.why != SNOOZED {
        return nothing(watched);
    }
    watched.release();
    telling(watched, Tell::New(card))
}

/// It is over.
fn settled(mut watched: Watched, card: CardSubject, status: &str, now: DateTime<Utc>) -> Decision {
    let status = status.replace('_', " ");
    let was_open = watched.is_told_open();
    if watched.held_since.is_some() && !was_open {
        let why = format!("It was {status} before anybody was told.");
        watched.note(Verdict::NotTold, why, now);
    } else if watched.verdict == Verdict::Counting {
        let why = format!("It was {status} before it was seen often enough.");
        watched.note(Verdict::NotTold, why, now);
    }
    watched.release();
    watched.in_a_row = 0;
    if watched.ticket == Some(TicketState::Waiting) {
        watched.ticket = None;
    }
    if !was_open {
        return nothing(watched);
    }
    if let Some(told) = &mut watched.told {
        told.open = false;
    }
    let line = match card {
        CardSubject::Episode { .. } => "It passes again.".to_owned(),
        _ => format!("It is {status} now."),
    };
    telling(watched, Tell::Line(card, line))
}

/// A reminder is due: the finding is open, and nobody has acknowledged it.
#[must_use]
pub fn remind(watched: &Watched, finding: &Finding, now: DateTime<Utc>) -> Option<String> {
    let told = watched.told.filter(|told| told.open)?;
    let awake = finding.snoozed_until.is_none_or(|until| until <= now);
    let hours = (now - told.at).num_hours();
    (finding.standing == Standing::Open && awake).then(|| {
        let times = finding.count;
        format!("Still open after {hours} hours, seen {times} times.")
    })
}

fn wants_ticket(rule: &Rule, watched: &mut Watched, finding: &Finding, now: DateTime<Utc>) -> bool {
    let Some(ticket) = &rule.ticket else {
        return false;
    };
    let is_new = watched.ticket.is_none() && watched.in_a_row >= i64::from(ticket.after);
    let awake = finding.snoozed_until.is_none_or(|until| until <= now);
    is_new && awake
}

fn nothing(watched: Watched) -> Decision {
    Decision {
        watched,
        tell: None,
        ticket: false,
    }
}

/// What was told in a digest has no card that could change.
fn telling(watched: Watched, tell: Tell) -> Decision {
    let has_card = watched.told.is_some_and(|told| told.by == ToldBy::Card);
    let tell = (has_card || matches!(tell, Tell::New(_))).then_some(tell);
    Decision {
        watched,
        tell,
        ticket: false,
    }
}
