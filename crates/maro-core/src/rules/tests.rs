//! What rules decide: one story per row, and a storm in which nothing is lost and nobody is flooded.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use uuid::Uuid;

use super::*;
use crate::findings::{CardSubject, Outcome, What};
use crate::ids::{DefectId, RunId};

fn start() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).unwrap()
}

fn rule(notify: &str) -> Rule {
    let json = format!(r##"{{"name":"r","notify":{{"to":"#ci"{notify}}}}}"##);
    serde_json::from_str(&json).unwrap()
}

fn defect(number: u128, count: i64, status: &'static str) -> Finding {
    Finding {
        key: Key::Defect(DefectId(Uuid::from_u128(number))),
        kind: Kind::Defect,
        severity: None,
        source: "api".into(),
        title: "Odd".into(),
        outcome: None,
        branch: None,
        flaky: false,
        standing: match status {
            "open" => Standing::Open,
            "acknowledged" => Standing::Acknowledged,
            _ => Standing::Settled,
        },
        status,
        count,
        snoozed_until: None,
    }
}

fn run(number: u128, outcome: Outcome) -> Finding {
    let standing = match outcome {
        Outcome::Passed => Standing::Settled,
        _ => Standing::Open,
    };
    Finding {
        key: Key::Run(RunId(Uuid::from_u128(number))),
        kind: Kind::SuiteRun,
        outcome: Some(outcome),
        standing,
        status: outcome.as_str(),
        ..defect(number, 1, "open")
    }
}

/// Plays news to a rule whose place is always free. What is told is one word per piece of news.
fn play(rule: &Rule, news: Vec<(Finding, What)>) -> Vec<&'static str> {
    let mut watched: Option<Watched> = None;
    let mut told = Vec::new();
    for (second, (finding, what)) in (0..).zip(news) {
        let now = start() + TimeDelta::seconds(second);
        let mut decision = decide(rule, watched.take(), &finding, what, now);
        told.push(match &decision.tell {
            None => "-",
            Some(Tell::New(_)) => "new",
            Some(Tell::Line(..)) => "line",
            Some(Tell::Edit(_)) => "edit",
        });
        if matches!(decision.tell, Some(Tell::New(_))) {
            decision.watched.told(ToldBy::Card, now);
        }
        watched = Some(decision.watched);
    }
    told
}

#[test]
fn the_life_of_a_defect_is_told_once_each() {
    use What::{New, Reopened, Repeated, StatusChanged};
    let open = |count| defect(1, count, "open");
    let life = vec![
        (open(1), New),
        (open(9), Repeated),
        (defect(1, 9, "acknowledged"), StatusChanged),
        (defect(1, 9, "fixed"), StatusChanged),
        (defect(1, 9, "wont_fix"), StatusChanged),
        (defect(1, 10, "wont_fix"), Repeated),
        (open(11), Reopened),
        (open(12), Repeated),
    ];
    let told = ["new", "edit", "edit", "line", "-", "-", "new", "edit"];
    assert_eq!(play(&rule(""), life), told);
}

