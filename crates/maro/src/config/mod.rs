//! The configuration: one TOML file, then the environment, which wins.
//!
//! It is read once, here. Errors name the key or variable and what it should look like.
//!
//! **Invariant:** a secret is never printed; `maro config` shows only that it is set.

mod atlassian;
mod connections;
mod environment;
mod file;
mod keep;
mod masked;
mod runners;
mod secrets;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use maro_app::connections::StartSettings;
use maro_app::secrets::{KeyRing, KubernetesPlace};
use maro_app::settings::{McpHost, Retention, Runner, Settings, StartValues, Timings};
use maro_core::approvals::PolicyRules;
use maro_core::operations::Schedule;
use maro_core::sync::{StatusMap, SyncRules};
use secrecy::SecretString;
use url::Url;

use environment::Environment;
use file::File;

/// Everything an operator can set.
#[derive(Debug, Clone)]
pub(crate) struct Config {
    pub(crate) bind: SocketAddr,
    pub(crate) public_url: Option<Url>,
    pub(crate) data_dir: PathBuf,
    pub(crate) database_url: String,
    pub(crate) max_connections: u32,
    pub(crate) secret_key: Option<KeyRing>,
    pub(crate) secret_key_file: Option<PathBuf>,
    /// Where secrets go that people type; `None` is the database.
    pub(crate) kubernetes: Option<KubernetesPlace>,
    pub(crate) commands: Vec<String>,
    /// Rules that are kept in a file.
    pub(crate) rules_file: Option<PathBuf>,
    pub(crate) admin: Option<(String, SecretString)>,
    pub(crate) admin_password: Option<SecretString>,
    pub(crate) api_token: Option<SecretString>,
    pub(crate) start: StartValues,
    /// What `start` means.
    pub(crate) connections: StartSettings,
    pub(crate) approval: PolicyRules,
    pub(crate) schedule: Schedule,
    pub(crate) timings: Timings,
    pub(crate) sync: SyncRules,
    pub(crate) mcp_host: McpHost,
    pub(crate) retention: Retention,
    pub(crate) runners: Vec<Runner>,
    pub(crate) runner_secret: Option<SecretString>,
    pub(crate) log: Log,
}

/// How to log.
#[derive(Debug, Clone, Default)]
pub(crate) struct Log {
    /// A filter such as `info,maro=debug`.
    pub(crate) filter: Option<String>,
    /// One JSON object per line instead of text.
    pub(crate) json: bool,
}

/// Where a running sandbox is, and the constants that it takes for secrets.
pub(crate) struct SandboxPlace {
    pub(crate) slack_api_url: Url,
    pub(crate) jira_url: Url,
    pub(crate) atlassian_url: Url,
    pub(crate) options: maro_sandbox::SandboxOptions,
}

/// Where `maro report` goes and with which token, as far as the environment says.
pub(crate) fn reporting() -> anyhow::Result<(Option<Url>, Option<SecretString>)> {
    let env = Environment::read()?;
    Ok((env.url("MARO_URL")?, env.secret("MARO_API_TOKEN")))
}

const SHORTEST_KEY: usize = 16;

impl Config {
    /// Reads file and environment.
    pub(crate) fn load(path: Option<&Path>) -> anyhow::Result<Self> {
        let env = Environment::read()?;
        let path = path
            .map(Path::to_path_buf)
            .or_else(|| env.path("MARO_CONFIG"));
        let file = path
            .as_deref()
            .map(File::read)
            .transpose()?
            .unwrap_or_default();
        Self::merge(&env, file)
    }

