//! What the checks found, line by line, and how many of them failed.

use std::process::ExitCode;

use chrono::TimeDelta;
use maro_app::connections::check::{Finding, Verdict};

/// What the checks found.
#[derive(Default)]
pub(super) struct Report {
    failures: usize,
}

impl Report {
    /// Something does not work.
    pub(super) fn bad(&mut self, what: &str, next: &str) {
        self.failures += 1;
        println!("FAIL  {what}\n      → {next}");
    }

    /// A finding of trying an integration out.
    pub(super) fn add(&mut self, name: &str, finding: &Finding) {
        let what = format!("{name}: {}", finding.what);
        match finding.verdict {
            Verdict::Good => good(&what),
            Verdict::Note => note(&what),
            Verdict::Bad => self.bad(&what, finding.next.as_deref().unwrap_or("look at its page")),
        }
    }

    /// The last line, and how the process ends.
    pub(super) fn finish(&self) -> ExitCode {
        if self.failures == 0 {
            println!("Everything that is configured works.");
            return ExitCode::SUCCESS;
        }
        println!("{} of the checks failed.", self.failures);
        ExitCode::FAILURE
    }
}

/// Something works.
pub(super) fn good(what: &str) {
    println!("ok    {what}");
}

/// Something is worth knowing.
pub(super) fn note(what: &str) {
    println!("note  {what}");
}

/// How long ago something was, in the largest unit that is not nought.
pub(super) fn ago(time: TimeDelta) -> String {
    let units = [
        (time.num_days(), "day"),
        (time.num_hours(), "hour"),
        (time.num_minutes(), "minute"),
    ];
    let largest = units.into_iter().find(|(number, _)| *number > 0);
    match largest {
        Some((1, unit)) => format!("1 {unit} ago"),
        Some((number, unit)) => format!("{number} {unit}s ago"),
        None => "just now".to_owned(),
    }
}
