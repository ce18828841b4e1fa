//! Answers to what people ask about findings, as text that only they see.

mod defects;
mod status;
mod why;

pub(super) use defects::defects;
pub(super) use status::status;
pub(super) use why::why;
