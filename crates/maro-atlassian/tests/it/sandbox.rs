//! The clients against the simulated Atlassian: the same work on Cloud and on Data Center. The gateway
//! needs a grant, and is tried where grants are.

use std::time::Duration;

use maro_atlassian::confluence::{
    ConfluenceClient, ConfluenceConfig, ConfluenceError, CqlSearch, NewPage, PageError, PageUpdate,
};
use maro_atlassian::markdown::to_storage;
use maro_atlassian::rest::{CARD_FIELDS, JqlSearch};
use maro_atlassian::{Credentials, Flavor, JiraClient, JiraConfig, JiraError};
use maro_sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};

const DEADLINE: Duration = Duration::from_secs(10);

/// A sandbox, and how its account signs in to each flavour.
struct Site {
    sandbox: Sandbox,
    flavor: Flavor,
    credentials: Credentials,
}

async fn site(flavor: Flavor) -> Site {
    let options = SandboxOptions::default();
    let credentials = match flavor {
        Flavor::Cloud => Credentials::Basic {
            username: options.jira_username.clone(),
            api_token: options.jira_api_token.clone().into(),
        },
        Flavor::DataCenter => Credentials::Bearer(options.jira_personal_token.clone().into()),
    };
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    Site {
        sandbox,
        flavor,
        credentials,
    }
}

impl Site {
    fn jira(&self) -> JiraClient {
        let url = match self.flavor {
            Flavor::Cloud => self.sandbox.jira_url(),
            Flavor::DataCenter => self.sandbox.data_center_url(),
        };
        JiraClient::new(JiraConfig {
            flavor: self.flavor,
            ..JiraConfig::new(url, self.credentials.clone())
        })
        .expect("a client")
    }

    fn confluence(&self) -> ConfluenceClient {
        let url = match self.flavor {
            Flavor::Cloud => self.sandbox.confluence_url(),
            Flavor::DataCenter => {
                let base = self.sandbox.url();
                base.join("dc/confluence").expect("an address")
            }
        };
        ConfluenceClient::new(ConfluenceConfig {
            flavor: self.flavor,
            ..ConfluenceConfig::new(url, self.credentials.clone())
        })
        .expect("a client")
    }
}

async fn create(jira: &JiraClient, summary: &str) -> String {
    let body = json!({
        "fields": { "project": { "key": "SCRUM" }, "issuetype": { "name": "Task" },
            "summary": summary, "labels": ["maro-abc"],
            "description": jira.text("It **fails**.\n\n- on Safari\n- on [Firefox](https://example.com)") },
        "properties": [{ "key": "maro.operation", "value": { "attempt": 1 } }],
    });
    let bytes = body.to_string().into_bytes();
    let made = jira.create_issue(bytes, DEADLINE).await.unwrap();
    made.key.to_string()
}

async fn found(jira: &JiraClient) -> Vec<maro_atlassian::rest::Issue> {
    let search = JqlSearch {
        jql: "labels = \"maro-abc\"",
        fields: &["labels"],
        properties: &["maro.operation"],
        page_size: 50,
        max_pages: 2,
    };
    until_indexed(async || jira.search_jql(search).await.unwrap()).await
}

/// Searches until there is something; the index lags behind, as the real one does.
async fn until_indexed<T>(mut search: impl AsyncFnMut() -> Vec<T>) -> Vec<T> {
    let begin = std::time::Instant::now();
    let mut looks = tokio::time::interval(Duration::from_millis(20));
    loop {
        looks.tick().await;
        let found = search().await;
        if !found.is_empty() || begin.elapsed() > DEADLINE {
            return found;
        }
    }
}

async fn an_issue_lives(flavor: Flavor) {
    let site = site(flavor).await;
    let jira = site.jira();
    let me = jira.myself().await.unwrap();
    assert!(jira.can_create_issues("SCRUM").await.unwrap());
    let key = create(&jira, "Login fails").await;
    let issue = jira
        .issue(&key, CARD_FIELDS, &["maro.operation"])
        .await
        .unwrap();
    assert_eq!(issue.summary, "Login fails");
    assert_eq!(issue.properties["maro.operation"]["attempt"], 1);

    let issues = found(&jira).await;
    assert_eq!(issues.len(), 1);
    assert_eq!(issues[0].properties["maro.operation"]["attempt"], 1);

    let fields = json!({ "summary": "Login fails on Safari", "description": jira.text("# New") });
    jira.update_issue(&key, fields.as_object().unwrap())
        .await
        .unwrap();
    jira.add_comment(&key, &jira.text("A `comment`."), DEADLINE)
        .await
        .unwrap();
    jira.assign(&key, Some(&me.account_id)).await.unwrap();
    let step = jira.transition_to(&key, "in progress").await.unwrap();
    assert_eq!(step.to.unwrap().name, "In Progress");
    let err = jira.transition_to(&key, "Nowhere").await.unwrap_err();
    assert!(matches!(err, JiraError::NoTransition { .. }), "{err}");

    let issue = jira.issue(&key, CARD_FIELDS, &[]).await.unwrap();
    assert_eq!(issue.summary, "Login fails on Safari");
    assert_eq!(issue.status.unwrap().name, "In Progress");
    assert_eq!(issue.assignee, Some(me.display_name));
    assert!(jira.find_accounts("amira").await.unwrap().len() == 1);
    assert!(matches!(
        jira.issue("SCRUM-99999", CARD_FIELDS, &[]).await,
        Err(JiraError::NotFound)
    ));
}

