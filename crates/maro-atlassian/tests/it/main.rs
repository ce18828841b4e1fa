//! Tests through real HTTP, against the official schema and against recorded deliveries.

mod adf_schema;
mod confluence;
mod create_issue;
mod credentials;
mod hostile_markdown;
mod mcp;
mod reads;
mod services;
mod support;
mod webhooks;
mod writers;
