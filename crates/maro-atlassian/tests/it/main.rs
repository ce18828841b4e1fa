//! Tests through real HTTP, against the official schema and against recorded deliveries.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod adf_schema;
mod confluence;
mod create_issue;
mod credentials;
mod hostile_markdown;
mod mcp;
mod reads;
mod request_shapes;
mod sandbox;
mod services;
mod support;
mod webhooks;
mod writers;
