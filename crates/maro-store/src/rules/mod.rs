//! Rules, what they remember of findings, and what places were told last.
//!
//! **Invariant:** who decides what a place is told holds the row of its [`gate`], so that two
//! instances never tell more than one would.

mod due;
mod gates;
mod rows;
mod watched;

pub use due::{
    Held, held_by_rank, held_by_rule, mark_told, next_due, postpone, reminders, top_held,
    waiting_for_tickets, waiting_since,
};
pub use gates::{Quota, gate, quota, save_gate, save_quota};
pub use rows::{StoredRule, delete, find, list, save, set_state};
pub use watched::{WatchedRow, delete_before, forget_told, load, recent, save as remember};
