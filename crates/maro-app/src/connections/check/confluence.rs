//! Trying Confluence out.

use maro_atlassian::confluence::ConfluenceClient;

use super::Finding;

/// Signs in to Confluence.
pub async fn check_confluence(client: &ConfluenceClient) -> Vec<Finding> {
    vec![match client.current_user().await {
        Ok(user) => Finding::good(format!(
            "{} answers. Signed in as {}.",
            client.site(),
            user.display_name
        )),
        Err(err) => Finding::bad(format!("{err}."), err.next_step()),
    }]
}
