//! The steps of a command: what passed, what failed, what was skipped, and how long it took.

use std::time::{Duration, Instant};

/// How many checks ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Counts {
    /// One check that passed or failed.
    pub(crate) fn one(passed: bool) -> Self {
        Self {
            passed: u64::from(passed),
            failed: u64::from(!passed),
            skipped: 0,
        }
    }
}

/// Says that something failed and that everything about it was printed, the counts last.
#[derive(Debug)]
pub(crate) struct AlreadyPrinted;

impl std::error::Error for AlreadyPrinted {}

impl std::fmt::Display for AlreadyPrinted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("see above")
    }
}

/// The results of a command's steps, in order.
#[derive(Debug, Default)]
pub(crate) struct Summary {
    steps: Vec<(String, Counts, Duration)>,
}

impl Summary {
    /// Runs a step; an error counts as one failure and does not stop the steps after it.
    pub(crate) fn step(
        &mut self,
        name: &str,
        run: impl FnOnce() -> anyhow::Result<Counts>,
    ) -> bool {
        println!("\n=== {name}");
        let started = Instant::now();
        let counts = run().unwrap_or_else(|error| {
            eprintln!("{name}: {error:#}");
            Counts::one(false)
        });
        self.steps
            .push((name.to_owned(), counts, started.elapsed()));
        counts.failed == 0
    }

    fn total(&self) -> Counts {
        self.steps
            .iter()
            .fold(Counts::default(), |sum, (_, counts, _)| Counts {
                passed: sum.passed + counts.passed,
                failed: sum.failed + counts.failed,
                skipped: sum.skipped + counts.skipped,
            })
    }

    fn lines(&self) -> Vec<String> {
        let total = self.total();
        let mut lines: Vec<String> = self
            .steps
            .iter()
            .map(|(name, counts, elapsed)| {
                let mark = if counts.failed > 0 {
                    "FAIL"
                } else if counts.passed == 0 && counts.skipped > 0 {
                    "SKIP"
                } else {
                    "ok"
                };
                format!(
                    "{mark:<4}  {:>7.1} s  {:>5} passed {:>4} failed {:>4} skipped  {name}",
                    elapsed.as_secs_f64(),
                    counts.passed,
                    counts.failed,
                    counts.skipped
                )
            })
            .collect();
        let elapsed: Duration = self.steps.iter().map(|(_, _, elapsed)| *elapsed).sum();
        lines.push(format!("all steps: {:.0} s", elapsed.as_secs_f64()));
        lines.push(format!(
            "{} passed, {} failed, {} skipped",
            total.passed, total.failed, total.skipped
        ));
        lines
    }

    /// Prints every step and the total; fails when anything failed.
    pub(crate) fn finish(&self) -> anyhow::Result<()> {
        println!("\n=== summary\n{}", self.lines().join("\n"));
        match self.total().failed {
            0 => Ok(()),
            _ => Err(AlreadyPrinted.into()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_is_one_failure_and_the_next_step_still_runs() {
        let mut summary = Summary::default();
        assert!(!summary.step("broken", || anyhow::bail!("no")));
        assert!(summary.step("fine", || Ok(Counts {
            passed: 3,
            failed: 0,
            skipped: 1
        })));

        assert_eq!(
            summary.total(),
            Counts {
                passed: 3,
                failed: 1,
                skipped: 1
            }
        );
        assert_eq!(
            summary.lines().pop().unwrap(),
            "3 passed, 1 failed, 1 skipped"
        );
        assert!(summary.finish().is_err());
    }
}
