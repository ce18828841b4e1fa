//! The suites of the demo, and how each of their runs ends.

use std::collections::HashSet;

use maro_app::findings::NewRun;
use maro_app::model::{CaseName, FailedCase, FailureKind, Outcome, RunContext, Totals};

/// How a case behaves.
#[derive(Debug, Clone, Copy)]
enum Temper {
    /// It passes.
    Steady,
    /// It fails now and then; every other time it passes when it is run again.
    Flaky {
        /// How many of a hundred runs.
        percent: u64,
    },
    /// Something breaks it, and somebody repairs it.
    Breaks {
        /// After how many runs it happens again.
        every: u64,
        /// For how many runs.
        lasts: u64,
        /// In which run of these it begins.
        at: u64,
    },
}

/// A case.
struct Case {
    class: &'static str,
    name: &'static str,
    message: &'static str,
    temper: Temper,
}

/// A suite.
pub(super) struct Suite {
    pub(super) name: &'static str,
    pub(super) hours: i64,
    seconds: u64,
    /// Cases that always pass, beside those that are named.
    others: u64,
    cases: &'static [Case],
}

/// All suites.
pub(super) const SUITES: [Suite; 4] = [
    Suite {
        name: "checkout-api",
        hours: 6,
        seconds: 95,
        others: 180,
        cases: &[
            Case {
                class: "PaymentTest",
                name: "refunds_a_partial_payment",
                message: "expected 200 OK, but the gateway said 502 after {ms} ms",
                temper: Temper::Breaks {
                    every: 60,
                    lasts: 9,
                    at: 30,
                },
            },
            Case {
                class: "CartTest",
                name: "keeps_the_voucher_when_the_cart_changes",
                message: "voucher SPRING was gone from cart {ms}",
                temper: Temper::Breaks {
                    every: 50,
                    lasts: 4,
                    at: 12,
                },
            },
            Case {
                class: "CartTest",
                name: "adds_an_item",
                message: "",
                temper: Temper::Steady,
            },
        ],
    },
    Suite {
        name: "web-e2e",
        hours: 12,
        seconds: 640,
        others: 64,
        cases: &[
            Case {
                class: "Search",
                name: "suggests while typing",
                message: "no suggestion was shown within {ms} ms",
                temper: Temper::Flaky { percent: 35 },
            },
            Case {
                class: "Sign-in",
                name: "remembers the device",
                message: "the cookie was not set after {ms} ms",
                temper: Temper::Flaky { percent: 12 },
            },
            Case {
                class: "Checkout",
                name: "pays on Safari",
                message: "the button Pay stayed disabled for {ms} ms",
                temper: Temper::Breaks {
                    every: 40,
                    lasts: 5,
                    at: 20,
                },
            },
        ],
    },
    Suite {
        name: "voice-line",
        hours: 24,
        seconds: 310,
        others: 28,
        cases: &[Case {
            class: "Dialogue",
            name: "keeps the line open after the second question",
            message: "the caller was cut off after {ms} ms",
            temper: Temper::Breaks {
                every: 33,
                lasts: 3,
                at: 28,
            },
        }],
    },
    Suite {
        name: "billing-nightly",
        hours: 24,
        seconds: 1_450,
        others: 412,
        cases: &[Case {
            class: "InvoiceTest",
            name: "rounds_half_cents",
            message: "invoice differs by 0.01 EUR in {ms} cases",
            temper: Temper::Breaks {
                every: 45,
                lasts: 2,
                at: 10,
            },
        }],
    },
];

impl Suite {
    /// How a run ends. Runs are numbered from 0.
    pub(super) fn run(&self, number: u64) -> NewRun {
        let mut totals = Totals {
            passed: self.others,
            ..Totals::default()
        };
        let (mut failures, mut passed) = (Vec::new(), HashSet::new());
        for case in self.cases {
            match case.ending(self.name, number) {
                Ending::Passed => {
                    totals.passed += 1;
                    passed.insert(case.place().key());
                }
                Ending::PassedAgain => {
                    totals.passed += 1;
                    totals.flaky += 1;
                    failures.push(case.failed(self.name, number, true));
                }
                Ending::Failed => {
                    totals.failed += 1;
                    failures.push(case.failed(self.name, number, false));
                }
            }
        }
        totals.tests = totals.passed + totals.failed;
        NewRun {
            suite: self.name.to_owned(),
            context: self.context(number),
            outcome: Outcome::of(&totals, 0),
            totals,
            duration_ms: self.duration_ms(number),
            started_at: None,
            left_out: 0,
            failures,
            passed,
        }
    }

