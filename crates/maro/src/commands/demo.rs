//! `maro demo`: sandbox, server and a seeded workspace in a temporary folder, for trying everything.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use maro_sandbox::{Sandbox, SandboxOptions};
use secrecy::SecretString;
use serde_json::json;

use super::{demo_life, demo_script};
use crate::cli::Demo;
use crate::config::{Config, Log, SandboxPlace};
use crate::logging;
use crate::server::{Server, until_told_to_stop};

/// The account of the demo; it opens nothing real.
const EMAIL: &str = "admin@example.com";
const PASSWORD: &str = "demo-password-1";

/// Runs the demo until it is told to stop, or plays the script and ends. A configuration `file` says
/// what is not about Slack and Jira, such as runners and the map of statuses.
pub(crate) async fn run(args: Demo, file: Option<&Path>) -> anyhow::Result<ExitCode> {
    let quiet = Log {
        filter: Some("warn".into()),
        json: false,
    };
    logging::start(&quiet);
    let folder = Folder::create()?;
    let bind = |address: SocketAddr| {
        if args.script {
            any_port(address)
        } else {
            address
        }
    };
    let options = SandboxOptions {
        bind: bind(args.sandbox_bind),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options.clone()).await.with_context(|| {
        format!(
            "could not listen on {}; give another --sandbox-bind",
            options.bind
        )
    })?;
    let place = SandboxPlace {
        slack_api_url: sandbox.slack_api_url(),
        jira_url: sandbox.jira_url(),
        atlassian_url: sandbox.atlassian_url(),
        options,
    };
    let base = Config::for_sandbox(&folder.0, Some(&place), file)?;
    let admin = Some((EMAIL.to_owned(), SecretString::from(PASSWORD)));
    let config = Config {
        bind: bind(args.bind),
        public_url: Some(args.bind)
            .filter(|bind| !args.script && bind.port() != 0)
            .and_then(page_of),
        admin,
        ..base
    };
    if !args.script {
        demo_life::live_through(&config).await?;
    }
    let server = Server::start(&config).await?;
    let maro_url: url::Url = format!("http://{}/", server.address).parse()?;
    sandbox.point_at(maro_url.clone());
    let result = if args.script {
        demo_script::play(&sandbox.url(), &server.app).await
    } else {
        let life = demo_life::go_on(server.app.clone());
        server.app.tasks().spawn(life);
        announce(&args, &maro_url, &sandbox);
        until_told_to_stop().await
    };
    server.stop().await;
    sandbox.stop().await;
    result.map(|()| ExitCode::SUCCESS)
}

/// Where the pages will be, for the links in messages; unknown while the port is free to choose.
fn page_of(bind: SocketAddr) -> Option<url::Url> {
    format!("http://{bind}/").parse().ok()
}

fn any_port(address: SocketAddr) -> SocketAddr {
    SocketAddr::new(address.ip(), 0)
}

fn announce(args: &Demo, maro_url: &url::Url, sandbox: &Sandbox) {
    if args.json {
        let line = json!({
            "maro_url": maro_url, "sandbox_url": sandbox.url(), "email": EMAIL, "password": PASSWORD,
        });
        println!("{line}");
    }
    if !args.no_tour && !args.json {
        println!("{}", tour(maro_url, &sandbox.url()));
    }
}

fn tour(maro_url: &url::Url, sandbox_url: &url::Url) -> String {
    format!(
        "Maro is running, with a simulated Slack and Jira. Nothing leaves this machine.

  Slack and Jira to click in   {sandbox_url}
  Maro's own pages             {maro_url}
  Sign in with                 {EMAIL} / {PASSWORD}

A tour of five minutes:
  1. Open the first address. You are Amira, in #payments.
  2. Type  /maro create Checkout fails on Safari  and fill in the form.
  3. Look at the preview: it is what Jira will get. Press Approve, twice if you like.
  4. The ticket is in the Jira on the right, once. The channel tracks it: type  /maro tracked
  5. Open Maro's pages: the operation with its history, the outbox, the audit log.
  6. Look at Trends and Defects: four suites have reported for a month and go on every few seconds.
     What is bad is told in #checkout, by the rules on the page Rules.

Press ctrl-c to stop. Everything is in a temporary folder and goes away."
    )
}

/// A folder that goes away at the end.
struct Folder(PathBuf);

impl Folder {
    fn create() -> anyhow::Result<Self> {
        let folder = std::env::temp_dir().join(format!("maro-demo-{}", std::process::id()));
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("could not create {}", folder.display()))?;
        Ok(Self(folder))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let path: &Path = &self.0;
        if let Err(err) = std::fs::remove_dir_all(path) {
            eprintln!("maro: could not remove {}: {err}", path.display());
        }
    }
}
