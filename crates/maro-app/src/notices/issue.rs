//! What changed in Jira about a tracked issue, where a webhook is all there is to tell it by.

use maro_core::issue_key::IssueKey;
use maro_slack::mrkdwn::{from_user, link};
use maro_store::tracked_state::{self, Known, Seen};
use maro_store::{StoreError, Tx};

use super::{Road, by_webhook, road};
use crate::App;
use crate::messages::queue;

/// What channels whose people hear by the webhook knew of an issue. It is asked before the new
/// state is stored; nothing is read where nobody hears by the webhook.
pub(crate) async fn known_before(
    app: &App,
    tx: &Tx,
    id: &str,
    key: &str,
) -> Result<Option<Known>, StoreError> {
    let webhook = app
        .slack_settings()
        .is_some_and(|slack| slack.webhook_url.is_some() && slack.notifications_enabled);
    if !webhook {
        return Ok(None);
    }
    let known = tracked_state::known(tx, id, key).await?;
    let mut heard = known
        .into_iter()
        .filter(|known| road(app, &known.team) == Road::Webhook);
    Ok(heard.next())
}

/// Tells once what is new, however many channels follow the issue.
pub(crate) async fn issue_changed(
    app: &App,
    tx: &Tx,
    before: &Known,
    now: &Seen,
) -> Result<(), StoreError> {
    let Some(news) = news(before, now) else {
        return Ok(());
    };
    let url = crate::links::issue(app, now.key.as_str());
    let line = format!(
        "{} {}: {news}",
        link(&url, now.key.as_str()),
        from_user(&now.summary)
    );
    tell(app, tx, &now.id, line).await
}

/// Tells that Jira does not show the issue any more.
pub(crate) async fn issue_gone(app: &App, tx: &Tx, before: &Known) -> Result<(), StoreError> {
    let line = format!(
        "{} was deleted in Jira, or Maro may not see it any more.",
        named(&before.key, before.summary.as_deref())
    );
    tell(app, tx, before.key.as_str(), line).await
}

fn named(key: &IssueKey, summary: Option<&str>) -> String {
    let summary = summary.map(from_user).unwrap_or_default();
    format!("{key} {summary}").trim_end().to_owned()
}

/// What Maro did not know before is no news: it has only just begun to look.
fn news(before: &Known, now: &Seen) -> Option<String> {
    let mut news = Vec::new();
    if let Some(status) = before.status.as_ref().filter(|was| **was != now.status) {
        news.push(format!(
            "{} → {}",
            from_user(status),
            from_user(&now.status)
        ));
    }
    if before.key != now.key {
        news.push(format!("moved from {}", before.key));
    }
    if let Some(summary) = before.summary.as_ref().filter(|was| **was != now.summary) {
        news.push(format!("renamed from “{}”", from_user(summary)));
    }
    (!news.is_empty()).then(|| news.join(", "))
}

async fn tell(app: &App, tx: &Tx, issue: &str, line: String) -> Result<(), StoreError> {
    let subject = format!("issue:{issue}");
    queue(app, tx, "", subject, by_webhook(line)).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(status: Option<&str>) -> Known {
        Known {
            team: "T1".into(),
            key: "OPS-1".parse().unwrap(),
            status: status.map(str::to_owned),
            summary: Some("It <fails>".into()),
        }
    }

    fn seen(key: &str, status: &str, summary: &str) -> Seen {
        Seen {
            id: "1".into(),
            key: key.parse().unwrap(),
            status: status.into(),
            summary: summary.into(),
            updated: None,
        }
    }

    #[test]
    fn only_what_is_new_is_news() {
        let news = |status, key, now, summary| news(&known(status), &seen(key, now, summary));
        let open = Some("Open");
        assert_eq!(news(open, "OPS-1", "Open", "It <fails>"), None);
        assert_eq!(news(None, "OPS-1", "Open", "It <fails>"), None);
        let told = news(open, "OPS-1", "Done", "It <fails>");
        assert_eq!(told.as_deref(), Some("Open → Done"));
        let told = news(open, "NEW-7", "Open", "It works");
        let both = "moved from OPS-1, renamed from “It &lt;fails&gt;”";
        assert_eq!(told.as_deref(), Some(both));
    }
}
