//! Who is asking: web sessions by cookie, API tokens by header, and what each may do.
//!
//! A handler names what it needs in its arguments ([`AtLeast`] for pages, [`Scoped`] for the API)
//! and cannot be reached without it. Passwords and token hashes are `maro_app`'s trade.

mod address;
mod cookie;
mod flash;
mod role;
mod scope;
mod seal;
mod web_session;

pub(crate) use address::Origin;
pub(crate) use flash::{carry, show_once};
pub(crate) use role::{AdminRole, ApproverRole, AtLeast, MemberRole, ViewerRole};
pub(crate) use scope::{
    ApprovalsWrite, AuditRead, DraftsWrite, FindingsRead, FindingsWrite, IntegrationsRead,
    IntegrationsWrite, OutboxWrite, Read, RulesRead, RulesWrite, Scoped, TrackingWrite,
};
pub(crate) use web_session::{WebSession, end, find, oauth_caller, start};