    /// The configuration of a demo: everything in `folder`, and the sandbox in place of Slack and Jira.
    /// The rest is as in the `file`, where one is given. Hardly anything comes from the environment: a
    /// demo must not reach what is real.
    pub(crate) fn for_sandbox(
        folder: &Path,
        sandbox: Option<&SandboxPlace>,
        file: Option<&Path>,
    ) -> anyhow::Result<Self> {
        let file = file.map(File::read).transpose()?.unwrap_or_default();
        let data_dir = folder.to_path_buf();
        let file = File {
            data_dir: Some(data_dir.clone()),
            secret_key_file: None,
            jira: file::Jira::default(),
            ..file
        };
        let base = Self::merge(&Environment::of_demo(), file)?;
        let start = sandbox.map(SandboxPlace::start_values).unwrap_or_default();
        let connections = connections::check(&start)?;
        Ok(Self {
            database_url: format!("sqlite://{}", data_dir.join("maro.db").display()),
            data_dir,
            start,
            connections,
            ..base
        })
    }

    fn merge(env: &Environment, file: File) -> anyhow::Result<Self> {
        let data_dir = env
            .path("MARO_DATA_DIR")
            .or(file.data_dir)
            .unwrap_or_else(default_data_dir);
        let default_url = format!("sqlite://{}", data_dir.join("maro.db").display());
        let (start, connections) = connections::read(env, file.jira)?;
        let runner_secret = env.secret("MARO_RUNNER_SECRET");
        let runners = runners::read(
            file.runners,
            runner_secret.as_ref(),
            &env.for_children(),
            &absolute(&data_dir),
        )?;
        Ok(Self {
            bind: env
                .parsed("MARO_BIND", "an address such as 127.0.0.1:8080")?
                .or(file.bind)
                .unwrap_or_else(|| SocketAddr::from(([127, 0, 0, 1], 8080))),
            public_url: env.url("MARO_PUBLIC_URL")?.or(file.public_url),
            database_url: env
                .text("MARO_DATABASE_URL")
                .or(file.database_url)
                .unwrap_or(default_url),
            max_connections: file.max_connections.unwrap_or(10),
            secret_key: secret_key(env)?,
            secret_key_file: env.path("MARO_SECRET_KEY_FILE").or(file.secret_key_file),
            kubernetes: secrets::read(env)?,
            commands: commands(env, file.commands)?,
            rules_file: env.path("MARO_RULES_FILE").or(file.rules_file),
            admin: env
                .text("MARO_ADMIN_EMAIL")
                .zip(env.secret("MARO_ADMIN_PASSWORD")),
            admin_password: env.secret("MARO_ADMIN_PASSWORD"),
            api_token: api_token(env)?,
            start,
            connections,
            approval: file.approval,
            schedule: file.ledger.schedule(),
            timings: file.ledger.timings()?,
            sync: file.sync.rules(),
            retention: file.keep.retention()?,
            mcp_host: McpHost {
                home: absolute(&data_dir).join("mcp"),
                environment: env.for_children(),
                read_limit: file.mcp.read_ms.map(Duration::from_millis),
                write_limit: file.mcp.write_ms.map(Duration::from_millis),
            },
            runners,
            runner_secret,
            log: Log {
                filter: env.text("RUST_LOG").or(file.log),
                json: file.log_json,
            },
            data_dir,
        })
    }

    /// The settings of the application, with the keys that this deployment uses.
    pub(crate) fn settings(&self, keys: KeyRing) -> Settings {
        Settings {
            public_url: self.public_url.clone(),
            commands: self.commands.clone(),
            start: self.start.clone(),
            approval: self.approval.clone(),
            schedule: self.schedule.clone(),
            timings: self.timings.clone(),
            sync: self.sync.clone(),
            retention: self.retention.clone(),
            api_token: self.api_token.clone(),
            keys,
            key_file: self.key_file(),
            rules_file: self.rules_file.clone(),
            mcp_host: self.mcp_host.clone(),
            runners: self.runners.clone(),
            runner_secret: self.runner_secret.clone(),
        }
    }
}

