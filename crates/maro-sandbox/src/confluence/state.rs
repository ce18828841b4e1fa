//! The simulated Confluence site in memory: look-ups, counters and the search index.
//!
//! **Invariant:** a page is immediately visible by id, and in searches only once
//! its version is older than the index lag, as on the real site. Every change
//! therefore goes through [`ConfluenceState::touch`].

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::error::{Outcome, Trouble};
use super::model::{Page, Space, Status};
use super::{Edition, seed};
use crate::jira::{self, Account};
use crate::options::{SandboxOptions, Seed};

/// Switches of the Confluence part; `POST /admin/confluence/settings` merges into them.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct ConfluenceSettings {
    /// How long searches do not see a change.
    pub(crate) index_lag_ms: u32,
}

/// Everything the simulated site holds.
pub(crate) struct ConfluenceState {
    /// The sandbox's address, without a slash at the end.
    root: String,
    pub(crate) settings: ConfluenceSettings,
    pub(crate) accounts: Vec<Account>,
    pub(crate) spaces: Vec<Space>,
    pub(crate) pages: BTreeMap<u64, Page>,
    /// How many requests to create a page reached the handler.
    pub(crate) create_requests: u64,
    visible: BTreeMap<u64, Page>,
    pending: Vec<(DateTime<Utc>, Page)>,
    last_id: u64,
}

impl ConfluenceState {
    /// The site as it is at the start.
    pub(crate) fn seeded(options: &SandboxOptions, base_url: &Url, now: DateTime<Utc>) -> Self {
        let mut state = Self {
            root: base_url.as_str().trim_end_matches('/').to_owned(),
            settings: ConfluenceSettings::default(),
            accounts: jira::accounts(&options.jira_username),
            spaces: seed::spaces(now),
            pages: BTreeMap::new(),
            create_requests: 0,
            visible: BTreeMap::new(),
            pending: Vec::new(),
            last_id: 98_300,
        };
        if options.seed == Seed::Demo {
            seed::pages(&mut state, now);
        }
        state
    }

    /// What links are relative to: `https://site/wiki`.
    pub(crate) fn base(&self, edition: Edition) -> String {
        let path = match edition {
            Edition::Cloud => "wiki",
            Edition::DataCenter => "dc/confluence",
        };
        format!("{}/{path}", self.root)
    }

    /// A new numeric id.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Tells the search index that a page changed.
    pub(crate) fn touch(&mut self, id: u64, now: DateTime<Utc>) {
        let lag = TimeDelta::milliseconds(i64::from(self.settings.index_lag_ms));
        if let Some(page) = self.pages.get(&id) {
            self.pending.push((now + lag, page.clone()));
        }
    }

    /// The pages that searches see now.
    pub(crate) fn searchable(&mut self, now: DateTime<Utc>) -> Vec<Page> {
        let pending = std::mem::take(&mut self.pending);
        for (at, page) in pending {
            if at > now {
                self.pending.push((at, page));
            } else {
                self.visible.insert(page.id, page);
            }
        }
        let current = |page: &&Page| page.status == Status::Current;
        self.visible.values().filter(current).cloned().collect()
    }

    /// The page with this id, unless it is in the trash.
    pub(crate) fn load_page(&self, id: u64) -> Outcome<&Page> {
        self.pages
            .get(&id)
            .filter(|page| page.status == Status::Current)
            .ok_or_else(|| Trouble::no_content(&id.to_string()))
    }

    /// The space with this id.
    pub(crate) fn find_space(&self, id: u64) -> Option<&Space> {
        self.spaces.iter().find(|space| space.id == id)
    }

    /// The space with this key.
    pub(crate) fn find_space_by_key(&self, key: &str) -> Option<&Space> {
        self.spaces
            .iter()
            .find(|space| space.key.eq_ignore_ascii_case(key))
    }

    /// The space of a page.
    pub(crate) fn space_of(&self, page: &Page) -> &Space {
        self.find_space(page.space).unwrap_or(&self.spaces[0])
    }

    /// The page that has this title in a space.
    pub(crate) fn find_titled(&self, space: u64, title: &str) -> Option<&Page> {
        self.pages.values().find(|page| {
            page.space == space
                && page.status == Status::Current
                && page.title.eq_ignore_ascii_case(title)
        })
    }

    /// The account with this id.
    pub(crate) fn find_account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// Where people see a page, below the base.
    pub(crate) fn web_path(&self, edition: Edition, page: &Page) -> String {
        let key = self.space_of(page).key;
        let title: String = url::form_urlencoded::byte_serialize(page.title.as_bytes()).collect();
        match edition {
            Edition::Cloud => format!("/spaces/{key}/pages/{}/{title}", page.id),
            Edition::DataCenter => format!("/display/{key}/{title}"),
        }
    }
}
