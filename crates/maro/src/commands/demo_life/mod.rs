//! The life of the demo: suites and monitors that have reported for a month, and go on reporting.
//!
//! Everything goes through the use cases that the API calls, under a clock that begins a month ago.
//! What happens depends on the number of a run alone, so every demo has the same past.

mod past;
mod present;
mod rules;
mod suites;

pub(super) use past::live_through;
pub(super) use present::go_on;
