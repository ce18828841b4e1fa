//! Flakiness over a window: the last results of a case, and whether they say that it is flaky.
//!
//! A case is flaky when it failed and passed in one run, when it failed and passed on the same
//! revision, or when it changed its mind [`MOST_FLIPS`] times. Results are compared with those of the
//! same place only: a branch that fails beside one that passes is no flake.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use sha2::{Digest as _, Sha256};

use super::RunContext;

/// How many results of a case are remembered.
pub const WINDOW: usize = 20;
/// How often a case may change between passing and failing before it is called flaky. Breaking and
/// being repaired twice is less.
const MOST_FLIPS: usize = 4;

/// How a case ended in one run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseResult {
    /// It passed.
    Passed,
    /// It failed.
    Failed,
    /// It failed and passed in the same run.
    Both,
}

impl CaseResult {
    fn letter(self) -> char {
        match self {
            Self::Passed => 'p',
            Self::Failed => 'f',
            Self::Both => 'b',
        }
    }
}

/// Where and on what a run took place, as a number each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand {
    place: u32,
    revision: Option<u32>,
}

impl Stand {
    /// The stand of a run.
    #[must_use]
    pub fn of(context: &RunContext) -> Self {
        let branch = context.branch.as_deref().unwrap_or_default();
        let environment = context.environment.as_deref().unwrap_or_default();
        Self {
            place: number(&[branch, environment]),
            revision: context.revision.as_deref().map(|one| number(&[one])),
        }
    }
}

fn number(parts: &[&str]) -> u32 {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let hash: [u8; 32] = hash.finalize().into();
    u32::from_be_bytes([hash[0], hash[1], hash[2], hash[3]])
}

/// The last results of one case, oldest first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CaseHistory(Vec<(CaseResult, Stand)>);

impl CaseHistory {
    /// Adds a result; the oldest goes when there are too many.
    pub fn push(&mut self, result: CaseResult, stand: Stand) {
        if self.0.len() >= WINDOW {
            self.0.drain(..=self.0.len() - WINDOW);
        }
        self.0.push((result, stand));
    }

    /// Whether the results say that the case is flaky.
    #[must_use]
    pub fn is_flaky(&self) -> bool {
        let mut last: HashMap<u32, CaseResult> = HashMap::new();
        let mut on: HashMap<(u32, u32), CaseResult> = HashMap::new();
        let mut flips = 0;
        for (result, stand) in &self.0 {
            if *result == CaseResult::Both {
                return true;
            }
            if let Some(revision) = stand.revision
                && on
                    .insert((stand.place, revision), *result)
                    .is_some_and(|one| one != *result)
            {
                return true;
            }
            if last
                .insert(stand.place, *result)
                .is_some_and(|one| one != *result)
            {
                flips += 1;
            }
        }
        flips >= MOST_FLIPS
    }

    /// Whether there is nothing left to remember: everything in the window passed.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        self.0.len() >= WINDOW && self.0.iter().all(|(one, _)| *one == CaseResult::Passed)
    }
}

/// One letter, eight digits and eight digits or dashes for each result.
impl fmt::Display for CaseHistory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (result, stand) in &self.0 {
            write!(f, "{}{:08x}", result.letter(), stand.place)?;
            match stand.revision {
                Some(revision) => write!(f, "{revision:08x}")?,
                None => f.write_str("--------")?,
            }
        }
        Ok(())
    }
}

/// The text is no history.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no history of a case")]
pub struct ParseHistoryError;

const LETTERS_OF_ONE: usize = 17;

impl FromStr for CaseHistory {
    type Err = ParseHistoryError;

    fn from_str(text: &str) -> Result<Self, ParseHistoryError> {
        if !text.is_ascii() {
            return Err(ParseHistoryError);
        }
        let results = text.as_bytes().chunks(LETTERS_OF_ONE).map(|one| {
            let one = std::str::from_utf8(one).ok()?;
            let result = match one.get(..1)? {
                "p" => CaseResult::Passed,
                "f" => CaseResult::Failed,
                "b" => CaseResult::Both,
                _ => return None,
            };
            let revision = match one.get(9..LETTERS_OF_ONE)? {
                "--------" => None,
                digits => Some(u32::from_str_radix(digits, 16).ok()?),
            };
            let place = u32::from_str_radix(one.get(1..9)?, 16).ok()?;
            Some((result, Stand { place, revision }))
        });
        let results: Option<Vec<_>> = results.collect();
        results.map(Self).ok_or(ParseHistoryError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stand(branch: &str, revision: Option<&str>) -> Stand {
        Stand::of(&RunContext {
            branch: Some(branch.to_owned()),
            revision: revision.map(str::to_owned),
            ..RunContext::default()
        })
    }

    /// Results on one branch, each on a revision of its own.
    fn history(letters: &str) -> CaseHistory {
        let mut history = CaseHistory::default();
        for (number, letter) in letters.chars().enumerate() {
            let result = match letter {
                'p' => CaseResult::Passed,
                'f' => CaseResult::Failed,
                _ => CaseResult::Both,
            };
            history.push(result, stand("main", Some(&number.to_string())));
        }
        history
    }

    #[test]
    fn changing_often_is_flaky_and_breaking_is_not() {
        for (letters, flaky) in [
            ("", false),
            ("ffffffff", false),
            ("ppffffpp", false),
            ("fpfp", false),
            ("fpfpf", true),
            ("fppppffffpppffffpp", true),
            ("b", true),
            ("pppb", true),
        ] {
            assert_eq!(history(letters).is_flaky(), flaky, "{letters}");
        }
    }

    #[test]
    fn both_results_on_one_revision_are_flaky_in_one_place_only() {
        let results = |branches: [&str; 2], revision| {
            let mut history = CaseHistory::default();
            history.push(CaseResult::Failed, stand(branches[0], revision));
            history.push(CaseResult::Passed, stand(branches[1], revision));
            history.is_flaky()
        };
        assert!(results(["main", "main"], Some("abc")));
        assert!(!results(["main", "main"], None));
        assert!(!results(["main", "other"], Some("abc")));
    }

    #[test]
    fn what_is_long_ago_is_forgotten() {
        let mut history = history("fpfpf");
        for number in 0..WINDOW {
            assert!(!history.is_clean());
            history.push(
                CaseResult::Passed,
                stand("main", Some(&format!("r{number}"))),
            );
        }
        assert!(!history.is_flaky());
        assert!(history.is_clean());
        assert_eq!(history.0.len(), WINDOW);
    }

    #[test]
    fn a_history_reads_back_and_other_text_does_not() {
        let mut history = history("pfb");
        history.push(CaseResult::Failed, stand("main", None));
        assert_eq!(history.to_string().parse(), Ok(history));
        for bad in ["x", "p", "p0000000g--------", "pä"] {
            assert_eq!(bad.parse::<CaseHistory>(), Err(ParseHistoryError), "{bad}");
        }
    }
}
