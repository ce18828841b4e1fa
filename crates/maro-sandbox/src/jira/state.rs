//! The simulated Jira site in memory: look-ups, counters and the search index.
//!
//! **Invariant:** an issue is immediately visible by key, and in searches only
//! once its version is older than the index lag, as on the real site. Every
//! change therefore goes through [`JiraState::touch`].

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::model::{Account, CustomField, Issue, IssueType, Priority, Project, Status};
use super::seed;
use super::site::{self, CUSTOM_FIELDS, ISSUE_TYPES, PRIORITIES, STATUSES};
use super::webhooks::{Attempt, DynamicHook, Outgoing, Signing};
use crate::options::{SandboxOptions, Seed};

/// Switches of the Jira half; `POST /admin/jira/settings` merges into them.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own in the JSON"
)]
pub(crate) struct JiraSettings {
    /// How long searches do not see a change.
    pub(crate) index_lag_ms: u32,
    /// Whether webhooks are delivered at all.
    pub(crate) webhooks: bool,
    /// Whether an administrator has set up the webhook that goes to Maro.
    pub(crate) admin_webhook: bool,
    /// How the webhooks that apps register are signed.
    pub(crate) dynamic_signing: Signing,
    /// How many days they live after they were registered or refreshed; 30 at Atlassian.
    pub(crate) dynamic_days: u32,
    /// How often each webhook is sent; 1 is normal.
    pub(crate) webhook_copies: u32,
    /// How long each webhook waits before it is sent.
    pub(crate) webhook_delay_ms: u64,
    /// Whether each webhook is held until the next one went out before it.
    pub(crate) webhook_reorder: bool,
    /// Whether webhooks are signed with another secret.
    pub(crate) webhook_wrong_signature: bool,
    /// How long Jira waits for an answer to a webhook.
    pub(crate) webhook_timeout_ms: u64,
    /// How many requests Data Center takes per interval; 0 switches its rate limit off.
    pub(crate) server_limit: u32,
    /// How long that interval is.
    pub(crate) server_limit_seconds: u32,
}

impl JiraSettings {
    /// When a webhook ends that is registered or refreshed now.
    pub(crate) fn dynamic_end(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        now + TimeDelta::days(i64::from(self.dynamic_days))
    }
}

impl Default for JiraSettings {
    fn default() -> Self {
        Self {
            index_lag_ms: 0,
            webhooks: true,
            admin_webhook: true,
            dynamic_signing: Signing::Jwt,
            dynamic_days: 30,
            webhook_copies: 1,
            webhook_delay_ms: 0,
            webhook_reorder: false,
            webhook_wrong_signature: false,
            webhook_timeout_ms: 20_000,
            server_limit: 0,
            server_limit_seconds: 60,
        }
    }
}

/// Everything the simulated site holds.
pub(crate) struct JiraState {
    /// The address of the site, without a slash at the end.
    pub(crate) site: String,
    /// The address of the same site as a Data Center product.
    pub(crate) server_site: String,
    /// What is left of Data Center's rate limit.
    pub(crate) bucket: Bucket,
    pub(crate) settings: JiraSettings,
    pub(crate) accounts: Vec<Account>,
    pub(crate) projects: Vec<Project>,
    pub(crate) issues: BTreeMap<u64, Issue>,
    /// The keys that issues had before they moved to another project.
    pub(crate) former_keys: BTreeMap<String, u64>,
    /// How many `POST issue` reached the handler with a valid token.
    pub(crate) create_requests: u64,
    /// What apps registered.
    pub(crate) hooks: Vec<DynamicHook>,
    /// Webhooks that wait to be sent.
    pub(crate) outgoing: Vec<Outgoing>,
    /// A webhook that waits for a later one to overtake it.
    pub(crate) held: Option<Outgoing>,
    /// Every attempt to deliver a webhook.
    pub(crate) attempts: Vec<Attempt>,
    index: SearchIndex,
    last_id: u64,
}

/// The tokens of Data Center's rate limit, which refill once per interval.
#[derive(Debug, Default, Clone, Copy)]
pub(crate) struct Bucket {
    pub(crate) used: u32,
    pub(crate) since: Option<DateTime<Utc>>,
}

/// What searches see, and what they will see later.
#[derive(Default)]
struct SearchIndex {
    visible: BTreeMap<u64, Issue>,
    pending: Vec<(DateTime<Utc>, u64, Option<Issue>)>,
}

impl JiraState {
    /// The site as it is at the start.
    pub(crate) fn seeded(options: &SandboxOptions, base_url: &Url, now: DateTime<Utc>) -> Self {
        let mut state = Self::empty(base_url, "jira", options, site::projects());
        if options.seed == Seed::Demo {
            seed::issues(&mut state, now);
        }
        state
    }

