//! The MCP server as the road to Jira and Confluence: its client is kept over reloads that do not concern it.
//!
//! A client owns a connection, perhaps a whole process, so it is not rebuilt with every snapshot but
//! only when what it was made from has changed. Calls on the old one end on the old one.

mod config;
mod words;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use maro_atlassian::JiraClient;
use maro_atlassian::mcp::{McpAuth, McpClient, McpConfig, McpTransport, Profile};
use maro_atlassian::outbound::Outbound;
use maro_core::calls::Observer;
use maro_core::hash::{canonical, sha256_hex};
use maro_core::integrations::Integration;
use secrecy::ExposeSecret;
use serde_json::json;
use tokio_util::task::TaskTracker;

use super::snapshot::{Built, Snapshot};
use super::{Jira, StartSettings, guard};
use crate::App;
use crate::oauth::Road;
use crate::settings::{McpHost, McpPlace, McpSettings, StartValues};
use config::Wanted;

/// The place of the current client.
#[derive(Debug)]
pub(crate) struct McpRoad {
    host: McpHost,
    tasks: TaskTracker,
    observer: Observer,
    current: Mutex<Option<Built<Kept>>>,
}

/// A client, and what it was made from.
#[derive(Debug, Clone)]
struct Kept {
    made_from: String,
    client: McpClient,
}

impl McpRoad {
    /// `observer` is told about every call of a tool.
    pub(crate) fn new(host: McpHost, tasks: TaskTracker, observer: Observer) -> Self {
        Self {
            host,
            tasks,
            observer,
            current: Mutex::default(),
        }
    }

    /// Lets Jira and Confluence go over the MCP server, when one is configured for them.
    pub(super) fn attach(&self, snapshot: &mut Snapshot, start: &StartValues) {
        let kept = self.kept(snapshot, start);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone_from(&kept);
        drop(current);
        let (Some(kept), Some(Ok(settings))) = (kept, snapshot.settings.mcp.clone()) else {
            return;
        };
        // Not silently by REST where it cannot be had: approvals are bound to the road.
        let kept = kept.map_err(|reason| format!("The MCP server: {reason}"));
        if settings.use_for_jira {
            snapshot.jira = snapshot.jira.take().map(|built| {
                let (jira, kept) = (built?, kept.clone()?);
                let identity = identity(&settings, &jira, kept.client.profile());
                Ok(jira.through(kept.client, identity))
            });
        }
        if settings.use_for_confluence {
            snapshot.confluence = snapshot
                .confluence
                .take()
                .map(|built| Ok(built?.through(kept.clone()?.client)));
        }
    }

    fn kept(&self, snapshot: &Snapshot, start: &StartValues) -> Option<Built<Kept>> {
        let settings = match snapshot.settings.mcp.as_ref()? {
            Ok(settings) => settings,
            Err(reason) => return Some(Err(reason.clone())),
        };
        let jira = snapshot.jira.as_ref().and_then(|built| built.as_ref().ok());
        let wanted = Wanted {
            settings,
            host: &self.host,
            jira: in_force(snapshot.settings.jira.as_ref()),
            confluence: in_force(snapshot.settings.confluence.as_ref()),
            site: jira.map(|jira| jira.rest().site()),
            grant: snapshot.grant.as_ref(),
            outbound: outbound(settings, start),
        };
        let config = match wanted.config() {
            Ok(config) => config,
            Err(reason) => return Some(Err(reason)),
        };
        let rest = jira.map(|jira| jira.rest().clone());
        let grant = snapshot.grant.as_ref();
        let made_from = fingerprint(&config, rest.as_ref(), grant);
        let before = self
            .current
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone();
        if let Some(Ok(before)) = before
            && before.made_from == made_from
        {
            return Some(Ok(before));
        }
        let client = McpClient::new(config, rest, self.tasks.clone());
        let client = client.observed_by(self.observer.clone());
        Some(Ok(Kept { made_from, client }))
    }
}

impl App {
    /// The MCP server, when one is configured; or why its client cannot be made.
    #[must_use]
    pub fn mcp(&self) -> Option<Result<McpClient, String>> {
        let current = &self.mcp_road().current;
        let current = current.lock().unwrap_or_else(PoisonError::into_inner);
        Some(current.clone()?.map(|kept| kept.client))
    }
}

/// Makes a client for the operator's MCP server that signs in without a grant. The error is a sentence.
#[must_use]
pub fn open_mcp(
    start: &StartSettings,
    host: &McpHost,
    tasks: TaskTracker,
) -> Option<Result<McpClient, String>> {
    let wanted = Wanted {
        settings: start.mcp.as_ref()?,
        host,
        jira: start.jira.as_ref(),
        confluence: start.confluence.as_ref(),
        site: start.jira.as_ref().and_then(|jira| jira.url.as_ref()),
        grant: None,
        outbound: Outbound::Trusted,
    };
    let client = wanted
        .config()
        .map(|config| McpClient::new(config, None, tasks));
    Some(client)
}

/// What is configured and can be read.
fn in_force<T>(found: Option<&Built<Arc<T>>>) -> Option<&T> {
    found
        .and_then(|found| found.as_ref().ok())
        .map(AsRef::as_ref)
}

fn outbound(settings: &McpSettings, start: &StartValues) -> Outbound {
    match &settings.place {
        McpPlace::Http(url) => guard::outbound(start, Integration::Mcp, Some(url)),
        McpPlace::Command(_) => Outbound::Trusted,
    }
}

/// As whom this road writes: part of what is approved, so that an approval does not change roads.
fn identity(settings: &McpSettings, jira: &Jira, profile: Profile) -> String {
    let place = match &settings.place {
        McpPlace::Http(url) => format!(" at {url}"),
        McpPlace::Command(_) => String::new(),
    };
    let account = jira.acting_identity();
    format!("{account} through {}{place}", profile.title())
}

/// A word that differs when a client must be made anew; it gives no secret away.
fn fingerprint(config: &McpConfig, rest: Option<&JiraClient>, grant: Option<&Road>) -> String {
    let place = match &config.transport {
        McpTransport::Command(command) => {
            let environment: BTreeMap<&str, &str> = command
                .environment
                .iter()
                .map(|(name, value)| (name.as_str(), value.expose_secret()))
                .collect();
            json!([command.program, command.arguments, environment])
        }
        McpTransport::Http {
            url,
            auth,
            outbound,
        } => {
            let trusted = matches!(outbound, Outbound::Trusted);
            let auth = match auth {
                McpAuth::Header(value) => value.expose_secret(),
                McpAuth::Anonymous => "",
                McpAuth::Tokens(_) => "tokens",
            };
            json!([url.as_str(), auth, trusted])
        }
    };
    let site = rest.map(|rest| rest.site().as_str());
    // Tokens of a grant are renewed behind the same client, for the same account.
    let account = grant.map(|grant| grant.identity.as_str());
    let made_from = json!([
        config.profile.as_str(),
        place,
        config.cloud_id,
        site,
        account
    ]);
    sha256_hex(canonical(&made_from).as_bytes())
}
