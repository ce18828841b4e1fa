//! The rows, one entity per table. They stay in this crate; others see the domain's types.

#![expect(
    unreachable_pub,
    reason = "the derived items of an entity must be as visible as its model"
)]

pub(crate) mod api_token;
pub(crate) mod approval;
pub(crate) mod audit_entry;
pub(crate) mod audit_head;
pub(crate) mod case_history;
pub(crate) mod defect;
pub(crate) mod defect_day;
pub(crate) mod defect_event;
pub(crate) mod deployment;
pub(crate) mod draft;
pub(crate) mod finding_card;
pub(crate) mod finding_link;
pub(crate) mod finding_news;
pub(crate) mod inbox;
pub(crate) mod integration_activity;
pub(crate) mod integration_config;
pub(crate) mod integration_health;
pub(crate) mod jira_operation;
pub(crate) mod lease;
pub(crate) mod oauth_app;
pub(crate) mod oauth_grant;
pub(crate) mod oauth_state;
pub(crate) mod outbox;
pub(crate) mod outbox_destination;
pub(crate) mod person;
pub(crate) mod rule;
pub(crate) mod rule_gate;
pub(crate) mod rule_quota;
pub(crate) mod rule_subject;
pub(crate) mod run_failure;
pub(crate) mod secret;
pub(crate) mod session;
pub(crate) mod sign_in_attempt;
pub(crate) mod slack_installation;
pub(crate) mod slack_used_state;
pub(crate) mod suite;
pub(crate) mod suite_day;
pub(crate) mod suite_run;
pub(crate) mod suite_start;
pub(crate) mod tracked_issue;
pub(crate) mod web_session;
