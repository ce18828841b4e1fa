//! The roads to Jira: how a Maro is started on each, and where its creates arrive.

use super::maro::Maro;
use super::world::World;

/// A road to Jira.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Road {
    /// The site, with an API token.
    Token,
    /// Atlassian's gateway, with a grant.
    Gateway,
    /// Data Center, with a personal token.
    DataCenter,
}

impl Road {
    /// The path of a create, as fault rules and counts have it.
    pub(crate) fn create(self) -> &'static str {
        match self {
            Self::Token | Self::Gateway => "/rest/api/3/issue",
            Self::DataCenter => "/rest/api/2/issue",
        }
    }
}

impl World {
    /// Starts a Maro on this road, with some variables set otherwise. Over the gateway it is
    /// connected, unless an earlier one left its grant.
    pub(crate) async fn maro_on(&self, road: Road, changes: &[(&str, &str)]) -> Maro {
        match road {
            Road::Token => self.maro_with(changes).await,
            Road::Gateway => {
                let maro = self.maro_by_oauth(changes).await;
                if maro.oauth_status().await["status"] != "connected" {
                    maro.connect().await;
                }
                maro
            }
            Road::DataCenter => {
                let url = self.sandbox.data_center_url().to_string();
                let mut all = vec![
                    ("JIRA_URL", url.as_str()),
                    ("JIRA_USERNAME", ""),
                    ("JIRA_API_TOKEN", ""),
                    ("JIRA_PERSONAL_TOKEN", &self.options.jira_personal_token),
                ];
                all.extend_from_slice(changes);
                self.maro_with(&all).await
            }
        }
    }

    /// How many creates arrived on this road, whatever came of them.
    pub(crate) async fn creates_on(&self, road: Road) -> u64 {
        self.requests(&format!("jira POST {}", road.create())).await
    }
}
