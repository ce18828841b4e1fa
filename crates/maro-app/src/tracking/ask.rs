//! Asking Jira about several issues with few calls, though one that is gone fails a whole call.

use maro_atlassian::JiraError;
use maro_atlassian::rest::{Issue, JiraClient, MOST_BY_ID};

use super::news::{FIELDS, Read};

/// Calls of one reading; what is not reached is read another time.
const MOST_CALLS: usize = 14;

/// Reads issues by number or key. Halves a batch that Jira refuses until the issues that are gone
/// stand alone.
///
/// The second value are the issues that were not reached.
pub(super) async fn ask(
    jira: &JiraClient,
    issues: &[String],
) -> Result<(Read, Vec<String>), JiraError> {
    let mut read = Read::default();
    let mut batches: Vec<Vec<String>> = issues.chunks(MOST_BY_ID).map(<[_]>::to_vec).collect();
    for _ in 0..MOST_CALLS {
        let Some(mut batch) = batches.pop() else {
            break;
        };
        if let [issue] = batch.as_slice() {
            alone(jira, issue, &mut read).await?;
            continue;
        }
        let names: Vec<&str> = batch.iter().map(String::as_str).collect();
        match jira.issues_by_id(&names, FIELDS).await {
            Ok(found) => {
                // What the search leaves out without a word is asked for by itself.
                batch.retain(|name| !found.iter().any(|issue| is(name, issue)));
                batches.extend(batch.into_iter().map(|name| vec![name]));
                read.issues.extend(found);
            }
            Err(JiraError::Rejected(_)) => {
                let half = batch.split_off(batch.len() / 2);
                batches.extend([batch, half]);
            }
            Err(err) => return Err(err),
        }
    }
    Ok((read, batches.into_iter().flatten().collect()))
}

fn is(name: &str, issue: &Issue) -> bool {
    issue.id == name || issue.key.as_str() == name
}

async fn alone(jira: &JiraClient, name: &str, read: &mut Read) -> Result<(), JiraError> {
    match jira.issue(name, FIELDS, &[]).await {
        Ok(issue) => read.issues.push(issue),
        Err(JiraError::NotFound) => read.gone.push(name.to_owned()),
        Err(err) => return Err(err),
    }
    Ok(())
}
