//! `GET /oauth/token/accessible-resources`: the sites that a grant reaches.
//!
//! Atlassian lists a site once per product, and says nothing about the order; a person chooses.

use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};

use super::answer::{self, Asked};
use super::{OAuthClient, OAuthError};

/// More are not kept; nobody chooses from a longer list.
const MOST_SITES: usize = 100;
const LONGEST_TEXT: usize = 300;

/// A site that a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Site {
    /// Its cloud id.
    pub id: String,
    /// Where people find it.
    pub url: String,
    /// What they call it.
    #[serde(default)]
    pub name: String,
    /// What the grant allows there, over all products.
    #[serde(default)]
    pub scopes: Vec<String>,
}

impl OAuthClient {
    /// Lists the sites that a grant reaches, each once.
    #[tracing::instrument(name = "oauth.sites", skip_all)]
    pub async fn sites(&self, access_token: &SecretString) -> Result<Vec<Site>, OAuthError> {
        let url = self.api(&["oauth", "token", "accessible-resources"]);
        let request = self.http.get(url).bearer_auth(access_token.expose_secret());
        let request = request.header(reqwest::header::ACCEPT, "application/json");
        let listed: Vec<Site> = answer::json(request, Asked::WithToken, &[access_token]).await?;
        Ok(each_once(listed))
    }
}

fn each_once(listed: Vec<Site>) -> Vec<Site> {
    let mut sites: Vec<Site> = Vec::new();
    for site in listed.into_iter().filter(is_plausible) {
        if let Some(known) = sites.iter_mut().find(|known| known.id == site.id) {
            for scope in site.scopes {
                if !known.scopes.contains(&scope) {
                    known.scopes.push(scope);
                }
            }
        } else if sites.len() < MOST_SITES {
            sites.push(site);
        }
    }
    sites.sort_by(|a, b| a.name.cmp(&b.name).then_with(|| a.id.cmp(&b.id)));
    sites
}

/// What can be stored, shown and linked to.
fn is_plausible(site: &Site) -> bool {
    let is_id = |c: u8| c.is_ascii_alphanumeric() || c == b'-';
    (1..=64).contains(&site.id.len())
        && site.id.bytes().all(is_id)
        && site.name.len() <= LONGEST_TEXT
        && site.url.len() <= LONGEST_TEXT
        && url::Url::parse(&site.url).is_ok_and(|url| matches!(url.scheme(), "http" | "https"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(id: &str, name: &str, scopes: &[&str]) -> Site {
        Site {
            id: id.into(),
            url: format!("https://{name}.example"),
            name: name.into(),
            scopes: scopes.iter().map(|&scope| scope.to_owned()).collect(),
        }
    }

    #[test]
    fn a_site_with_two_products_is_one_site() {
        let listed = vec![
            site("b", "store", &["read:jira-work", "read:me"]),
            site("a", "archive", &[]),
            site("b", "store", &["search:confluence", "read:me"]),
        ];
        let sites = each_once(listed);
        assert_eq!(sites.len(), 2);
        assert_eq!(sites[0].name, "archive");
        assert_eq!(
            sites[1].scopes,
            ["read:jira-work", "read:me", "search:confluence"]
        );
    }

    #[test]
    fn what_is_no_site_is_left_out() {
        let mut strange = site("c", "script", &[]);
        strange.url = "javascript:alert(1)".into();
        assert!(each_once(vec![strange, site("a/b", "x", &[])]).is_empty());
    }
}