    fn context(&self, number: u64) -> RunContext {
        // Two runs in a row are of one revision.
        let revision = chance(&[self.name, "revision"], number / 2);
        RunContext {
            branch: Some("main".to_owned()),
            revision: Some(format!("{:07x}", revision & 0x0fff_ffff)),
            environment: Some("staging".to_owned()),
            url: Some(format!("https://ci.example.com/{}/{number}", self.name)),
        }
    }

    /// A tenth more or less, and a little longer with time.
    fn duration_ms(&self, number: u64) -> u64 {
        let base = self.seconds * 1000;
        let noise = chance(&[self.name, "duration"], number) % (base / 5);
        base * 9 / 10 + noise + number * base / 2_000
    }
}

enum Ending {
    Passed,
    PassedAgain,
    Failed,
}

impl Case {
    fn ending(&self, suite: &str, number: u64) -> Ending {
        match self.temper {
            Temper::Steady => Ending::Passed,
            Temper::Breaks { every, lasts, at } => {
                let place = number % every;
                if (at..at + lasts).contains(&place) {
                    Ending::Failed
                } else {
                    Ending::Passed
                }
            }
            Temper::Flaky { percent } => {
                let dice = chance(&[suite, self.name], number);
                match (dice % 100 < percent, dice.is_multiple_of(2)) {
                    (false, _) => Ending::Passed,
                    (true, true) => Ending::PassedAgain,
                    (true, false) => Ending::Failed,
                }
            }
        }
    }

    fn place(&self) -> CaseName {
        CaseName {
            suite: String::new(),
            class_name: self.class.to_owned(),
            name: self.name.to_owned(),
        }
    }

    fn failed(&self, suite: &str, number: u64, flaky: bool) -> FailedCase {
        let ms = 900 + chance(&[suite, self.name, "ms"], number) % 29_000;
        let message = self.message.replace("{ms}", &ms.to_string());
        let failed = FailedCase {
            case: self.place(),
            kind: FailureKind::Failure,
            failure_type: Some("AssertionError".to_owned()),
            details: format!(
                "{message}\n    at {}.{}({suite}:{})",
                self.class,
                self.name,
                ms % 400
            ),
            message,
            flaky,
            defect: None,
        };
        failed.bounded()
    }
}

/// A number that looks like chance and is always the same: FNV-1a, mixed once more.
pub(super) fn chance(of: &[&str], number: u64) -> u64 {
    let bytes = of.iter().flat_map(|part| part.bytes().chain([0]));
    let mut hash = bytes
        .chain(number.to_be_bytes())
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
    hash ^= hash >> 32;
    hash = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    hash ^ (hash >> 29)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_has_regressions_recoveries_and_flakes() {
        for suite in &SUITES {
            let runs = 30 * 24 / u64::try_from(suite.hours).unwrap();
            let outcomes: Vec<_> = (0..runs).map(|n| suite.run(n).outcome).collect();
            let failed = outcomes
                .iter()
                .filter(|one| **one == Outcome::Failed)
                .count();
            assert!(
                failed > 0 && failed * 2 < outcomes.len(),
                "{}: {failed}",
                suite.name
            );
            let recovers = |pair: &[Outcome]| pair == [Outcome::Failed, Outcome::Passed];
            let is_last = suite.name == "voice-line";
            assert_eq!(
                outcomes.windows(2).any(recovers),
                !is_last,
                "{}",
                suite.name
            );
        }
        let flaky: u64 = (0..60).map(|n| SUITES[1].run(n).totals.flaky).sum();
        assert!(flaky > 3, "{flaky}");
    }

    #[test]
    fn the_same_number_is_the_same_run() {
        let (one, other) = (SUITES[1].run(7), SUITES[1].run(7));
        assert_eq!(
            (one.failures, one.duration_ms),
            (other.failures, other.duration_ms)
        );
    }
}
