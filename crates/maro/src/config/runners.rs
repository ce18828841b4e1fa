//! `[[runners]]`: the suites that people may start from Slack.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::TimeDelta;
use maro_app::settings::{Runner, RunnerWay};
use secrecy::SecretString;
use serde::Deserialize;
use url::Url;

/// What a command gets of our environment. Nothing else: it may print what it gets.
const ENVIRONMENT: [&str; 3] = ["PATH", "LANG", "TMPDIR"];
const SHORTEST_SECRET: usize = 16;
const LONGEST_NAME: usize = 200;

/// One `[[runners]]` of the file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct RunnerLines {
    suite: String,
    url: Option<Url>,
    command: Option<Vec<String>>,
    #[serde(default = "five_minutes")]
    cooldown_s: u32,
    #[serde(default = "an_hour")]
    patience_s: u32,
    #[serde(default)]
    channels: Vec<String>,
}

fn five_minutes() -> u32 {
    300
}

fn an_hour() -> u32 {
    3_600
}

/// Checks the runners of the file.
pub(super) fn read(
    lines: Vec<RunnerLines>,
    secret: Option<&SecretString>,
    environment: &BTreeMap<String, String>,
    data_dir: &Path,
) -> anyhow::Result<Vec<Runner>> {
    let mut runners: Vec<Runner> = Vec::new();
    for lines in lines {
        let name = lines.suite.trim().to_owned();
        anyhow::ensure!(
            (1..=LONGEST_NAME).contains(&name.chars().count()),
            "[[runners]] suite must be a name of 1 to {LONGEST_NAME} characters"
        );
        let lower = name.to_lowercase();
        anyhow::ensure!(
            runners
                .iter()
                .all(|known| known.suite.to_lowercase() != lower),
            "[[runners]] names the suite {name} twice"
        );
        runners.push(Runner {
            way: way(&lines, &name, secret, environment, data_dir)?,
            suite: name,
            cooldown: TimeDelta::seconds(lines.cooldown_s.into()),
            patience: TimeDelta::seconds(lines.patience_s.into()),
            channels: lines.channels,
        });
    }
    Ok(runners)
}

fn way(
    lines: &RunnerLines,
    name: &str,
    secret: Option<&SecretString>,
    environment: &BTreeMap<String, String>,
    data_dir: &Path,
) -> anyhow::Result<RunnerWay> {
    use secrecy::ExposeSecret as _;
    match (&lines.url, lines.command.as_deref()) {
        (Some(url), None) => {
            anyhow::ensure!(
                matches!(url.scheme(), "http" | "https"),
                "[[runners]] url of {name} must begin with https:// or http://"
            );
            let secret = secret.filter(|secret| secret.expose_secret().len() >= SHORTEST_SECRET);
            let Some(secret) = secret.cloned() else {
                anyhow::bail!(
                    "the runner of {name} is called by URL; set MARO_RUNNER_SECRET to at least \
                     {SHORTEST_SECRET} characters, with which both sides sign"
                );
            };
            let url = url.clone();
            Ok(RunnerWay::Http { url, secret })
        }
        (None, Some([program, arguments @ ..])) => Ok(RunnerWay::Command {
            program: program.clone(),
            arguments: arguments.to_vec(),
            environment: of_ours(environment),
            folder: data_dir.join("runners"),
        }),
        _ => anyhow::bail!("the runner of {name} needs either url or command"),
    }
}

fn of_ours(environment: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let known = environment.iter();
    known
        .filter(|(name, _)| ENVIRONMENT.contains(&name.as_str()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect()
}
