//! How news of Jira comes in: webhooks, where Jira can reach Maro, and looking for changes.

use chrono::{DateTime, Utc};
use maro_app::App;
use maro_app::health::news_of_jira;
use url::{Host, Url};

use super::report::{Report, ago, good, note};

const HOOK: &str = "api/v1/webhooks/jira";

/// Looks at both ways in. Neither must be there; together they make news quick and certain.
pub(super) async fn check(app: &App, report: &mut Report) {
    let Some(jira) = app.jira_settings() else {
        return;
    };
    let news = match news_of_jira(app).await {
        Ok(news) => news,
        Err(err) => return report.bad(&format!("news of jira: {err}"), "check the database"),
    };
    if let Some(silent) = news.silent_for {
        report.bad(
            &format!(
                "news of jira: nothing was heard of tracked issues for {} minutes",
                silent.num_minutes()
            ),
            "see that `maro serve` runs and that its Jira account may search",
        );
    }
    match news.polled_at {
        Some(at) => good(&format!(
            "news of jira: looked for changes {}",
            since(app, at)
        )),
        None => note(
            "news of jira: not looked for changes yet; `maro serve` does when issues are tracked",
        ),
    }
    match news.last_webhook_at {
        Some(at) => good(&format!(
            "news of jira: the last webhook came {}",
            since(app, at)
        )),
        None if jira.webhook_secret.is_some() => no_webhook_yet(app, report),
        None => {}
    }
}

fn since(app: &App, at: DateTime<Utc>) -> String {
    ago(app.now() - at)
}

/// A secret is set, so webhooks are wanted.
fn no_webhook_yet(app: &App, report: &mut Report) {
    match &app.settings().public_url {
        None => note(
            "news of jira: no webhook has come yet; set MARO_PUBLIC_URL to see which address Jira must call",
        ),
        Some(url) if is_inside(url) => report.bad(
            &format!("news of jira: no webhook has come, and Jira Cloud cannot reach {url}"),
            "give Maro a public address, or take JIRA_WEBHOOK_SECRET away: looking for changes is enough",
        ),
        Some(url) => {
            let hook = url.join(HOOK).map_or_else(|_| HOOK.to_owned(), String::from);
            note(&format!(
                "news of jira: no webhook has come yet; in Jira, System, WebHooks, one for {hook} with the same secret is needed"
            ));
        }
    }
}

/// Only what can be told from the address itself; names are not looked up from here.
fn is_inside(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || !name.contains('.'),
        Some(Host::Ipv4(ip)) => ip.is_loopback() || ip.is_private() || ip.is_link_local(),
        Some(Host::Ipv6(ip)) => ip.is_loopback(),
        None => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_inside_is_told_from_one_outside() {
        for (url, inside) in [
            ("https://maro.acme.com", false),
            ("http://localhost:8080", true),
            ("http://10.0.0.5", true),
            ("http://maro", true),
        ] {
            assert_eq!(is_inside(&Url::parse(url).unwrap()), inside, "{url}");
        }
    }
}
