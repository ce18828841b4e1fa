//! The environment: the variables that are ours, read once.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::str::FromStr;

use anyhow::Context as _;
use secrecy::SecretString;
use url::Url;

/// Every variable that this version reads.
pub(super) const KNOWN: &[&str] = &[
    "MARO_BIND",
    "MARO_PUBLIC_URL",
    "MARO_DATABASE_URL",
    "MARO_DATA_DIR",
    "MARO_SECRET_KEY",
    "MARO_SECRET_KEY_FILE",
    "MARO_SECRET_STORE",
    "MARO_KUBERNETES_URL",
    "MARO_KUBERNETES_NAMESPACE",
    "MARO_KUBERNETES_ACCOUNT",
    "KUBERNETES_SERVICE_HOST",
    "KUBERNETES_SERVICE_PORT",
    "MARO_CONFIG",
    "MARO_ADMIN_EMAIL",
    "MARO_ADMIN_PASSWORD",
    "MARO_API_TOKEN",
    "MARO_COMMANDS",
    "MARO_RULES_FILE",
    "MARO_RUNNER_SECRET",
    "SLACK_BOT_TOKEN",
    "SLACK_SIGNING_SECRET",
    "SLACK_API_URL",
    "SLACK_APP_TOKEN",
    "SLACK_CLIENT_ID",
    "SLACK_CLIENT_SECRET",
    "SLACK_WEBHOOK_URL",
    "SLACK_ALERT_CHANNEL",
    "SLACK_NOTIFICATIONS_ENABLED",
    "JIRA_URL",
    "JIRA_USERNAME",
    "JIRA_API_TOKEN",
    "JIRA_PERSONAL_TOKEN",
    "JIRA_DEFAULT_PROJECT",
    "JIRA_WEBHOOK_SECRET",
    "CONFLUENCE_URL",
    "CONFLUENCE_USERNAME",
    "CONFLUENCE_API_TOKEN",
    "CONFLUENCE_PERSONAL_TOKEN",
    "ATLASSIAN_CLIENT_ID",
    "ATLASSIAN_CLIENT_SECRET",
    "ATLASSIAN_AUTH_URL",
    "ATLASSIAN_API_URL",
    "MARO_MCP_URL",
    "MARO_MCP_COMMAND",
    "MARO_MCP_PROFILE",
    "MARO_MCP_AUTH",
    "MARO_MCP_AUTHORIZATION",
    "MARO_ALLOWED_HOSTS",
    // Of `maro report`, which needs no server.
    "MARO_URL",
    "RUST_LOG",
    // Of the tests and the build, not of the server.
    "MARO_TEST_POSTGRES_URL",
    "MARO_TEST_KILLS",
    "MARO_BLESS",
    "MARO_BIN",
];

/// What a child that is an MCP server gets of our environment: how to find programs, and the way
/// through a proxy. Accounts it is given one by one.
const FOR_CHILDREN: [&str; 14] = [
    "PATH",
    "LANG",
    "TMPDIR",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
    "REQUESTS_CA_BUNDLE",
    "UV_CACHE_DIR",
    "UV_INDEX_URL",
];

/// The variables that are set and not empty.
#[derive(Debug, Default)]
pub(super) struct Environment(BTreeMap<String, String>);

impl Environment {
    /// Reads the environment. A `MARO_` name that nobody reads is a typing error.
    pub(super) fn read() -> anyhow::Result<Self> {
        let set: BTreeMap<String, String> = std::env::vars()
            .filter(|(_, value)| !value.is_empty())
            .collect();
        if let Some(unknown) = set
            .keys()
            .find(|n| n.starts_with("MARO_") && !KNOWN.contains(&n.as_str()))
        {
            anyhow::bail!("{unknown} is set, but Maro knows no such variable; see `maro config`");
        }
        Ok(Self(set))
    }

    pub(super) fn text(&self, name: &str) -> Option<String> {
        debug_assert!(KNOWN.contains(&name), "{name} is not listed");
        self.0.get(name).map(|value| value.trim().to_owned())
    }

    /// The part of the environment that a child gets.
    pub(super) fn for_children(&self) -> BTreeMap<String, String> {
        let set = self.0.iter();
        set.filter(|(name, _)| FOR_CHILDREN.contains(&name.as_str()))
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    }

    /// What a demo takes of an environment that may be a real deployment's: what children get, and the
    /// secret of runners. Typing errors in the rest are not its business.
    pub(super) fn of_demo() -> Self {
        let is_taken = |name: &str| FOR_CHILDREN.contains(&name) || name == "MARO_RUNNER_SECRET";
        let set = std::env::vars();
        Self(
            set.filter(|(name, value)| is_taken(name) && !value.is_empty())
                .collect(),
        )
    }

    pub(super) fn secret(&self, name: &str) -> Option<SecretString> {
        self.text(name).map(SecretString::from)
    }

    pub(super) fn path(&self, name: &str) -> Option<PathBuf> {
        self.text(name).map(PathBuf::from)
    }

    pub(super) fn parsed<T: FromStr>(&self, name: &str, form: &str) -> anyhow::Result<Option<T>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        text.parse()
            .map(Some)
            .map_err(|_| anyhow::anyhow!("{name} must be {form}"))
    }

    pub(super) fn url(&self, name: &str) -> anyhow::Result<Option<Url>> {
        let Some(text) = self.text(name) else {
            return Ok(None);
        };
        let url = Url::parse(&text).with_context(|| {
            format!("{name} must be an address such as https://acme.atlassian.net")
        })?;
        anyhow::ensure!(
            matches!(url.scheme(), "http" | "https"),
            "{name} must begin with https:// or http://"
        );
        Ok(Some(url))
    }
}
