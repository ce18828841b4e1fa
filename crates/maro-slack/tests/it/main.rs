//! Tests through the crate's public face: real HTTP, real payloads, whole messages.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod blocks;
mod client;
mod fixtures;
mod limits;
mod oauth;
mod payloads;
mod sockets;
mod support;
