//! Reading JUnit XML: any of its dialects, as a stream, in constant memory.
//!
//! There is no standard. What holds everywhere: cases are in suites, a case without a mark passed,
//! and marks are `failure`, `error` and `skipped`. Beyond that we know reruns (`rerunFailure`,
//! `flakyFailure` as Maven Surefire writes them, or the same case twice), cases that were disabled by
//! an attribute, suites in suites, and a lone suite as root. Unknown elements are passed over.
//!
//! **Invariants:** no entity is ever expanded but those of XML itself; a file that is not well-formed
//! to its end counts nothing, and the error names the place.

mod case;
mod decode;
mod read;
mod strain;
mod text;

use std::io::{self, Read};

use super::Report;

/// Why a file could not be read as a report.
#[derive(Debug, thiserror::Error)]
pub enum JunitError {
    /// Not XML, or cut off.
    #[error("not well-formed at line {line}, column {column}: {what}")]
    Malformed {
        /// From 1.
        line: u64,
        /// From 1.
        column: u64,
        /// What is wrong there.
        what: String,
    },
    /// XML, but something else.
    #[error("not a JUnit report: it begins with <{0}>, not with <testsuites> or <testsuite>")]
    OtherRoot(String),
    /// Nothing in it.
    #[error("empty")]
    Empty,
    /// It declares entities. Reports have none; attacks do.
    #[error("refused: it declares entities, which no report needs")]
    Entities,
    /// Elements in elements without end.
    #[error("refused: its elements are nested more than {0} deep")]
    TooDeep(usize),
    /// The file could not be read.
    #[error("not readable")]
    Io(#[source] io::Error),
}

/// Reads one file into a report, which may hold other files of the same run already.
///
/// After an error the report holds parts of the file and must not be used.
pub fn read_into(report: &mut Report, source: impl Read) -> Result<(), JunitError> {
    read::Reading::new(report, source)?.finish()
}

#[cfg(test)]
mod tests;
