//! What Maro adds to Jira's own latency between an approval and the confirmed ticket.

use anyhow::Context;

use super::children::{API_TOKEN, Announced, Maro, Place, tool};
use super::database::Database;
use super::inbound::number;
use super::table::Table;
use crate::summary::Counts;

const MOST_ADDED: f64 = 15.0;

/// Approves `count` drafts against the simulated Jira, one after another.
pub(super) fn measure(
    table: &mut Table,
    database: &Database,
    count: u32,
) -> anyhow::Result<Counts> {
    let sink = Announced::sink()?;
    let sandbox = Announced::sandbox(&[])?;
    let place = Place {
        database_url: &database.url(),
        data: database.data(),
        slack: Some(format!("http://{}/", sink.address()?)),
        jira: Some(&sandbox.said),
        more: Vec::new(),
    };
    let maro = Maro::serve(&place)?;
    let said = |name: &str| sandbox.said[name].as_str().context("the sandbox says less");
    let jira = said("jira_url")?
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let (jira, path) = jira.split_once('/').unwrap_or((jira, ""));
    let path = if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    };
    let result = tool(&[
        "approvals",
        "--maro",
        &maro.address.to_string(),
        "--token",
        API_TOKEN,
        "--jira",
        jira,
        "--jira-path",
        &path,
        "--jira-username",
        said("jira_username")?,
        "--jira-token",
        said("jira_api_token")?,
        "--count",
        &count.to_string(),
    ])?;
    let name = database.name();
    table.note(
        &format!("{name}: approve to confirmed, median of {count}"),
        format!(
            "{:.1} ms, of which Jira {:.1} ms",
            number(&result, "confirmed_ms")?,
            number(&result, "jira_ms")?
        ),
        None,
    );
    Ok(table.at_most(
        &format!("{name}: approve to confirmed, without Jira's part"),
        number(&result, "added_ms")?,
        MOST_ADDED,
        "ms",
    ))
}
