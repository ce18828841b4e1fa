//! The Confluence client, one file per call: version 2 on Cloud (search is still version 1 there),
//! version 1 on Server and Data Center.
//!
//! Calls are single: no retry, no cache, no pacing. Creating a page speaks of outcomes ([`PageError`]), because
//! Confluence knows no key that would make a second one impossible; all else speaks of answers
//! ([`ConfluenceError`]). Bodies are in storage format; [`crate::markdown::to_storage`] makes it.

mod create_page;
mod current_user;
mod error;
mod page;
mod search;
mod space;
mod update_page;

use std::fmt;
use std::time::Duration;

use maro_core::calls::Observer;
use reqwest::RequestBuilder;
use serde::de::DeserializeOwned;
use url::Url;

pub use create_page::{CREATE_TIMEOUT, NewPage};
pub use current_user::User;
pub use error::{ConfluenceError, PageError};
pub use page::Page;
pub use search::{CqlSearch, Found, quoted};
pub use space::Space;
pub use update_page::PageUpdate;

use crate::credentials::{Credentials, Flavor};
use crate::http::{Connection, checked};
use crate::observed;
use crate::outbound::Outbound;
use crate::rest::ConfigError;

/// How to reach one Confluence.
#[derive(Debug, Clone)]
pub struct ConfluenceConfig {
    /// Below which address the API is: the site itself, with or without Cloud's `/wiki`, or the
    /// gateway's `https://api.atlassian.com/ex/confluence/{cloudId}`.
    pub url: Url,
    /// The address of the site, for links that people open.
    pub site: Url,
    /// Which kind of Confluence it is.
    pub flavor: Flavor,
    /// How requests prove who they are.
    pub credentials: Credentials,
    /// How long a call other than a create may take.
    pub timeout: Duration,
    /// Whether the address was typed, and so must be public.
    pub outbound: Outbound,
}

impl ConfluenceConfig {
    /// A Cloud site that is reached directly, with the usual time-out.
    #[must_use]
    pub fn new(site: Url, credentials: Credentials) -> Self {
        Self {
            url: site.clone(),
            site,
            flavor: Flavor::Cloud,
            credentials,
            timeout: Duration::from_secs(10),
            outbound: Outbound::Trusted,
        }
    }
}

/// A client for one Confluence and one account. Cloning is cheap.
#[derive(Clone)]
pub struct ConfluenceClient {
    connection: Connection,
    site: Url,
    flavor: Flavor,
}

impl fmt::Debug for ConfluenceClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfluenceClient")
            .field("base", &self.connection.base().as_str())
            .finish_non_exhaustive()
    }
}

impl ConfluenceClient {
    /// A client for the Confluence of `config`. Nothing is sent yet.
    pub fn new(config: ConfluenceConfig) -> Result<Self, ConfigError> {
        let flavor = config.flavor;
        let base = checked(config.url).map_err(ConfigError::Address)?;
        let site = checked(config.site).map_err(ConfigError::Address)?;
        let connection = Connection::new(
            context(base, flavor),
            config.credentials,
            config.timeout,
            CREATE_TIMEOUT,
            &config.outbound,
        )
        .map_err(ConfigError::Client)?;
        Ok(Self {
            connection,
            site: context(site, flavor),
            flavor,
        })
    }

    /// Tells `observer` about every call from now on.
    #[must_use]
    pub fn observed_by(mut self, observer: Observer) -> Self {
        self.connection.observer = observer;
        self
    }

    /// The address of the site, with the context path of Confluence.
    #[must_use]
    pub fn site(&self) -> &Url {
        &self.site
    }

    /// Which kind of Confluence it is.
    #[must_use]
    pub fn flavor(&self) -> Flavor {
        self.flavor
    }

    /// A page, for people; this address stays when the page is renamed or moved.
    #[must_use]
    pub fn page_url(&self, id: &str) -> Url {
        let mut url = crate::http::below(&self.site, &["pages", "viewpage.action"]);
        url.query_pairs_mut().append_pair("pageId", id);
        url
    }

    /// An endpoint of version 2, which only Cloud has.
    fn v2(&self, segments: &[&str]) -> Url {
        self.connection
            .address(&[&["api", "v2"], segments].concat())
    }

    /// An endpoint of version 1.
    fn v1(&self, segments: &[&str]) -> Url {
        self.connection
            .address(&[&["rest", "api"], segments].concat())
    }

    fn get(&self, url: Url) -> RequestBuilder {
        self.connection.reads.get(url)
    }

    async fn json<T: DeserializeOwned>(
        &self,
        what: &'static str,
        request: RequestBuilder,
    ) -> Result<T, ConfluenceError> {
        observed::json(&self.connection, what, request).await
    }
}

/// Cloud's Confluence stands at `/wiki` of the site and of the gateway; people write the address with
/// and without it.
fn context(base: Url, flavor: Flavor) -> Url {
    let has_it = base.path().trim_end_matches('/').ends_with("/wiki");
    if flavor == Flavor::DataCenter || has_it {
        return base;
    }
    crate::http::below(&base, &["wiki"])
}

/// Whether `text` can name a page. Anything else must not become part of an address.
pub(crate) fn is_page_id(text: &str) -> bool {
    !text.is_empty() && text.len() <= 20 && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cloud_stands_below_wiki_once() {
        let cases = [
            (
                "https://x.atlassian.net",
                Flavor::Cloud,
                "https://x.atlassian.net/wiki/pages/viewpage.action?pageId=7",
            ),
            (
                "https://x.atlassian.net/wiki/",
                Flavor::Cloud,
                "https://x.atlassian.net/wiki/pages/viewpage.action?pageId=7",
            ),
            (
                "https://x.example/confluence",
                Flavor::DataCenter,
                "https://x.example/confluence/pages/viewpage.action?pageId=7",
            ),
        ];
        for (site, flavor, page) in cases {
            let config = ConfluenceConfig {
                flavor,
                ..ConfluenceConfig::new(site.parse().unwrap(), Credentials::Bearer("x".into()))
            };
            let client = ConfluenceClient::new(config).unwrap();
            assert_eq!(client.page_url("7").as_str(), page);
        }
    }
}
