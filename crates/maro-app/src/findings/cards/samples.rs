//! Samples of the cards of findings, for validators that are not ours.

use chrono::{DateTime, TimeDelta, Utc};
use maro_core::actor::Actor;
use maro_core::findings::{
    CardSubject, CaseName, Defect, DefectStatus, Digest, DigestLine, FailedCase, FailureKind,
    FindingKind, Outcome, Place, RunContext, Severity, Sighting, SuiteRun, Totals,
};
use maro_core::ids::{RunId, StartId};
use maro_core::suite_starts::{StartState, SuiteStart};
use uuid::Uuid;

use super::run::Episode;
use super::{Look, defect, digest, run, start};
use crate::App;
use crate::slack::cards::Card;

const HOSTILE: &str =
    "<!channel> <@U1> @here *bold* ``` & <https://evil.example|https://good.example>";

/// One card of every kind, the hostile and the huge among them.
pub(crate) fn samples(app: &App) -> Vec<(&'static str, Card)> {
    let now = app.now();
    let plain = sample("Login fails on Safari", "expected 200 but was 500", now);
    let huge = sample(&HOSTILE.repeat(3), &HOSTILE.repeat(300), now);
    let settled = Defect {
        status: DefectStatus::Fixed,
        count: 12,
        regressions: 2,
        jira_issue_key: Some("SCRUM-1".into()),
        jira_issue_url: Some("https://acme.atlassian.net/browse/SCRUM-1".into()),
        jira_status: Some("Done".into()),
        ..plain.clone()
    };
    let failed = sample_run("nightly", Outcome::Failed, now);
    let hostile = sample_run(HOSTILE, Outcome::Failed, now);
    let failures = vec![failure("checkout"), failure(&HOSTILE.repeat(9))];
    let passed = sample_run("nightly", Outcome::Passed, now);
    let lasting = Episode::of(vec![failed.clone(), hostile.clone()]);
    let over = Episode::of(vec![failed.clone(), passed.clone()]);
    let subject = CardSubject::Run(failed.id);
    let of_episode = |episode: Option<Episode>, failures: &[FailedCase]| {
        episode.map(|episode| run::episode(app, &subject, &episode, failures, Look::App))
    };
    let start = |state, note: &str, run| start::card(app, &sample_start(state, note, now), run);
    let mut cards = vec![
        ("finding", defect::card(app, &plain, None, Look::App)),
        (
            "finding_webhook",
            defect::card(app, &plain, None, Look::Webhook),
        ),
        ("finding_hostile", defect::card(app, &huge, None, Look::App)),
        (
            "finding_settled",
            defect::card(app, &settled, None, Look::App),
        ),
        ("run_failed", run::card(app, &failed, &failures, Look::App)),
        (
            "run_hostile",
            run::card(app, &hostile, &failures, Look::Webhook),
        ),
        ("run_passed", run::card(app, &passed, &[], Look::App)),
        ("start", start(StartState::Wanted, "", None)),
        (
            "start_hostile",
            start(StartState::Failed, &HOSTILE.repeat(5), Some(&hostile)),
        ),
        (
            "digest",
            digest::card(app, &sample_digest("Login fails", 3, now)),
        ),
        (
            "digest_hostile",
            digest::card(app, &sample_digest(&HOSTILE.repeat(9), 30, now)),
        ),
    ];
    let episodes = [
        ("episode", of_episode(lasting, &failures)),
        ("episode_over", of_episode(over, &[])),
    ];
    cards.extend(
        episodes
            .into_iter()
            .filter_map(|(name, card)| Some((name, card?))),
    );
    cards
}

fn sample(title: &str, actual: &str, now: DateTime<Utc>) -> Defect {
    Sighting {
        kind: FindingKind::Defect,
        fingerprint: None,
        title: title.to_owned(),
        severity: Severity::Critical,
        description: String::new(),
        steps: String::new(),
        expected: String::new(),
        actual: actual.to_owned(),
        source: "nightly".to_owned(),
        run: None,
    }
    .into_defect(Uuid::nil(), &Actor::System, now)
}

fn sample_run(suite: &str, outcome: Outcome, now: DateTime<Utc>) -> SuiteRun {
    SuiteRun {
        id: RunId(Uuid::nil()),
        suite: suite.to_owned(),
        outcome,
        totals: Totals {
            tests: 40,
            passed: 37,
            failed: 3,
            ..Totals::default()
        },
        duration_ms: 12_000,
        started_at: None,
        reported_at: now,
        reporter: Actor::System,
        context: RunContext {
            branch: Some("main".into()),
            environment: Some("staging".into()),
            url: Some("https://ci.example.com/builds/7".into()),
            ..RunContext::default()
        },
        left_out: 0,
    }
}

fn sample_start(state: StartState, note: &str, now: DateTime<Utc>) -> SuiteStart {
    SuiteStart {
        id: StartId(Uuid::nil()),
        suite: HOSTILE.to_owned(),
        state,
        asked_by: Actor::System,
        place: Place::Webhook,
        asked_at: now,
        began_at: None,
        ended_at: None,
        note: note.to_owned(),
        run: None,
    }
}

fn failure(name: &str) -> FailedCase {
    FailedCase {
        case: CaseName {
            class_name: "Shop".into(),
            name: name.to_owned(),
            ..CaseName::default()
        },
        kind: FailureKind::Failure,
        failure_type: None,
        message: String::new(),
        details: String::new(),
        flaky: false,
        defect: None,
    }
}

fn sample_digest(title: &str, lines: u64, now: DateTime<Utc>) -> Digest {
    let line = |_| DigestLine {
        subject: CardSubject::Run(RunId(Uuid::nil())),
        title: title.to_owned(),
        severity: Some(Severity::High),
        count: 7,
    };
    Digest {
        rule: "everything to #alerts".into(),
        from: now - TimeDelta::minutes(10),
        to: now,
        total: 1_000,
        severities: vec![(Severity::Critical, 1), (Severity::High, 999)],
        top: (0..lines).map(line).collect(),
        more: 1_000 - lines,
    }
}

#[cfg(test)]
mod tests {
    use super::super::run::Episode;
    use super::*;

    #[test]
    fn an_episode_ends_with_the_first_run_that_passes() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        let run = |outcome| sample_run("s", outcome, now);
        let runs = [
            Outcome::Failed,
            Outcome::Empty,
            Outcome::Passed,
            Outcome::Failed,
        ];
        let episode = Episode::of(runs.map(run).to_vec()).unwrap();
        assert_eq!(episode.count, 2);
        assert_eq!(episode.last.outcome, Outcome::Empty);
        assert!(episode.end.is_some());
        assert!(Episode::of(Vec::new()).is_none());
    }
}
