//! The card of a suite that somebody asked to start: its progress, and the run that came of it.

use maro_core::findings::{CardSubject, SuiteRun};
use maro_core::suite_starts::{StartState, SuiteStart};
use maro_slack::mrkdwn::{from_user, preformatted};

use super::defect::moment;
use super::{line, run};
use crate::App;
use crate::slack::cards::{Card, paragraph, small, title, who};

/// The card of a start as it is now.
pub(super) fn card(app: &App, start: &SuiteStart, reported: Option<&SuiteRun>) -> Card {
    let (icon, word) = state(start.state);
    let head = format!(
        "{icon} *Suite run {word}* · asked for by {} at {}",
        who(&start.asked_by),
        moment(start.asked_at)
    );
    let mut blocks = vec![small(&head), title(&start.suite)];
    if !start.note.is_empty() {
        blocks.push(paragraph(&preformatted(&start.note)));
    }
    if let Some(reported) = reported {
        let subject = CardSubject::Run(reported.id);
        let result = line::named(app, &subject, "The result");
        blocks.push(paragraph(&format!("{result}: {}", run::totals(reported))));
    }
    Card::new(&format!("{}: {word}", from_user(&start.suite)), blocks)
}

fn state(state: StartState) -> (&'static str, &'static str) {
    match state {
        StartState::Wanted => (":hourglass_flowing_sand:", "is about to begin"),
        StartState::Running => (":hourglass_flowing_sand:", "at work"),
        StartState::Finished => (":checkered_flag:", "done"),
        StartState::Failed => (":x:", "did not work"),
        StartState::Lost => (":grey_question:", "lost"),
    }
}
