//! Trying Confluence out.

use maro_atlassian::confluence::ConfluenceClient;
use maro_atlassian::sentences::with_next_step;

use super::Finding;

/// Signs in to Confluence.
pub async fn check_confluence(client: &ConfluenceClient) -> Vec<Finding> {
    vec![match client.current_user().await {
        Ok(user) => Finding::good(format!(
            "{} answers. Signed in as {}.",
            client.site(),
            user.display_name
        )),
        Err(err) => Finding::bad(with_next_step(&err.to_string(), ""), err.next_step()),
    }]
}
