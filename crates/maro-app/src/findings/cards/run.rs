//! The cards of runs: of one run, and of a row of failing ones.

use maro_core::findings::{CardSubject, CaseName, FailedCase, Outcome, SuiteRun};
use maro_core::text::clip;
use maro_slack::blocks::Block;
use maro_slack::mrkdwn::{from_user, link};

use super::defect::moment;
use super::render::{MOST_RUNS, open, row};
use super::{Look, line};
use crate::App;
use crate::slack::cards::{Card, paragraph, small, title};

const LONGEST_NAME: usize = 110;

/// A row of runs that did not pass, and the one that ended it.
#[derive(Debug, Clone)]
pub(super) struct Episode {
    pub(super) first: SuiteRun,
    /// The last that did not pass.
    pub(super) last: SuiteRun,
    /// How many did not pass.
    pub(super) count: u64,
    /// The first that passed after them.
    pub(super) end: Option<SuiteRun>,
}

impl Episode {
    /// The episode at the beginning of these runs, the oldest first. `None` without a run.
    pub(super) fn of(runs: Vec<SuiteRun>) -> Option<Self> {
        let mut runs = runs.into_iter();
        let first = runs.next()?;
        let mut episode = Self {
            last: first.clone(),
            first,
            count: 1,
            end: None,
        };
        for run in runs {
            if run.outcome == Outcome::Passed {
                episode.end = Some(run);
                break;
            }
            episode.last = run;
            episode.count += 1;
        }
        Some(episode)
    }
}

/// The card of one run.
pub(super) fn card(app: &App, run: &SuiteRun, failures: &[FailedCase], look: Look) -> Card {
    let (icon, word) = outcome(run.outcome);
    let mut blocks = vec![
        small(&format!("{icon} *Suite run {word}*{}", place(run))),
        title(&run.suite),
        paragraph(&totals(run)),
    ];
    blocks.extend(failed_cases(run, failures));
    blocks.extend(ways(app, &CardSubject::Run(run.id), run, look));
    let fallback = format!("{} {word}: {}", from_user(&run.suite), totals(run));
    Card::new(&fallback, blocks)
}

/// The card of a row of failing runs.
pub(super) fn episode(
    app: &App,
    subject: &CardSubject,
    episode: &Episode,
    failures: &[FailedCase],
    look: Look,
) -> Card {
    let (icon, standing) = standing(episode);
    let suite = &episode.first.suite;
    let mut blocks = vec![
        small(&format!("{icon} *{standing}*{}", place(&episode.last))),
        title(suite),
        paragraph(&course(episode)),
    ];
    if episode.end.is_none() {
        blocks.extend(failed_cases(&episode.last, failures));
    }
    let shown = episode.end.as_ref().unwrap_or(&episode.last);
    blocks.extend(ways(app, subject, shown, look));
    Card::new(&format!("{}: {standing}", from_user(suite)), blocks)
}

fn standing(episode: &Episode) -> (&'static str, String) {
    let runs = match episode.count {
        1 => "1 run".to_owned(),
        count if count >= MOST_RUNS => format!("{count} runs or more"),
        count => format!("{count} runs in a row"),
    };
    match episode.end {
        Some(_) => (":white_check_mark:", format!("Passes again after {runs}")),
        None => (":red_circle:", format!("Suite fails, {runs}")),
    }
}

fn course(episode: &Episode) -> String {
    let since = moment(episode.first.reported_at);
    match &episode.end {
        Some(end) => format!(
            "Failed since {since}, passed at {}: {}",
            moment(end.reported_at),
            totals(end)
        ),
        None => format!(
            "Since {since}; last at {}: {}",
            moment(episode.last.reported_at),
            totals(&episode.last)
        ),
    }
}

fn outcome(outcome: Outcome) -> (&'static str, &'static str) {
    match outcome {
        Outcome::Passed => (":white_check_mark:", "passed"),
        Outcome::Failed => (":red_circle:", "failed"),
        Outcome::Empty => (":grey_question:", "had no tests"),
    }
}

/// How the cases of a run ended.
pub(crate) fn totals(run: &SuiteRun) -> String {
    let totals = run.totals;
    let counts = [
        (totals.failed, "failed"),
        (totals.errors, "broke"),
        (totals.passed, "passed"),
        (totals.skipped, "skipped"),
        (totals.flaky, "flaky"),
    ];
    let counts: Vec<String> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    format!("{} tests: {}", totals.tests, counts.join(", "))
}

fn place(run: &SuiteRun) -> String {
    let context = &run.context;
    let parts = [&context.environment, &context.branch, &context.revision];
    let parts = parts.into_iter().flatten();
    let parts = parts.map(|part| format!(" · {}", from_user(&clip(part, 80))));
    parts.collect()
}

fn failed_cases(run: &SuiteRun, failures: &[FailedCase]) -> Option<Block> {
    if failures.is_empty() {
        return None;
    }
    let shown = failures.len() as u64;
    let mut lines: Vec<String> = failures
        .iter()
        .map(|failed| format!("• {}", from_user(&case_name(&failed.case))))
        .collect();
    let all = run.totals.failed + run.totals.errors;
    if all > shown {
        lines.push(format!("… and {} more", all - shown));
    }
    Some(paragraph(&lines.join("\n")))
}

fn case_name(case: &CaseName) -> String {
    let parts = [case.class_name.as_str(), case.name.as_str()];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    clip(&parts.join("."), LONGEST_NAME)
}

/// The ways to the page and to the build.
fn ways(app: &App, subject: &CardSubject, run: &SuiteRun, look: Look) -> Vec<Block> {
    let mut blocks = Vec::new();
    if let Some(url) = &run.context.url {
        blocks.push(small(&link(url, "The build")));
    }
    match look {
        Look::App => blocks.extend(row(open(app, subject, look))),
        Look::Webhook => blocks.push(small(&line::named(app, subject, "Open it in Maro"))),
    }
    blocks
}
