//! Slack's values.

use maro_core::integrations::Integration;
use secrecy::{ExposeSecret as _, SecretString};
use url::Url;

use super::{FieldProblem, Values, check_each, parse_url, switch};
use crate::settings::SlackSettings;

/// Reads the settings; `None` when nothing is set that connects.
pub(crate) fn slack(
    values: &Values,
    api_url: &Url,
) -> Result<Option<SlackSettings>, Vec<FieldProblem>> {
    let mut problems = check_each(Integration::Slack, values);
    let settings = SlackSettings {
        api_url: api_url.clone(),
        bot_token: values.secret("bot_token"),
        signing_secret: values.secret("signing_secret"),
        app_token: values.secret("app_token"),
        client_id: values.text("client_id").map(str::to_owned),
        client_secret: values.secret("client_secret"),
        webhook_url: values.secret("webhook_url"),
        alert_channel: values.text("alert_channel").map(str::to_owned),
        notifications_enabled: switch(values, "notifications_enabled", true),
    };
    check(&settings, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    let connects = settings.bot_token.is_some()
        || settings.client_id.is_some()
        || settings.webhook_url.is_some();
    Ok(connects.then_some(settings))
}

fn check(settings: &SlackSettings, problems: &mut Vec<FieldProblem>) {
    let has_token = settings.bot_token.is_some() || settings.client_id.is_some();
    if settings.signing_secret.is_some() && !has_token {
        problems.push(FieldProblem::new(
            "bot_token",
            "must be set too, since the signing secret is; both are on the app's pages at api.slack.com/apps",
        ));
    }
    if settings.app_token.is_some() && !has_token {
        problems.push(FieldProblem::new(
            "bot_token",
            "must be set too: Socket Mode delivers, but only the bot token can answer",
        ));
    }
    if begins_otherwise(settings.app_token.as_ref(), "xapp-") {
        problems.push(FieldProblem::new(
            "app_token",
            "must begin with xapp-; it is an app-level token of Basic Information",
        ));
    }
    if begins_with(settings.bot_token.as_ref(), "xapp-") {
        problems.push(FieldProblem::new(
            "bot_token",
            "must be the bot token (xoxb-…); this is the app-level token",
        ));
    }
    match (&settings.client_id, &settings.client_secret) {
        (Some(_), None) => problems.push(FieldProblem::new(
            "client_secret",
            "must be set too, since the client ID is; both are under Basic Information",
        )),
        (None, Some(_)) => problems.push(FieldProblem::new(
            "client_id",
            "must be set too, since the client secret is; both are under Basic Information",
        )),
        _ => {}
    }
    let webhook = settings.webhook_url.as_ref();
    if let Some(Err(must)) = webhook.map(|url| parse_url(url.expose_secret())) {
        problems.push(FieldProblem::new("webhook_url", must));
    }
}

fn begins_with(secret: Option<&SecretString>, prefix: &str) -> bool {
    secret.is_some_and(|secret| secret.expose_secret().starts_with(prefix))
}

fn begins_otherwise(secret: Option<&SecretString>, prefix: &str) -> bool {
    secret.is_some() && !begins_with(secret, prefix)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(secrets: &[(&str, &str)], fields: &[(&str, &str)]) -> Result<bool, Vec<&'static str>> {
        let values = Values {
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            secrets: secrets
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect(),
        };
        let read = slack(&values, &Url::parse("https://slack.com/api/").unwrap());
        read.map(|settings| settings.is_some())
            .map_err(|problems| problems.iter().map(|problem| problem.field).collect())
    }

    #[test]
    fn a_token_an_app_or_a_webhook_connects() {
        assert_eq!(read(&[], &[("notifications_enabled", "no")]), Ok(false));
        assert_eq!(read(&[("bot_token", "xoxb-1")], &[]), Ok(true));
        let webhook = [("webhook_url", "https://hooks.slack.com/services/T/B/X")];
        assert_eq!(read(&webhook, &[]), Ok(true));
        assert_eq!(
            read(&[("client_secret", "s")], &[("client_id", "1.2")]),
            Ok(true)
        );
    }

    #[test]
    fn what_does_not_fit_together_names_the_field() {
        let cases: [(&[(&str, &str)], &str); 6] = [
            (&[("signing_secret", "s")], "bot_token"),
            (&[("bot_token", "xapp-1")], "bot_token"),
            (
                &[("bot_token", "xoxb-1"), ("app_token", "xoxb-2")],
                "app_token",
            ),
            (&[("client_secret", "s")], "client_id"),
            (&[("webhook_url", "hooks")], "webhook_url"),
            (&[("bot_token", "xoxb-1\nxoxb-2")], "bot_token"),
        ];
        for (secrets, field) in cases {
            assert_eq!(read(secrets, &[]), Err(vec![field]), "{secrets:?}");
        }
        let fields = [("notifications_enabled", "perhaps")];
        assert_eq!(read(&[], &fields), Err(vec!["notifications_enabled"]));
    }
}
