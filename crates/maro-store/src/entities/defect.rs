//! Row of a defect.

use sea_orm::entity::prelude::*;

#[derive(Debug, Clone, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "defects")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub kind: String,
    pub fingerprint: String,
    pub title: String,
    pub severity: String,
    pub status: String,
    pub status_since: DateTimeUtc,
    pub description: String,
    pub steps: String,
    pub expected: String,
    pub actual: String,
    pub source: String,
    pub count: i64,
    pub regressions: i32,
    pub first_seen: DateTimeUtc,
    pub last_seen: DateTimeUtc,
    pub last_run: Option<Uuid>,
    pub case_key: Option<String>,
    pub flaky: bool,
    pub reporter: String,
    pub jira_issue_key: Option<String>,
    pub jira_issue_url: Option<String>,
    pub jira_status: Option<String>,
    pub assignee: Option<String>,
    pub snoozed_until: Option<DateTimeUtc>,
}

#[derive(Debug, Clone, Copy, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
