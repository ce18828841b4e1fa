//! The command line: what can be typed, and what it means.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use maro_core::people::Role;

/// The gate between everything that wants to write to Jira and Jira.
#[derive(Debug, Parser)]
#[command(name = "maro", version, about, max_term_width = 100)]
pub(crate) struct Cli {
    /// Configuration file (TOML); also `MARO_CONFIG`.
    #[arg(long, global = true)]
    pub(crate) config: Option<PathBuf>,
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Everything that Maro does.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run the server.
    Serve(Serve),
    /// Try everything offline: sandbox, server and a seeded workspace.
    Demo(Demo),
    /// Run the simulated Slack and Jira alone.
    Sandbox(SandboxArgs),
    /// Check every connection with real calls and say what to do.
    Doctor,
    /// Print the app manifest, from which Slack makes the app.
    Manifest(ManifestArgs),
    /// Bring the database up to date.
    Migrate,
    /// Print the effective configuration, secrets masked.
    Config,
    /// Look at the audit log.
    #[command(subcommand)]
    Audit(Audit),
    /// Look at files of rules.
    #[command(subcommand)]
    Rules(Rules),
    /// Administer accounts and tokens.
    #[command(subcommand)]
    Admin(AdminCommand),
    /// Tell a running Maro what was found, for example from a build.
    Report(Report),
    /// Print the OpenAPI document.
    #[command(hide = true)]
    Openapi,
    /// For those who develop Maro.
    #[command(subcommand, hide = true)]
    Dev(Dev),
}

/// `maro serve`.
#[derive(Debug, Args)]
pub(crate) struct Serve {
    /// Address to listen on; also `MARO_BIND`. Port 0 takes a free one.
    #[arg(long)]
    pub(crate) bind: Option<SocketAddr>,
    /// Print where Maro listens as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `maro demo`.
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Play the main job without a browser, print each step, and end.
    #[arg(long)]
    pub(crate) script: bool,
    /// Address of the web pages.
    #[arg(long, default_value = "127.0.0.1:8080")]
    pub(crate) bind: SocketAddr,
    /// Address of the simulated Slack and Jira.
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub(crate) sandbox_bind: SocketAddr,
    /// Do not print the tour.
    #[arg(long)]
    pub(crate) no_tour: bool,
    /// Print the addresses as one line of JSON.
    #[arg(long)]
    pub(crate) json: bool,
}

/// `maro sandbox`.
#[derive(Debug, Args)]
pub(crate) struct SandboxArgs {
    /// Address to listen on.
    #[arg(long, default_value = "127.0.0.1:8090")]
    pub(crate) bind: SocketAddr,
    /// Where Maro is, for signed deliveries.
    #[arg(long)]
    pub(crate) maro_url: Option<url::Url>,
    /// A fault to begin with, for example jira:POST:/rest/api/3/issue:drop-after:times=1.
    #[arg(long = "fault")]
    pub(crate) faults: Vec<maro_sandbox::FaultRule>,
    /// Start without messages and issues.
    #[arg(long)]
    pub(crate) empty: bool,
}

/// `maro manifest`.
#[derive(Debug, Args)]
pub(crate) struct ManifestArgs {
    /// For Socket Mode: Maro opens the connection, and no public address is needed.
    #[arg(long)]
    pub(crate) socket_mode: bool,
    /// Where Slack and people reach this Maro; also `MARO_PUBLIC_URL`.
    #[arg(long)]
    pub(crate) url: Option<url::Url>,
    /// Let tokens expire after twelve hours. Slack does not let one turn it off again.
    #[arg(long)]
    pub(crate) token_rotation: bool,
    /// How it is written.
    #[arg(long, value_enum, default_value = "yaml")]
    pub(crate) format: ManifestFormat,
}

/// How a manifest is written.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(crate) enum ManifestFormat {
    /// JSON.
    Json,
    /// YAML.
    Yaml,
}

/// `maro rules …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Rules {
    /// Check a file of rules; needs no server.
    Check {
        /// The file (TOML), as `MARO_RULES_FILE` names it.
        file: PathBuf,
    },
}

/// `maro audit …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Audit {
    /// Check the whole chain of entries.
    Verify,
}

