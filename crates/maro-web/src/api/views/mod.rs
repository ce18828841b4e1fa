//! What the API shows: wire types, apart from the domain, so that neither binds the other.
//!
//! **Invariant:** no secret is here: no nonce of a draft, no response address, no hash of a token.

mod audit;
mod draft;
mod operation;
mod page;
mod queues;
mod session;
mod tracked;

pub(super) use audit::AuditView;
pub(super) use draft::{ContentView, DraftView};
pub(super) use operation::{OperationDetailView, OperationView};
pub(super) use page::PageView;
pub(super) use queues::{DeliveryView, MessageView};
pub(super) use session::{SessionDetailView, SessionView};
pub(super) use tracked::TrackedView;
