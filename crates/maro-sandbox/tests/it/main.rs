//! The sandbox, driven through its own HTTP.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on may panic")]

mod atlassian_consent;
mod atlassian_gateway;
mod atlassian_support;
mod atlassian_tokens;
mod confluence_support;
mod confluence_v1;
mod confluence_v2;
mod jira_additions;
mod jira_data_center;
mod jira_dynamic_webhooks;
mod jira_http;
mod jira_issues;
mod jira_search;
mod jira_shapes;
mod jira_support;
mod jira_webhooks;
mod mcp_quirks;
mod mcp_rovo;
mod mcp_sooperset;
mod mcp_support;
mod mcp_transport;
mod page;
mod slack_api;
mod slack_app;
mod slack_deliveries;
mod slack_faults;
mod slack_install;
mod slack_removal;
mod slack_socket;
mod slack_tokens;
mod slack_views;
mod slack_webhooks;
mod socket_client;
mod support;
