//! How a defect and its issue stand to each other, for people.

use maro_core::findings::tickets::LinkState;
use maro_core::ids::DefectId;
use maro_core::sync::{Category, Meaning};
use maro_store::StoreError;
use maro_store::finding_links::{self, FindingLink};

use crate::App;

/// What is known of a linked issue.
#[derive(Debug, Clone)]
pub struct SyncState {
    /// The link, with what Jira said last.
    pub link: FindingLink,
    /// What the map makes of that.
    pub meaning: Meaning,
}

/// Reads how a defect and its issue stand to each other. `None`: the defect has no issue.
pub async fn state(app: &App, defect: DefectId) -> Result<Option<SyncState>, StoreError> {
    let link = finding_links::newest(app.store(), defect).await?;
    Ok(link
        .filter(|link| link.state == LinkState::Linked)
        .map(|link| SyncState {
            meaning: meaning(app, &link),
            link,
        }))
}

fn meaning(app: &App, link: &FindingLink) -> Meaning {
    let category = link.jira_category.as_deref().and_then(Category::parse);
    let map = &app.settings().sync.map;
    map.meaning(category, link.jira_resolution.as_deref())
}