impl Config {
    /// The file that the keys stand in, unless the environment holds them.
    pub(crate) fn key_file(&self) -> Option<PathBuf> {
        let default = || self.data_dir.join("secret.key");
        let is_in_file = self.secret_key.is_none();
        is_in_file.then(|| self.secret_key_file.clone().unwrap_or_else(default))
    }
}

impl file::Sync {
    fn rules(self) -> SyncRules {
        let usual = SyncRules::default();
        let minutes = self.flips_minutes.filter(|minutes| *minutes > 0);
        SyncRules {
            map: StatusMap {
                from_jira: self.from_jira,
                to_jira: self.to_jira,
            },
            most_flips: self.most_flips.unwrap_or(usual.most_flips),
            flips_within: minutes.map_or(usual.flips_within, |minutes| {
                chrono::TimeDelta::minutes(i64::from(minutes))
            }),
        }
    }
}

/// A child has another working directory.
fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_path_buf())
}

fn default_data_dir() -> PathBuf {
    PathBuf::from("data")
}

fn secret_key(env: &Environment) -> anyhow::Result<Option<KeyRing>> {
    let keys = env.text("MARO_SECRET_KEY");
    keys.map(|text| KeyRing::parse(&text))
        .transpose()
        .context("MARO_SECRET_KEY")
}

fn api_token(env: &Environment) -> anyhow::Result<Option<SecretString>> {
    let token = env.text("MARO_API_TOKEN");
    if token
        .as_ref()
        .is_some_and(|token| token.len() < SHORTEST_KEY)
    {
        anyhow::bail!("MARO_API_TOKEN must have at least {SHORTEST_KEY} characters");
    }
    Ok(token.map(SecretString::from))
}

fn commands(env: &Environment, from_file: Option<Vec<String>>) -> anyhow::Result<Vec<String>> {
    let listed = env.text("MARO_COMMANDS").map(|text| {
        text.split(',')
            .map(str::trim)
            .filter(|name| !name.is_empty())
            .map(str::to_owned)
            .collect()
    });
    let names: Vec<String> = listed.or(from_file).unwrap_or_else(|| vec!["/maro".into()]);
    let valid = |name: &String| name.starts_with('/') && name.len() > 1 && !name.contains(' ');
    anyhow::ensure!(
        !names.is_empty() && names.iter().all(valid),
        "MARO_COMMANDS must list slash commands such as /maro,/jira"
    );
    Ok(names)
}

impl file::Ledger {
    fn schedule(&self) -> Schedule {
        let millis =
            |ms: &u64| chrono::TimeDelta::milliseconds(i64::try_from(*ms).unwrap_or(i64::MAX));
        let default = Schedule::default();
        Schedule {
            searches: self
                .search_after_ms
                .as_ref()
                .map_or(default.searches, |pauses| {
                    pauses.iter().map(millis).collect()
                }),
            watch_every: self
                .watch_every_ms
                .as_ref()
                .map_or(default.watch_every, millis),
            first_deferral: self
                .first_deferral_ms
                .as_ref()
                .map_or(default.first_deferral, millis),
            limit_pause: self
                .limit_pause_ms
                .as_ref()
                .map_or(default.limit_pause, millis),
            ..default
        }
    }

    fn timings(&self) -> anyhow::Result<Timings> {
        let default = Timings::default();
        let millis = |ms: Option<u64>, or: Duration| ms.map_or(or, Duration::from_millis);
        let timings = Timings {
            send_deadline: millis(self.send_deadline_ms, default.send_deadline),
            lease: millis(self.lease_ms, default.lease),
            work_lease: millis(self.work_lease_ms, default.work_lease),
            poll: millis(self.poll_ms, default.poll),
            probe: millis(self.probe_ms, default.probe),
            jira_poll: millis(self.jira_poll_ms, default.jira_poll),
        };
        anyhow::ensure!(
            timings.send_deadline < timings.lease,
            "[ledger] send_deadline_ms must be shorter than lease_ms"
        );
        Ok(timings)
    }
}
