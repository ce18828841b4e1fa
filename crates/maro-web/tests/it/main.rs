//! Tests through the front door: the real binary, its real SQLite file, real HTTP.

#![expect(clippy::unwrap_used, reason = "a failed step of a test is its failure")]

mod api;
mod connections;
mod findings;
mod inbound;
mod openapi;
mod operators;
mod pages;
mod people;
mod sign_in;
mod support;
