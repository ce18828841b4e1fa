//! The effective configuration as text, secrets masked.

use std::fmt::Write as _;

use chrono::TimeDelta;
use maro_app::connections::Values;
use maro_app::connections::fields::{self, Field};
use maro_app::model::Integration;

use super::Config;

impl Config {
    /// The configuration as an operator may show it to others.
    pub(crate) fn masked(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: String| {
            let _ = writeln!(text, "{name} = {value}"); // Writing to a String cannot fail.
        };
        line("MARO_BIND", self.bind.to_string());
        line("MARO_PUBLIC_URL", shown(self.public_url.as_ref()));
        line("MARO_DATA_DIR", self.data_dir.display().to_string());
        line("MARO_DATABASE_URL", without_password(&self.database_url));
        line("MARO_SECRET_KEY", secret(self.secret_key.is_some()));
        line(
            "MARO_SECRET_KEY_FILE",
            shown(self.secret_key_file.as_ref().map(|p| p.display())),
        );
        let cluster = self.kubernetes.as_ref();
        line(
            "MARO_SECRET_STORE",
            cluster.map_or("database", |_| "kubernetes").to_owned(),
        );
        line("MARO_KUBERNETES_URL", shown(cluster.map(|c| &c.url)));
        line(
            "MARO_KUBERNETES_NAMESPACE",
            shown(cluster.map(|c| &c.namespace)),
        );
        line("MARO_COMMANDS", self.commands.join(","));
        line(
            "MARO_RULES_FILE",
            shown(self.rules_file.as_ref().map(|p| p.display())),
        );
        line(
            "MARO_ADMIN_EMAIL",
            shown(self.admin.as_ref().map(|(email, _)| email)),
        );
        line("MARO_ADMIN_PASSWORD", secret(self.admin_password.is_some()));
        line("MARO_API_TOKEN", secret(self.api_token.is_some()));
        line("MARO_RUNNER_SECRET", secret(self.runner_secret.is_some()));
        let suites = self.runners.iter().map(|runner| runner.suite.as_str());
        line("runners", suites.collect::<Vec<_>>().join(", "));
        let atlassian = &self.start.atlassian;
        line("SLACK_API_URL", self.start.slack_api_url.to_string());
        for (variable, value) in self.start.values.iter().flat_map(of_integration) {
            line(variable, value);
        }
        let app = atlassian.app.as_ref();
        line("ATLASSIAN_CLIENT_ID", shown(app.map(|a| &a.client_id)));
        line("ATLASSIAN_CLIENT_SECRET", secret(app.is_some()));
        line("ATLASSIAN_AUTH_URL", atlassian.auth_url.to_string());
        line("ATLASSIAN_API_URL", atlassian.api_url.to_string());
        line("MARO_ALLOWED_HOSTS", self.start.allowed_hosts.join(","));
        line(
            "approval",
            serde_json::to_string(&self.approval).unwrap_or_default(),
        );
        for (name, value) in self.of_the_file() {
            line(name, value);
        }
        text
    }

    /// What only the file can set, as its keys name it.
    fn of_the_file(&self) -> Vec<(&'static str, String)> {
        let Self {
            schedule, timings, ..
        } = self;
        let millis = |time: std::time::Duration| time.as_millis().to_string();
        let pause = |time: TimeDelta| time.num_milliseconds().to_string();
        let searches: Vec<String> = schedule.searches.iter().copied().map(pause).collect();
        vec![
            ("log_json", self.log.json.to_string()),
            ("ledger.search_after_ms", searches.join(", ")),
            ("ledger.watch_every_ms", pause(schedule.watch_every)),
            ("ledger.first_deferral_ms", pause(schedule.first_deferral)),
            ("ledger.limit_pause_ms", pause(schedule.limit_pause)),
            ("ledger.send_deadline_ms", millis(timings.send_deadline)),
            ("ledger.lease_ms", millis(timings.lease)),
            ("ledger.work_lease_ms", millis(timings.work_lease)),
            ("ledger.poll_ms", millis(timings.poll)),
            ("ledger.probe_ms", millis(timings.probe)),
            ("ledger.jira_poll_ms", millis(timings.jira_poll)),
            ("keep.runs_days", self.retention.runs.num_days().to_string()),
            (
                "keep.settled_defects_days",
                self.retention.settled_defects.num_days().to_string(),
            ),
        ]
    }
}

/// The variables of one integration, in the order of its fields.
fn of_integration((integration, values): (&Integration, &Values)) -> Vec<(&'static str, String)> {
    let line = |field: &Field| {
        let value = if field.kind.is_secret() {
            secret(values.secrets.contains_key(field.name))
        } else {
            shown(values.fields.get(field.name))
        };
        Some((field.variable?, value))
    };
    fields::of(*integration).iter().filter_map(line).collect()
}

fn shown(value: Option<impl std::fmt::Display>) -> String {
    value.map_or_else(|| "(not set)".into(), |value| value.to_string())
}

fn secret(is_set: bool) -> String {
    if is_set {
        "********".into()
    } else {
        "(not set)".into()
    }
}

fn without_password(url: &str) -> String {
    match url::Url::parse(url) {
        Ok(mut parsed) if parsed.password().is_some() => {
            let _ = parsed.set_password(Some("********"));
            parsed.to_string()
        }
        _ => url.to_owned(),
    }
}
