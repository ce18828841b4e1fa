//! The effective configuration as text, secrets masked.

use std::fmt::Write as _;

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
        line("MARO_COMMANDS", self.commands.join(","));
        line(
            "MARO_ADMIN_EMAIL",
            shown(self.admin.as_ref().map(|(email, _)| email)),
        );
        line("MARO_ADMIN_PASSWORD", secret(self.admin_password.is_some()));
        line("MARO_API_TOKEN", secret(self.api_token.is_some()));
        let slack = self.slack.as_ref();
        line("SLACK_API_URL", shown(slack.map(|s| &s.api_url)));
        line("SLACK_BOT_TOKEN", secret(slack.is_some()));
        line(
            "SLACK_SIGNING_SECRET",
            secret(slack.is_some_and(|s| s.signing_secret.is_some())),
        );
        let jira = self.jira.as_ref();
        line("JIRA_URL", shown(jira.map(|j| &j.url)));
        line("JIRA_USERNAME", shown(jira.map(|j| &j.username)));
        line("JIRA_API_TOKEN", secret(jira.is_some()));
        line(
            "JIRA_DEFAULT_PROJECT",
            shown(jira.and_then(|j| j.default_project.as_ref())),
        );
        line(
            "JIRA_WEBHOOK_SECRET",
            secret(jira.is_some_and(|j| j.webhook_secret.is_some())),
        );
        let atlassian = &self.atlassian;
        let app = atlassian.app.as_ref();
        line("ATLASSIAN_CLIENT_ID", shown(app.map(|a| &a.client_id)));
        line("ATLASSIAN_CLIENT_SECRET", secret(app.is_some()));
        line("ATLASSIAN_AUTH_URL", atlassian.auth_url.to_string());
        line("ATLASSIAN_API_URL", atlassian.api_url.to_string());
        line(
            "approval",
            serde_json::to_string(&self.approval).unwrap_or_default(),
        );
        text
    }
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
