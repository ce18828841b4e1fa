//! The values of Jira and Confluence: who signs in, and where.

use maro_core::integrations::Integration;
use maro_core::issue_key::is_project_key;

use super::{FieldProblem, Values, check_each, url};
use crate::settings::{AtlassianLogin, ConfluenceSettings, JiraSettings};

const DEFAULT_ISSUE_TYPE: &str = "Task";

/// Reads the settings of Jira; `None` when there is no address.
pub(crate) fn jira(values: &Values) -> Result<Option<JiraSettings>, Vec<FieldProblem>> {
    let mut problems = check_each(Integration::Jira, values);
    let default_project = values.text("default_project").map(str::to_owned);
    if default_project
        .as_deref()
        .is_some_and(|key| !is_project_key(key))
    {
        problems.push(FieldProblem::new(
            "default_project",
            "must be a project key such as SCRUM",
        ));
    }
    let login = login(values, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(login.map(|login| JiraSettings {
        url: url(values),
        login,
        default_project,
        default_issue_type: values
            .text("default_issue_type")
            .unwrap_or(DEFAULT_ISSUE_TYPE)
            .to_owned(),
        webhook_secret: values.secret("webhook_secret"),
    }))
}

/// Reads the settings of Confluence; `None` when there is no address.
pub(crate) fn confluence(values: &Values) -> Result<Option<ConfluenceSettings>, Vec<FieldProblem>> {
    let mut problems = check_each(Integration::Confluence, values);
    let login = login(values, &mut problems);
    if !problems.is_empty() {
        return Err(problems);
    }
    Ok(login.map(|login| ConfluenceSettings {
        url: url(values),
        login,
    }))
}

/// Who signs in. Without an address nobody does, unless a consent names the site.
fn login(values: &Values, problems: &mut Vec<FieldProblem>) -> Option<AtlassianLogin> {
    if values.text("auth") == Some("oauth") {
        return Some(AtlassianLogin::OAuth);
    }
    values.text("url")?;
    let tokens = (values.secret("api_token"), values.secret("personal_token"));
    match (values.text("auth"), tokens) {
        (None, (Some(_), Some(_))) => {
            problems.push(FieldProblem::new(
                "personal_token",
                "must not be set together with the API token; give one of them, or say which one counts",
            ));
            None
        }
        (Some("personal_token"), (_, None)) => {
            problems.push(FieldProblem::new("personal_token", "must be set"));
            None
        }
        (Some("personal_token") | None, (_, Some(token))) => {
            let username = values.text("username").map(str::to_owned);
            Some(AtlassianLogin::PersonalToken { username, token })
        }
        (_, (api_token, _)) => by_api_token(values, api_token, problems),
    }
}

fn by_api_token(
    values: &Values,
    api_token: Option<secrecy::SecretString>,
    problems: &mut Vec<FieldProblem>,
) -> Option<AtlassianLogin> {
    let username = values.text("username").map(str::to_owned);
    if username.is_none() {
        problems.push(FieldProblem::new(
            "username",
            "must be set too: it is the account's e-mail address",
        ));
    }
    if api_token.is_none() {
        problems.push(FieldProblem::new(
            "api_token",
            "must be set too: it comes from id.atlassian.com, Security, API tokens",
        ));
    }
    Some(AtlassianLogin::ApiToken {
        username: username?,
        api_token: api_token?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const SITE: (&str, &str) = ("url", "https://acme.atlassian.net");
    const ACCOUNT: (&str, &str) = ("username", "amira@example.com");
    const API: (&str, &str) = ("api_token", "t");
    const PERSONAL: (&str, &str) = ("personal_token", "p");

    type Pairs<'a> = &'a [(&'a str, &'a str)];

    fn values(fields: Pairs<'_>, secrets: Pairs<'_>) -> Values {
        Values {
            fields: fields
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
                .collect(),
            secrets: secrets
                .iter()
                .map(|(name, value)| ((*name).to_owned(), (*value).into()))
                .collect(),
        }
    }

    fn login_of(fields: Pairs<'_>, secrets: Pairs<'_>) -> Option<AtlassianLogin> {
        let read = jira(&values(fields, secrets)).unwrap();
        read.map(|settings| settings.login)
    }

    #[test]
    fn the_way_to_sign_in_follows_from_what_is_set() {
        assert!(login_of(&[ACCOUNT], &[API]).is_none(), "no address");
        let api = login_of(&[SITE, ACCOUNT], &[API]);
        assert!(matches!(api, Some(AtlassianLogin::ApiToken { .. })));
        let personal = login_of(&[SITE], &[PERSONAL]);
        assert!(matches!(
            personal,
            Some(AtlassianLogin::PersonalToken { .. })
        ));
        let chosen = [SITE, ACCOUNT, ("auth", "api_token")];
        let chosen = login_of(&chosen, &[API, PERSONAL]);
        assert!(matches!(chosen, Some(AtlassianLogin::ApiToken { .. })));
        let consent = login_of(&[("auth", "oauth")], &[]);
        assert!(matches!(consent, Some(AtlassianLogin::OAuth)));
    }

    #[test]
    fn what_is_missing_or_wrong_names_the_field() {
        let cases: [(Pairs<'_>, Pairs<'_>, &[&str]); 6] = [
            (&[SITE], &[], &["username", "api_token"]),
            (&[SITE, ACCOUNT], &[API, PERSONAL], &["personal_token"]),
            (
                &[SITE, ("auth", "personal_token")],
                &[API],
                &["personal_token"],
            ),
            (&[("url", "jira"), ACCOUNT], &[API], &["url"]),
            (
                &[("url", "https://a:b@x.example"), ACCOUNT],
                &[API],
                &["url"],
            ),
            (
                &[SITE, ACCOUNT, ("default_project", "x y")],
                &[API],
                &["default_project"],
            ),
        ];
        for (fields, secrets, wrong) in cases {
            let problems = jira(&values(fields, secrets)).unwrap_err();
            let named: Vec<&str> = problems.iter().map(|problem| problem.field).collect();
            assert_eq!(named, wrong, "{fields:?}");
        }
    }
}
