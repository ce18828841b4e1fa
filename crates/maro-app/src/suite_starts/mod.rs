//! Starting suites that people ask for: by runners that the operator allowed, and by no other way.
//!
//! What somebody types is compared with the names of those runners and goes nowhere else. A start is a
//! row; one of a suite is alive, whichever instance was asked. A start is begun at most once: whoever
//! stops in the middle leaves one that is lost, and a person decides whether to ask again.

mod ask;
mod begin;
mod command;
mod http;
mod report;
mod says;
mod watch;

pub(crate) use ask::ask;
pub(crate) use begin::begin;
pub use http::{SIGNATURE, TIMESTAMP};
pub use says::{Heard, RunnerSays, runner_says};
pub(crate) use watch::watch;