#[tokio::test]
async fn an_issue_lives_on_cloud() {
    an_issue_lives(Flavor::Cloud).await;
}

#[tokio::test]
async fn an_issue_lives_on_data_center() {
    an_issue_lives(Flavor::DataCenter).await;
}

async fn metadata_is_read(flavor: Flavor) {
    let site = site(flavor).await;
    let jira = site.jira();
    assert!(jira.server_info().await.unwrap().version.is_some());
    let projects = jira.projects("scrum").await.unwrap();
    assert_eq!(projects[0].key, "SCRUM");
    assert!(!jira.priorities().await.unwrap().is_empty());
    let types = jira.create_issue_types("SCRUM").await.unwrap();
    let task = types.iter().find(|it| it.name == "Task").unwrap();
    let fields = jira.create_fields("SCRUM", &task.id).await.unwrap();
    assert!(
        fields
            .iter()
            .any(|field| field.field_id == "summary" && field.required)
    );
}

#[tokio::test]
async fn metadata_is_read_on_cloud() {
    metadata_is_read(Flavor::Cloud).await;
}

#[tokio::test]
async fn metadata_is_read_on_data_center() {
    metadata_is_read(Flavor::DataCenter).await;
}

#[tokio::test]
async fn data_center_holds_the_wiki_markup_that_was_sent() {
    let site = site(Flavor::DataCenter).await;
    let jira = site.jira();
    let key = create(&jira, "Login fails").await;
    let issue = jira.issue(&key, &["description"], &[]).await.unwrap();
    let markup = "It *fails*.\n\n* on Safari\n* on [Firefox|https://example.com]";
    assert_eq!(issue.fields["description"], Value::from(markup));
}

async fn a_page_lives(flavor: Flavor) {
    let site = site(flavor).await;
    let confluence = site.confluence();
    let space = confluence.space("SHOP").await.unwrap();
    let body = to_storage("# Plan\n\nWe **ship** & test.\n\n```rust\nlet a = 1 < 2;\n```");
    let page = NewPage {
        space: &space,
        parent: None,
        title: "Release plan",
        body: &body,
    };
    let made = confluence.create_page(page, DEADLINE).await.unwrap();
    let twice = confluence.create_page(page, DEADLINE).await.unwrap_err();
    assert!(matches!(twice, PageError::Rejected(_)), "{twice}");
    let named = confluence
        .page_titled(&space, "Release plan")
        .await
        .unwrap();
    assert_eq!(named.unwrap().id, made.id);

    let read = confluence.page(&made.id).await.unwrap();
    assert_eq!(
        (read.version, read.body.as_deref()),
        (1, Some(body.as_str()))
    );
    let update = PageUpdate {
        id: &made.id,
        based_on: 1,
        title: "Release plan",
        body: "<p>New</p>",
        message: "by Maro",
    };
    let updated = confluence.update_page(update).await.unwrap();
    assert_eq!(updated.version, 2);
    let err = confluence.update_page(update).await.unwrap_err();
    assert!(
        matches!(err, ConfluenceError::Conflict { current: Some(2) }),
        "{err}"
    );

    let search = CqlSearch {
        cql: "type = page AND title ~ \"Release plan\"",
        limit: 5,
    };
    let hits = until_indexed(async || confluence.search_cql(search).await.unwrap()).await;
    assert_eq!(hits[0].id, made.id);
    assert!(
        !confluence
            .current_user()
            .await
            .unwrap()
            .display_name
            .is_empty()
    );
    assert!(matches!(
        confluence.space("NOPE").await,
        Err(ConfluenceError::NotFound)
    ));
}

#[tokio::test]
async fn a_page_lives_on_cloud() {
    a_page_lives(Flavor::Cloud).await;
}

#[tokio::test]
async fn a_page_lives_on_data_center() {
    a_page_lives(Flavor::DataCenter).await;
}
