//! Confluence through an MCP server, with the words of [`crate::confluence`]; one file per call.
//!
//! Texts are Markdown: the servers convert it themselves, and it is what all of them take. A page that
//! is changed by Markdown loses macros that somebody put in, so only pages that Maro made are.

mod create_page;
mod failure;
mod page;
mod search_pages;
mod update_page;
