//! Issues that got another key, and issues that Jira does not show any more.

use chrono::{DateTime, Utc};
use maro_core::findings::tickets::LinkState;
use maro_core::ids::DefectId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait as _, ConnectionTrait as _, EntityTrait as _, QueryFilter as _};

use super::{FindingLink, of_issue};
use crate::entities::{defect, finding_link};
use crate::row::{micros, sql};
use crate::store::sealed::Sealed as _;
use crate::{StoreError, Tx};

/// Shows an issue under the key it has now, in its tickets and their findings. Returns the findings
/// for which that is news.
pub async fn moved(
    tx: &Tx,
    jira_id: &str,
    key: &str,
    url: &str,
    now: DateTime<Utc>,
) -> Result<Vec<DefectId>, StoreError> {
    use finding_link::Column;
    let links = of_issue(tx, jira_id).await?;
    let renamed = links
        .iter()
        .filter(|link| link.jira_key.as_deref() != Some(key));
    let findings: Vec<DefectId> = renamed.map(|link| link.defect).collect();
    if findings.is_empty() {
        return Ok(findings);
    }
    lock_findings(tx, &findings).await?;
    finding_link::Entity::update_many()
        .col_expr(Column::JiraKey, Expr::value(key))
        .col_expr(Column::JiraUrl, Expr::value(url))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::JiraId.eq(jira_id))
        .filter(Column::State.eq(LinkState::Linked.as_str()))
        .exec(tx.inner())
        .await?;
    defect::Entity::update_many()
        .col_expr(defect::Column::JiraIssueKey, Expr::value(key))
        .col_expr(defect::Column::JiraIssueUrl, Expr::value(url))
        .filter(defect::Column::Id.is_in(findings.iter().map(|finding| finding.0)))
        .exec(tx.inner())
        .await?;
    Ok(findings)
}

/// Ends the tickets of an issue that Jira does not show any more, by its number. Returns what
/// they were.
pub async fn gone(
    tx: &Tx,
    jira_id: &str,
    reason: &str,
    now: DateTime<Utc>,
) -> Result<Vec<FindingLink>, StoreError> {
    use finding_link::Column;
    let links = of_issue(tx, jira_id).await?;
    let findings: Vec<DefectId> = links.iter().map(|link| link.defect).collect();
    if findings.is_empty() {
        return Ok(links);
    }
    lock_findings(tx, &findings).await?;
    finding_link::Entity::update_many()
        .col_expr(Column::State, Expr::value(LinkState::Gone.as_str()))
        .col_expr(Column::Reason, Expr::value(reason))
        .col_expr(Column::UpdatedAt, Expr::value(micros(now)))
        .filter(Column::JiraId.eq(jira_id))
        .filter(Column::State.eq(LinkState::Linked.as_str()))
        .exec(tx.inner())
        .await?;
    Ok(links)
}

/// Findings are locked before their tickets, in the order of ids, as everywhere.
async fn lock_findings(tx: &Tx, findings: &[DefectId]) -> Result<(), StoreError> {
    if !tx.locks_rows() {
        return Ok(());
    }
    let conn = tx.inner();
    let mut findings = findings.to_vec();
    findings.sort_unstable();
    for finding in findings {
        let text = "SELECT 1 FROM defects WHERE id = $1 FOR UPDATE";
        conn.query_one_raw(sql(conn.get_database_backend(), text, [finding.0.into()]))
            .await?;
    }
    Ok(())
}
