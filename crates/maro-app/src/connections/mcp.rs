//! The MCP server as the road to Jira: its client is kept over reloads that do not concern it.
//!
//! A client owns a connection, perhaps a whole process, so it is not rebuilt with every snapshot but
//! only when what it was made from has changed. Calls on the old one end on the old one.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use maro_atlassian::JiraClient;
use maro_atlassian::mcp::{
    McpAuth, McpClient, McpCommand, McpConfig, McpLimits, McpTransport, Profile,
};
use maro_atlassian::outbound::Outbound;
use maro_core::calls::Observer;
use maro_core::hash::{canonical, sha256_hex};
use maro_core::integrations::Integration;
use secrecy::{ExposeSecret, SecretString};
use serde_json::json;
use tokio_util::task::TaskTracker;
use url::Url;

use super::snapshot::{Built, Effective, Snapshot};
use super::{Jira, guard};
use crate::App;
use crate::oauth::Road;
use crate::settings::{AtlassianLogin, McpHost, McpLogin, McpPlace, McpSettings, StartValues};

const NO_GRANT_FOR_A_PROGRAM: &str = "A program cannot be given an OAuth grant, whose tokens change every hour. Run mcp-atlassian with --transport streamable-http and set its address.";
const NO_CONSENT: &str = "Nobody has given consent at Atlassian yet, which the MCP server needs.";

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

    /// Lets Jira go over the MCP server, when one is configured for it.
    pub(super) fn attach(&self, snapshot: &mut Snapshot, start: &StartValues) {
        let kept = self.kept(snapshot, start);
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.clone_from(&kept);
        drop(current);
        let wanted = matches!(&snapshot.settings.mcp, Some(Ok(mcp)) if mcp.use_for_jira);
        let Some(kept) = kept.filter(|_| wanted) else {
            return;
        };
        snapshot.jira = match (snapshot.jira.take(), kept) {
            (Some(Ok(jira)), Ok(kept)) => {
                let identity = identity(&snapshot.settings, &jira, kept.client.profile());
                Some(Ok(jira.through(kept.client, identity)))
            }
            // Not silently by REST: approvals are bound to the road.
            (Some(Ok(_)), Err(reason)) => Some(Err(format!("The MCP server: {reason}"))),
            (jira, _) => jira,
        };
    }

    fn kept(&self, snapshot: &Snapshot, start: &StartValues) -> Option<Built<Kept>> {
        let settings = match snapshot.settings.mcp.as_ref()? {
            Ok(settings) => settings,
            Err(reason) => return Some(Err(reason.clone())),
        };
        let jira = snapshot.jira.as_ref().and_then(|built| built.as_ref().ok());
        let config = match self.config(settings, snapshot, start) {
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

    fn config(
        &self,
        settings: &McpSettings,
        snapshot: &Snapshot,
        start: &StartValues,
    ) -> Built<McpConfig> {
        let jira = snapshot.jira.as_ref().and_then(|built| built.as_ref().ok());
        let grant = snapshot.grant.as_ref();
        let profile: Profile = settings
            .profile
            .parse()
            .map_err(|err| format!("the profile {err}"))?;
        let transport = match &settings.place {
            McpPlace::Command(_) if profile != Profile::Sooperset => {
                return Err("Atlassian's hosted server has an address, not a command.".into());
            }
            McpPlace::Command(line) => {
                McpTransport::Command(self.command(line, &snapshot.settings)?)
            }
            McpPlace::Http(url) => McpTransport::Http {
                url: url.clone(),
                auth: auth(&settings.login, grant)?,
                outbound: guard::outbound(start, Integration::Mcp, Some(url)),
            },
        };
        Ok(McpConfig {
            profile,
            transport,
            // The hosted server takes the site's address where no grant names its id.
            cloud_id: match grant {
                Some(grant) => Some(grant.cloud_id.clone()),
                None => jira.map(|jira| jira.rest().site().to_string()),
            },
            limits: limits(&self.host),
        })
    }

    fn command(&self, line: &str, all: &Effective) -> Built<McpCommand> {
        let mut words = words(line)?.into_iter();
        let program = words.next().ok_or("the command is empty")?;
        Ok(McpCommand {
            program,
            arguments: words.collect(),
            environment: self.environment(all)?,
            home: self.host.home.clone(),
        })
    }

    /// What mcp-atlassian reads, beside the little that every program needs.
    fn environment(&self, all: &Effective) -> Built<BTreeMap<String, SecretString>> {
        let mut environment: BTreeMap<String, SecretString> = self
            .host
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), SecretString::from(value.clone())))
            .collect();
        if let Some(Ok(jira)) = &all.jira {
            sign_in(&mut environment, "JIRA", jira.url.as_ref(), &jira.login)?;
        }
        if let Some(Ok(confluence)) = &all.confluence {
            let url = confluence.url.as_ref();
            sign_in(&mut environment, "CONFLUENCE", url, &confluence.login)?;
        }
        Ok(environment)
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