#[test]
fn it_must_be_seen_in_a_row() {
    use What::{New, Reopened, Repeated, StatusChanged};
    let three = rule(r#","in_a_row":3"#);
    let news = vec![
        (defect(1, 2, "open"), New),
        (defect(1, 2, "fixed"), StatusChanged),
        (defect(1, 3, "open"), Reopened),
        (defect(1, 4, "open"), Repeated),
        (defect(1, 5, "open"), Repeated),
        (defect(1, 6, "open"), Repeated),
    ];
    assert_eq!(play(&three, news), ["-", "-", "-", "-", "new", "edit"]);
}

#[test]
fn a_row_of_failing_runs_is_one_thing() {
    use Outcome::{Empty, Failed, Passed};
    let runs = |outcomes: &[Outcome]| {
        let runs = (1..).zip(outcomes);
        runs.map(|(number, outcome)| (run(number, *outcome), What::Reported))
            .collect::<Vec<_>>()
    };
    let all = [Passed, Failed, Failed, Empty, Passed, Passed, Failed];
    let told = ["-", "new", "edit", "edit", "line", "-", "new"];
    assert_eq!(play(&rule(""), runs(&all)), told);
    let passed = decide(&rule(""), None, &run(1, Passed), What::Reported, start());
    assert_eq!(passed.watched.verdict, Verdict::NotTold);
    assert_eq!(
        passed.watched.why,
        "The run passed; there is nothing to tell."
    );
    let two = rule(r#","in_a_row":2"#);
    let twice = runs(&[Failed, Passed, Failed, Failed, Passed]);
    assert_eq!(play(&two, twice), ["-", "-", "-", "new", "line"]);
}

#[test]
fn every_run_is_told_only_where_somebody_wants_that() {
    let mut every = rule(r#","state_changes_only":false"#);
    every.when.outcomes = vec![Outcome::Passed, Outcome::Failed];
    let passed = run(7, Outcome::Passed);
    let decision = decide(&every, None, &passed, What::Reported, start());
    let card = CardSubject::Run(RunId(Uuid::from_u128(7)));
    assert_eq!(decision.tell, Some(Tell::New(card)));
    let empty = run(8, Outcome::Empty);
    let decision = decide(&every, None, &empty, What::Reported, start());
    assert_eq!(decision.tell, None);
}

#[test]
fn what_is_snoozed_waits_and_what_is_acknowledged_needs_no_telling() {
    let mut finding = defect(1, 1, "open");
    finding.snoozed_until = Some(start() + TimeDelta::hours(1));
    let decision = decide(&rule(""), None, &finding, What::New, start());
    assert_eq!(decision.tell, None);
    assert_eq!(decision.watched.verdict, Verdict::Held);
    assert_eq!(decision.watched.due_at, finding.snoozed_until);
    finding.snoozed_until = None;
    let known = Some(decision.watched);
    let decision = decide(&rule(""), known, &finding, What::StatusChanged, start());
    assert!(matches!(decision.tell, Some(Tell::New(_))));
    let finding = defect(1, 1, "acknowledged");
    let decision = decide(&rule(""), None, &finding, What::New, start());
    assert_eq!(decision.watched.verdict, Verdict::NotTold);
}

#[test]
fn the_nth_sighting_in_a_row_becomes_a_ticket_once() {
    let json = r#"{"name":"t","ticket":{"after":3,"plan":{"project":"OPS"}}}"#;
    let rule: Rule = serde_json::from_str(json).unwrap();
    let now = start();
    let second = decide(&rule, None, &defect(1, 2, "open"), What::New, now);
    assert!(!second.ticket);
    let finding = defect(1, 3, "open");
    let mut third = decide(&rule, Some(second.watched), &finding, What::Repeated, now);
    assert!(third.ticket && third.tell.is_none());
    third.watched.ticket = Some(TicketState::Wanted);
    let finding = defect(1, 4, "open");
    let fourth = decide(&rule, Some(third.watched), &finding, What::Repeated, now);
    assert!(!fourth.ticket);
}

#[test]
fn reminders_end_when_somebody_is_at_it() {
    let mut watched = Watched::new(start());
    watched.told(ToldBy::Card, start());
    let later = start() + TimeDelta::hours(4);
    let line = remind(&watched, &defect(1, 9, "open"), later);
    assert_eq!(
        line.as_deref(),
        Some("Still open after 4 hours, seen 9 times.")
    );
    assert_eq!(remind(&watched, &defect(1, 9, "acknowledged"), later), None);
    let mut snoozed = defect(1, 9, "open");
    snoozed.snoozed_until = Some(later + TimeDelta::hours(1));
    assert_eq!(remind(&watched, &snoozed, later), None);
}

/// One place and its rules, as the judge plays them.
struct Street {
    rules: Vec<Rule>,
    gate: Gate,
    watched: BTreeMap<(usize, u128), Watched>,
    messages: Vec<DateTime<Utc>>,
    digests: Vec<DateTime<Utc>>,
}

impl Street {
    fn news(&mut self, finding: &Finding, number: u128, what: What, now: DateTime<Utc>) {
        for (place, rule) in self.rules.iter().enumerate() {
            let known = self.watched.remove(&(place, number));
            let mut decision = decide(rule, known, finding, what, now);
            let notify = rule.notify.as_ref().unwrap();
            if let Some(Tell::New(_)) = decision.tell {
                if let Some((until, why)) = self.gate.closed(notify, now) {
                    decision.watched.hold(until, why, now);
                } else {
                    self.gate.last_message = Some(now);
                    self.messages.push(now);
                    decision.watched.told(ToldBy::Card, now);
                }
            }
            self.watched.insert((place, number), decision.watched);
        }
    }

    fn flush(&mut self, now: DateTime<Utc>) {
        let interval = self.rules[0].notify.as_ref().unwrap().interval.length();
        let mut due: Vec<&mut Watched> = self.watched.values_mut().collect();
        due.retain(|one| one.held_since.is_some() && one.due_at.is_some_and(|at| at <= now));
        let by = match self.gate.flush(due.len() as u64, interval, now) {
            _ if due.is_empty() => return,
            Flush::Card => {
                self.gate.last_message = Some(now);
                self.messages.push(now);
                ToldBy::Card
            }
            Flush::Digest => {
                self.gate.last_digest = Some(now);
                self.digests.push(now);
                ToldBy::Digest
            }
            Flush::Later(_) => return,
        };
        for one in due {
            one.told(by, now);
        }
    }
}

fn are_apart(times: &[DateTime<Utc>], interval: TimeDelta) -> bool {
    times.windows(2).all(|pair| pair[1] - pair[0] >= interval)
}

proptest! {
    #[test]
    fn a_storm_is_one_message_and_one_digest_per_interval_and_nothing_is_lost(
        steps in prop::collection::vec((0_i64..90, 0_u128..12, 0_u8..6), 1..400),
        wait in 0_u32..120,
        minutes in 1_u32..10,
    ) {
        let notify = format!(r#","interval":"{minutes}m","group_wait":"{wait}s""#);
        let mut street = Street {
            rules: vec![rule(&notify), rule(&notify)],
            gate: Gate::default(),
            watched: BTreeMap::new(),
            messages: Vec::new(),
            digests: Vec::new(),
        };
        let mut now = start();
        let mut counts: BTreeMap<u128, (i64, &'static str)> = BTreeMap::new();
        for (seconds, number, what) in steps {
            now += TimeDelta::seconds(seconds);
            let (count, status) = counts.entry(number).or_insert((0, "new"));
            let (what, is) = match (what, *status) {
                (_, "new") => (What::New, "open"),
                (0, "open") => (What::StatusChanged, "fixed"),
                (1, "open") => (What::StatusChanged, "acknowledged"),
                (_, "fixed") => (What::Reopened, "open"),
                (_, status) => (What::Repeated, status),
            };
            *count += i64::from(what != What::StatusChanged);
            *status = is;
            street.news(&defect(number, *count, is), number, what, now);
            street.flush(now);
        }
        let interval = TimeDelta::minutes(i64::from(minutes));
        prop_assert!(are_apart(&street.messages, interval));
        prop_assert!(are_apart(&street.digests, interval));
        // Whatever is open and unacknowledged is known, or waits for a digest that comes.
        street.flush(now + interval * 3);
        for ((_, number), watched) in &street.watched {
            if counts[number].1 == "open" {
                prop_assert!(watched.is_told_open(), "{number}: {watched:?}");
            } else {
                prop_assert!(watched.told.is_some() || !watched.why.is_empty(), "{watched:?}");
            }
        }
    }
}