/// `maro admin …`.
#[derive(Debug, Subcommand)]
pub(crate) enum AdminCommand {
    /// Make the first administrator; the password is read from `MARO_ADMIN_PASSWORD`.
    CreateAdmin {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Name that others see.
        #[arg(long, default_value = "Administrator")]
        name: String,
    },
    /// List who may sign in on the web.
    ListPeople,
    /// Add somebody who may sign in on the web, and print their first password once.
    AddPerson {
        /// E-mail address to sign in with.
        #[arg(long)]
        email: String,
        /// Name that others see.
        #[arg(long)]
        name: String,
        /// What they may do: viewer, member, approver or admin.
        #[arg(long, default_value = "member", value_parser = role)]
        role: Role,
    },
    /// Change somebody who may sign in on the web.
    ChangePerson {
        /// Their e-mail address.
        email: String,
        /// Another name.
        #[arg(long)]
        name: Option<String>,
        /// Another role: viewer, member, approver or admin.
        #[arg(long, value_parser = role)]
        role: Option<Role>,
        /// Lock them out; they are signed out at once.
        #[arg(long, conflicts_with = "enable")]
        disable: bool,
        /// Let them sign in again.
        #[arg(long)]
        enable: bool,
        /// Give them another password and print it once.
        #[arg(long)]
        new_password: bool,
    },
    /// Make an API token and print it once.
    CreateToken {
        /// What the token is for.
        #[arg(long)]
        name: String,
        /// What it may do: read, drafts:write, approvals:write, tracking:write, outbox:write, audit:read,
        /// integrations:read, integrations:write, findings:read, findings:write, rules:read, rules:write.
        #[arg(long = "scope", required = true)]
        scopes: Vec<String>,
        /// Days until it expires.
        #[arg(long)]
        days: Option<i64>,
    },
    /// List API tokens.
    ListTokens,
    /// Revoke an API token.
    RevokeToken {
        /// Its id, from list-tokens.
        id: String,
    },
    /// Say that the database was restored from a backup: what it holds may have been sent since.
    AfterRestore,
    /// Put a new secret key in front and seal everything again with it.
    RotateKey,
    /// Print the code for the set-up page.
    SetupCode,
}

fn role(text: &str) -> Result<Role, String> {
    Role::parse(text).ok_or_else(|| "must be viewer, member, approver or admin".to_owned())
}

/// `maro report …`.
#[derive(Debug, Args)]
#[command(
    after_help = "Ends with 0: recorded. 1: something is wrong here, for example a file cannot be read. \
    2: the command line is wrong. 3: Maro refused it, for example a broken report or a missing scope. \
    4: Maro was not reached or has no time, after three attempts. 5: recorded, but tests failed \
    (with --fail-on-failure)."
)]
pub(crate) struct Report {
    /// Where Maro is.
    #[command(flatten)]
    pub(crate) place: ReportPlace,
    /// What to report.
    #[command(subcommand)]
    pub(crate) command: ReportCommand,
}

/// Where a report goes.
#[derive(Args)]
pub(crate) struct ReportPlace {
    /// Where Maro is; also `MARO_URL`.
    #[arg(long, global = true)]
    pub(crate) url: Option<url::Url>,
    /// A token with the scope findings:write; better in `MARO_API_TOKEN`, where no other process sees it.
    #[arg(long, global = true)]
    pub(crate) token: Option<String>,
}

/// Leaves out the token.
impl std::fmt::Debug for ReportPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ReportPlace").finish_non_exhaustive()
    }
}

/// What is reported.
#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// JUnit files, plain or packed with gzip; all together are one run of one suite.
    Junit(ReportJunit),
    /// A defect; the same fingerprint again is counted.
    Defect(ReportDefect),
    /// An alert: something that a monitor noticed.
    Alert(ReportDefect),
    /// Something unusual that somebody should look at.
    EdgeCase(ReportDefect),
}

/// `maro report junit`.
#[derive(Debug, Args)]
pub(crate) struct ReportJunit {
    /// The files.
    #[arg(required = true)]
    pub(crate) files: Vec<PathBuf>,
    /// The suite; without it the report names itself.
    #[arg(long)]
    pub(crate) suite: Option<String>,
    /// The branch.
    #[arg(long)]
    pub(crate) branch: Option<String>,
    /// The commit.
    #[arg(long)]
    pub(crate) revision: Option<String>,
    /// The environment, for example staging.
    #[arg(long)]
    pub(crate) environment: Option<String>,
    /// The build, as a web address.
    #[arg(long)]
    pub(crate) build_url: Option<String>,
    /// End with 5 when tests failed.
    #[arg(long)]
    pub(crate) fail_on_failure: bool,
    /// A word for this upload: the same files sent again with it are recorded once. Made up when absent.
    #[arg(long)]
    pub(crate) idempotency_key: Option<String>,
    /// Show no progress.
    #[arg(long)]
    pub(crate) quiet: bool,
}

/// `maro report defect`.
#[derive(Debug, Args)]
pub(crate) struct ReportDefect {
    /// What is wrong, on one line.
    #[arg(long)]
    pub(crate) title: String,
    /// critical, high, medium or low.
    #[arg(long)]
    pub(crate) severity: String,
    /// What makes two reports one defect; made of source and title when absent.
    #[arg(long)]
    pub(crate) fingerprint: Option<String>,
    /// What is wrong, at length.
    #[arg(long)]
    pub(crate) description: Option<String>,
    /// How to see it.
    #[arg(long)]
    pub(crate) steps: Option<String>,
    /// What should happen.
    #[arg(long)]
    pub(crate) expected: Option<String>,
    /// What happens.
    #[arg(long)]
    pub(crate) actual: Option<String>,
    /// Who found it: a suite, a monitor, a tool.
    #[arg(long)]
    pub(crate) source: Option<String>,
    /// A word for this sighting: what is sent again with it is counted once. Made up when absent.
    #[arg(long)]
    pub(crate) idempotency_key: Option<String>,
}

/// `maro dev …`.
#[derive(Debug, Subcommand)]
pub(crate) enum Dev {
    /// Print every message and form that Maro can produce, as JSON.
    Samples,
}
