//! Tickets of findings: what a defect becomes in Jira, by a plan that a rule or a person brings.
//!
//! A [`TicketPlan`] says which project, which issue type and how each field is filled. It is checked
//! against what the create screen takes ([`problems`]) before anything is sent, and [`compose()`] makes
//! the fields of one defect. Nothing here sends: a composed ticket goes through the ledger.
//!
//! **Invariant:** what is composed has no problem that the screen could have told.

mod body;
mod compose;
mod facts;
mod link;
mod plan;
mod priority;
mod screen;

pub use body::sections;
pub use compose::{Composed, compose, problems};
pub use facts::{Facts, FindingField};
pub use link::{LinkState, session_of, ticket_of};
pub use plan::{FieldProblem, FieldValue, TicketPlan};
pub use priority::priority_for;
pub use screen::{Choice, FieldKind, Screen, ScreenField, Shaped};
