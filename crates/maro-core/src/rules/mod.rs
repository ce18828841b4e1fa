//! Rules: who hears of which finding, and which finding becomes a ticket.
//!
//! A [`Rule`] is what people write. [`decide()`] says what one piece of news means for one rule;
//! [`Gate`] says whether a place may be told now or what is to be told waits for a digest. Both are
//! pure: what was decided before is handed in, and what is remembered comes out.
//!
//! **Invariants:** a place gets at most one message and one digest per interval. What a rule matches
//! is told, held for a digest, or has a [`Verdict`] that says why not.

mod check;
mod decide;
mod finding;
mod gate;
mod pause;
mod quiet;
mod rehearse;
mod rule;
mod watched;
mod words;

pub use check::RuleFault;
pub use decide::{Decision, Tell, decide, remind};
pub use finding::{Finding, Key, Standing, mismatch};
pub use gate::{Flush, Gate};
pub use pause::Pause;
pub use quiet::QuietHours;
pub use rehearse::{Rehearsed, Would, rehearse};
pub use rule::{Destination, Kind, Match, Notify, Rule, TicketRule};
pub use watched::{Told, Watched};
pub use words::{Origin, RuleState, TicketState, ToldBy, Verdict};

#[cfg(test)]
mod tests;
