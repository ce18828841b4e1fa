//! Rules at work: what was found is judged, told, gathered in digests, and made tickets.
//!
//! The judge takes news of findings away in the transaction of what follows from it, so each piece
//! counts once, whatever crashes. What is due by the clock (digests, reminders, tickets of the next
//! hour) has its own short transactions. What to decide is in [`maro_core::rules`].
//!
//! **Invariants:** intake never waits for a rule. A rule that cannot do what it says holds what it
//! wants, says why, and stops no other.

mod bench;
mod channel;
mod dry_run;
mod error;
mod examine;
mod file;
mod file_on_disk;
mod flush;
mod gates;
mod judge;
mod place;
mod remind;
mod save;
mod seen;
mod starters;
mod text;
mod tickets;
mod try_out;
mod why;

pub use dry_run::{MOST_FINDINGS, dry_run};
pub use error::RuleError;
pub(crate) use examine::examine_all;
pub use file::{FileError, check_file, take_file};
pub(crate) use file_on_disk::{FileOnDisk, read_again};
pub use file_on_disk::{file_fault, take_configured_file};
pub(crate) use flush::flush;
pub(crate) use judge::judge;
pub(crate) use remind::remind;
pub use save::{Saved, all, delete, one, save};
pub use starters::starters;
pub use text::{TextError, read, write};
pub(crate) use tickets::{make_waiting, tickets_are_due};
pub use try_out::{TriedOut, try_out};
pub use why::{Reason, recent, why};