/// As whom this road writes: part of what is approved, so that an approval does not change roads.
fn identity(settings: &Effective, jira: &Jira, profile: Profile) -> String {
    let place = match &settings.mcp {
        Some(Ok(settings)) => match &settings.place {
            McpPlace::Http(url) => format!(" at {url}"),
            McpPlace::Command(_) => String::new(),
        },
        _ => String::new(),
    };
    let account = jira.acting_identity();
    format!("{account} through {}{place}", profile.title())
}

fn auth(login: &McpLogin, grant: Option<&Road>) -> Built<McpAuth> {
    match (login, grant) {
        (McpLogin::Anonymous, _) => Ok(McpAuth::Anonymous),
        (McpLogin::Header(value), _) => Ok(McpAuth::Header(value.clone())),
        (McpLogin::OAuth, Some(grant)) => Ok(McpAuth::Tokens(grant.tokens.clone())),
        (McpLogin::OAuth, None) => Err(NO_CONSENT.into()),
    }
}

fn limits(host: &McpHost) -> McpLimits {
    let default = McpLimits::default();
    McpLimits {
        read: host.read_limit.unwrap_or(default.read),
        write: host.write_limit.unwrap_or(default.write),
        ..default
    }
}

/// Gives the program the account of one product.
fn sign_in(
    environment: &mut BTreeMap<String, SecretString>,
    product: &str,
    url: Option<&Url>,
    login: &AtlassianLogin,
) -> Built<()> {
    let mut set = |name: &str, value: SecretString| {
        environment.insert(format!("{product}_{name}"), value);
    };
    if let Some(url) = url {
        set("URL", url.as_str().trim_end_matches('/').into());
    }
    match login {
        AtlassianLogin::ApiToken {
            username,
            api_token,
        } => {
            set("USERNAME", username.as_str().into());
            set("API_TOKEN", api_token.clone());
        }
        AtlassianLogin::PersonalToken { token, .. } => set("PERSONAL_TOKEN", token.clone()),
        AtlassianLogin::OAuth => return Err(NO_GRANT_FOR_A_PROGRAM.into()),
    }
    Ok(())
}

/// A command line as words: quotes of both kinds hold words together, a backslash takes what follows.
fn words(line: &str) -> Built<Vec<String>> {
    let mut words: Vec<String> = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match (c, quote) {
            (c, Some(open)) if c == open => quote = None,
            ('\'' | '"', None) => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            ('\\', None | Some('"')) => {
                let next = chars.next().ok_or("the command ends in a backslash")?;
                word.get_or_insert_default().push(next);
            }
            (c, None) if c.is_whitespace() => words.extend(word.take()),
            (c, _) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err("a quote in the command is not closed".into());
    }
    words.extend(word);
    Ok(words)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_command_line_is_split_into_words() {
        let cases = [
            (
                "uvx mcp-atlassian==0.23.1 ",
                vec!["uvx", "mcp-atlassian==0.23.1"],
            ),
            (
                r#"env "A=b c" 'it''s' x\ y """#,
                vec!["env", "A=b c", "its", "x y", ""],
            ),
            ("", vec![]),
        ];
        for (line, expected) in cases {
            assert_eq!(words(line).unwrap(), expected, "{line}");
        }
        assert!(words("a 'b").is_err() && words(r"a \").is_err());
    }
}
