//! From settings to how an MCP server is reached: its place, its sign-in, and what a program of ours
//! is told of Jira and Confluence. Nothing is started here.

use std::collections::BTreeMap;

use maro_atlassian::mcp::{McpAuth, McpCommand, McpConfig, McpLimits, McpTransport, Profile};
use maro_atlassian::outbound::Outbound;
use secrecy::SecretString;
use url::Url;

use super::super::snapshot::Built;
use super::words::words;
use crate::oauth::Road;
use crate::settings::{
    AtlassianLogin, ConfluenceSettings, JiraSettings, McpHost, McpLogin, McpPlace, McpSettings,
};

const NO_GRANT_FOR_A_PROGRAM: &str = "A program cannot be given an OAuth grant, whose tokens change every hour. Run mcp-atlassian with --transport streamable-http and set its address.";
const NO_CONSENT: &str = "Nobody has given consent at Atlassian yet, which the MCP server needs.";

/// What there is to make a connection from.
pub(super) struct Wanted<'a> {
    pub(super) settings: &'a McpSettings,
    pub(super) host: &'a McpHost,
    pub(super) jira: Option<&'a JiraSettings>,
    pub(super) confluence: Option<&'a ConfluenceSettings>,
    /// The site that the hosted server works on where no grant names one.
    pub(super) site: Option<&'a Url>,
    pub(super) grant: Option<&'a Road>,
    /// How freely the address may be connected to.
    pub(super) outbound: Outbound,
}

impl Wanted<'_> {
    /// How the server is reached. The error is a sentence.
    pub(super) fn config(&self) -> Built<McpConfig> {
        let profile: Profile = self
            .settings
            .profile
            .parse()
            .map_err(|err| format!("the profile {err}"))?;
        let transport = match &self.settings.place {
            McpPlace::Command(_) if profile != Profile::Sooperset => {
                return Err("Atlassian's hosted server has an address, not a command.".into());
            }
            McpPlace::Command(line) => McpTransport::Command(self.command(line)?),
            McpPlace::Http(url) => McpTransport::Http {
                url: url.clone(),
                auth: auth(&self.settings.login, self.grant)?,
                outbound: self.outbound.clone(),
            },
        };
        Ok(McpConfig {
            profile,
            transport,
            // The hosted server takes the site's address where no grant names its id.
            cloud_id: match self.grant {
                Some(grant) => Some(grant.cloud_id.clone()),
                None => self.site.map(ToString::to_string),
            },
            limits: limits(self.host),
        })
    }

    fn command(&self, line: &str) -> Built<McpCommand> {
        let mut words = words(line)?.into_iter();
        let program = words.next().ok_or("the command is empty")?;
        Ok(McpCommand {
            program,
            arguments: words.collect(),
            environment: self.environment()?,
            home: self.host.home.clone(),
        })
    }

    /// What mcp-atlassian reads, beside the little that every program needs.
    fn environment(&self) -> Built<BTreeMap<String, SecretString>> {
        let mut environment: BTreeMap<String, SecretString> = self
            .host
            .environment
            .iter()
            .map(|(name, value)| (name.clone(), SecretString::from(value.clone())))
            .collect();
        if let Some(jira) = self.jira {
            sign_in(&mut environment, "JIRA", jira.url.as_ref(), &jira.login)?;
        }
        if let Some(confluence) = self.confluence {
            let url = confluence.url.as_ref();
            sign_in(&mut environment, "CONFLUENCE", url, &confluence.login)?;
        }
        Ok(environment)
    }
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
