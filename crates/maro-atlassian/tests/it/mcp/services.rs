//! What Maro does with issues and pages besides creating issues, through every server: the simulated
//! ones, and the real mcp-atlassian.

use std::time::{Duration, Instant};

use maro_atlassian::JiraError;
use maro_atlassian::confluence::{
    ConfluenceError, CqlSearch, NewPage, PageError, PageUpdate, Space,
};
use maro_atlassian::mcp::Profile;
use serde_json::{Map, Value, json};

use super::stage::{LONG, Stage};

/// Amira, by her name on Data Center and her account on Cloud.
const BY_NAME: &str = "amira";
const BY_ACCOUNT: &str = "5c5f880629be9642ba529341";

#[tokio::test]
async fn the_simulated_mcp_atlassian_does_it_all() {
    let stage = Stage::new(Profile::Sooperset).await;
    issues(&stage, BY_NAME).await;
    pages(&stage).await;
}

#[tokio::test]
async fn the_first_version_of_the_hosted_server_does_it_all() {
    let stage = Stage::new(Profile::RovoV1).await;
    issues(&stage, BY_ACCOUNT).await;
    pages(&stage).await;
}

#[tokio::test]
async fn the_second_version_of_the_hosted_server_does_it_all() {
    let stage = Stage::new(Profile::RovoV2).await;
    issues(&stage, BY_ACCOUNT).await;
    pages(&stage).await;
}

#[tokio::test]
async fn the_second_version_does_it_all_through_the_tool_that_runs_others() {
    let stage = Stage::new(Profile::RovoV2).await;
    let unlisted = json!({"unlisted_tools": ["editJiraIssue", "addOrEditJiraIssueComment",
        "listJiraIssueTransitions", "transitionJiraIssue", "createConfluenceContent",
        "getConfluenceContent", "searchConfluence", "updateConfluenceContent"]});
    stage.admin("mcp/settings", unlisted).await;
    stage.client.probe().await.unwrap();
    issues(&stage, BY_ACCOUNT).await;
    pages(&stage).await;
}

#[tokio::test]
async fn the_real_mcp_atlassian_does_it_all() {
    let home = tempfile::tempdir().unwrap();
    let Some(stage) = Stage::real(home.path()).await else {
        return;
    };
    issues(&stage, BY_NAME).await;
    pages(&stage).await;
    stage.client.close().await;
}

fn fields(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

/// An issue as the sandbox holds it.
async fn kept(stage: &Stage, key: &str) -> Value {
    let state = stage.state().await;
    let issues = state["jira"]["issues"].as_array().unwrap();
    issues
        .iter()
        .find(|issue| issue["key"] == key)
        .unwrap()
        .clone()
}

/// Changed, commented, moved, given to somebody.
async fn issues(stage: &Stage, amira: &str) {
    let client = &stage.client;
    let created = stage.try_to_create("For the services").await.unwrap();
    let key = created.key.to_string();

    let change = json!({"summary": "Changed", "labels": ["maro-table", "b"], "priority": {"name": "High"},
        "description": "## Why\n\nIt **matters**."});
    let lost = client.update_issue(&key, &fields(&change)).await.unwrap();
    assert_eq!(lost, Vec::<String>::new());
    let wrong = json!({"priority": {"name": "Not one of them"}});
    let refused = client.update_issue(&key, &fields(&wrong)).await;
    assert!(
        matches!(&refused, Err(JiraError::Rejected(_)))
            || refused.as_ref().is_ok_and(|lost| !lost.is_empty()),
        "{refused:?}"
    );

    let comment = client.add_comment(&key, "Seen by **Maro**.", LONG).await;
    assert!(!comment.unwrap().id.is_empty());
    client.assign(&key, Some(amira)).await.unwrap();
    let step = client.transition_to(&key, "in progress").await.unwrap();
    assert_eq!(step.to.unwrap().name, "In Progress");
    let nowhere = client.transition_to(&key, "Nirvana").await.unwrap_err();
    assert!(
        nowhere
            .to_string()
            .contains("it can go to To Do, In Progress, Done"),
        "{nowhere}"
    );

    let kept = kept(stage, &key).await;
    assert_eq!(
        (&kept["summary"], &kept["status"], &kept["priority"]),
        (&json!("Changed"), &json!("In Progress"), &json!("High"))
    );
    assert!(kept["assignee"].to_string().contains("Amira"), "{kept}");
    assert!(kept["comments"].to_string().contains("Maro"), "{kept}");
    client.assign(&key, None).await.unwrap();
    assert_eq!(self::kept(stage, &key).await["assignee"], Value::Null);
    let missing = client.transition_to("SCRUM-99999", "Done").await;
    assert!(matches!(missing, Err(JiraError::NotFound)), "{missing:?}");
}

/// Created, read, changed, found.
async fn pages(stage: &Stage) {
    let client = &stage.client;
    let space = &shop(stage).await;
    let new = NewPage {
        space,
        parent: None,
        title: "About paint",
        body: "## Kinds\n\nThere is **oil**.",
    };
    let page = client.create_page(new, LONG).await.unwrap();
    assert_eq!((page.version, page.title.as_str()), (1, "About paint"));
    assert_eq!(client.page(&page.id).await.unwrap().version, 1);
    let again = client.create_page(new, LONG).await;
    assert!(matches!(again, Err(PageError::Rejected(_))), "{again:?}");

    let update = PageUpdate {
        id: &page.id,
        based_on: 1,
        title: "About varnish",
        body: "It is **clear**.",
        message: "By a test",
    };
    assert_eq!(client.update_page(update).await.unwrap().version, 2);
    let stale = client.update_page(update).await;
    assert!(
        matches!(stale, Err(ConfluenceError::Conflict { current: Some(2) })),
        "{stale:?}"
    );
    let state = stage.state().await;
    let kept = state["confluence"]["pages"].as_array().unwrap();
    let kept = kept
        .iter()
        .find(|kept| kept["id"] == page.id.as_str())
        .unwrap();
    assert_eq!(kept["title"], "About varnish");
    assert!(
        kept["storage"]
            .to_string()
            .contains("<strong>clear</strong>"),
        "{kept}"
    );

    until_found(stage, &page.id).await;
    let missing = client.page("1").await;
    assert!(
        matches!(missing, Err(ConfluenceError::NotFound)),
        "{missing:?}"
    );
    let search = CqlSearch {
        cql: "type = = page",
        limit: 3,
    };
    let wrong = client.search_cql(search).await;
    assert!(
        matches!(wrong, Err(ConfluenceError::Rejected(_))),
        "{wrong:?}"
    );
}

/// The index lags, as the real one does.
async fn until_found(stage: &Stage, id: &str) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let search = CqlSearch {
            cql: "title = \"About varnish\"",
            limit: 3,
        };
        let found = stage.client.search_cql(search).await.unwrap();
        if let [one] = &*found {
            assert_eq!((one.id.as_str(), one.kind.as_str()), (id, "page"));
            assert_eq!(one.title, "About varnish");
            return;
        }
        assert!(Instant::now() < end, "the page is not found: {found:?}");
        tokio::task::yield_now().await;
    }
}

async fn shop(stage: &Stage) -> Space {
    let state = stage.state().await;
    let spaces = state["confluence"]["spaces"].as_array().unwrap();
    let shop = spaces.iter().find(|space| space["key"] == "SHOP").unwrap();
    Space {
        id: shop["id"].as_str().unwrap().to_owned(),
        key: "SHOP".into(),
        name: String::new(),
    }
}