    /// The other site, which has the same people and nothing else in common.
    pub(crate) fn other(options: &SandboxOptions, base_url: &Url) -> Self {
        let projects = site::other_projects();
        Self::empty(base_url, "other/jira", options, projects)
    }

    fn empty(base_url: &Url, path: &str, options: &SandboxOptions, projects: Vec<Project>) -> Self {
        Self {
            site: format!("{base_url}{path}"),
            server_site: format!("{base_url}dc/jira"),
            bucket: Bucket::default(),
            settings: JiraSettings::default(),
            accounts: site::accounts(&options.jira_username),
            projects,
            issues: BTreeMap::new(),
            former_keys: BTreeMap::new(),
            create_requests: 0,
            hooks: Vec::new(),
            outgoing: Vec::new(),
            held: None,
            attempts: Vec::new(),
            index: SearchIndex::default(),
            last_id: 10_000,
        }
    }

    /// A new numeric id; one sequence for issues, comments and changelogs.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// Tells the search index that an issue changed or went away.
    pub(crate) fn touch(&mut self, id: u64, now: DateTime<Utc>) {
        let lag = TimeDelta::milliseconds(i64::from(self.settings.index_lag_ms));
        let version = self.issues.get(&id).cloned();
        self.index.pending.push((now + lag, id, version));
    }

    /// The issues that searches see now. Reconciled ids are seen as they are.
    pub(crate) fn searchable(&mut self, now: DateTime<Utc>, reconcile: &[u64]) -> Vec<Issue> {
        let pending = std::mem::take(&mut self.index.pending);
        for (at, id, version) in pending {
            if at > now {
                self.index.pending.push((at, id, version));
            } else if let Some(issue) = version {
                self.index.visible.insert(id, issue);
            } else {
                self.index.visible.remove(&id);
            }
        }
        let mut seen = self.index.visible.clone();
        for id in reconcile {
            match self.issues.get(id) {
                Some(issue) => seen.insert(*id, issue.clone()),
                None => seen.remove(id),
            };
        }
        seen.into_values().collect()
    }

    /// The issue with this key or numeric id.
    pub(crate) fn find_issue(&self, id_or_key: &str) -> Option<&Issue> {
        let by_id = id_or_key
            .parse()
            .ok()
            .and_then(|id: u64| self.issues.get(&id));
        by_id.or_else(|| {
            self.issues
                .values()
                .find(|issue| issue.key.eq_ignore_ascii_case(id_or_key))
                .or_else(|| self.issues.get(self.former_keys.get(id_or_key)?))
        })
    }

    /// The project with this key or numeric id.
    pub(crate) fn find_project(&self, id_or_key: &str) -> Option<&Project> {
        self.projects
            .iter()
            .find(|project| project.id == id_or_key || project.key.eq_ignore_ascii_case(id_or_key))
    }

    /// The project of an issue.
    pub(crate) fn project_of(&self, issue: &Issue) -> &Project {
        self.projects
            .iter()
            .find(|project| project.id == issue.project)
            .unwrap_or(&self.projects[0])
    }

    /// The account with this id.
    pub(crate) fn find_account(&self, id: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| account.id == id)
    }

    /// The account with this id, or whose name begins so.
    pub(crate) fn find_person(&self, name: &str) -> Option<&Account> {
        let name = name.to_lowercase();
        self.accounts.iter().find(|account| {
            account.id.to_lowercase() == name || account.name.to_lowercase().starts_with(&name)
        })
    }

    /// The account with this user name or user key, as Data Center knows it.
    pub(crate) fn find_user(&self, name: &str) -> Option<&Account> {
        self.accounts.iter().find(|account| {
            account.username().eq_ignore_ascii_case(name) || account.user_key() == name
        })
    }

    /// The issues that have this one as their parent.
    pub(crate) fn children_of(&self, id: u64) -> Vec<&Issue> {
        self.issues
            .values()
            .filter(|issue| issue.parent == Some(id))
            .collect()
    }
}

/// The issue type with this id.
pub(crate) fn issue_type(id: &str) -> &'static IssueType {
    ISSUE_TYPES
        .iter()
        .find(|kind| kind.id == id)
        .unwrap_or(&ISSUE_TYPES[0])
}

/// The priority with this id.
pub(crate) fn priority(id: &str) -> &'static Priority {
    PRIORITIES
        .iter()
        .find(|priority| priority.id == id)
        .unwrap_or(&PRIORITIES[0])
}

/// The status with this id.
pub(crate) fn status(id: &str) -> &'static Status {
    STATUSES
        .iter()
        .find(|status| status.id == id)
        .unwrap_or(&STATUSES[0])
}

/// The custom field with this id.
pub(crate) fn custom_field(id: &str) -> Option<&'static CustomField> {
    CUSTOM_FIELDS.iter().find(|field| field.id == id)
}
