//! Deliveries recorded from real sites decode.

use maro_atlassian::webhook::{EventKind, JiraEvent};

use crate::support::shared;

#[test]
fn every_recorded_delivery_decodes() {
    let Some(folder) = shared("fixtures/jira_webhooks/mattermost-plugin-jira") else {
        return;
    };
    let mut decoded = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        let name = path.file_name().unwrap().to_string_lossy().to_string();
        let event = JiraEvent::parse(&std::fs::read(&path).unwrap())
            .unwrap_or_else(|err| panic!("{name}: {err}"));
        assert!(
            !matches!(event.kind, EventKind::Other(_)),
            "{name}: {:?}",
            event.kind
        );
        assert!(event.at.is_some(), "{name}");
        // Only the old server leaves the issue out when a comment is deleted.
        assert_eq!(
            event.issue.is_none(),
            name == "webhook-server-comment-deleted.json",
            "{name}"
        );
        if name == "webhook-issue-updated-labels.json" {
            assert_eq!(event.changes[0].to.as_deref(), Some("sad test-label"));
            assert_eq!(event.issue.unwrap().labels, ["sad", "test-label"]);
        }
        decoded += 1;
    }
    assert!(decoded >= 28, "only {decoded} files");
}
