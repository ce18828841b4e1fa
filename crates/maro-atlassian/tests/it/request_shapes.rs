//! What is sent has the form that Atlassian's own document of the API describes.

use std::time::Duration;

use maro_atlassian::rest::{JqlSearch, NewWebhook};
use serde_json::{Value, json as value};

use crate::support::{Fake, answer, bodies, json, shared};

const SPEC: &str = "specs/jira-cloud-platform-v3.json";

/// Atlassian's document, with one of its schemas at the top.
fn complaints(spec: &Value, schema: &str, body: &Value) -> Vec<String> {
    let root = value!({
        "$ref": format!("#/components/schemas/{schema}"),
        "components": spec["components"],
    });
    let validator = jsonschema::options()
        .with_draft(jsonschema::Draft::Draft4)
        .build(&root)
        .expect("Atlassian's schema");
    let errors = validator.iter_errors(body);
    errors.map(|err| format!("{schema}: {err}")).collect()
}

#[tokio::test]
async fn requests_have_the_documented_form() {
    let Some(path) = shared(SPEC) else { return };
    let text = std::fs::read_to_string(path).unwrap();
    let spec: Value = serde_json::from_str(&text).unwrap();
    let fake = Fake::start(vec![
        json(201, r#"{"id":"1"}"#),
        json(200, r#"{"transitions":[{"id":"1","to":{"name":"Done"}}]}"#),
        answer(204, "", ""),
        answer(204, "", ""),
        answer(204, "", ""),
        json(201, r#"{"id":1}"#),
        json(200, r#"{"issues":[],"isLast":true}"#),
        json(
            200,
            r#"{"webhookRegistrationResult":[{"createdWebhookId":1}]}"#,
        ),
        json(200, r#"{"expirationDate":1}"#),
    ])
    .await;
    send_everything(&fake).await;
    let schemas = [
        (0, "Comment"),
        (2, "IssueUpdateDetails"),
        (3, "User"),
        (4, "IssueUpdateDetails"),
        (5, "RemoteIssueLinkRequest"),
        (6, "SearchAndReconcileRequestBean"),
        (7, "WebhookRegistrationDetails"),
        (8, "ContainerForWebhookIDs"),
    ];
    let sent = bodies(&fake);
    for (n, schema) in schemas {
        let found = complaints(&spec, schema, &sent[n]);
        assert!(found.is_empty(), "{found:#?} in {}", sent[n]);
    }
    let wrong = value!({ "webhookIds": ["1"], "more": 1 });
    assert!(!complaints(&spec, "ContainerForWebhookIDs", &wrong).is_empty());
}

async fn send_everything(fake: &Fake) {
    let jira = fake.client();
    let text = jira.text("A **comment**.");
    let deadline = Duration::from_secs(10);
    jira.add_comment("AB-1", &text, deadline).await.unwrap();
    jira.transition_to("AB-1", "Done").await.unwrap();
    jira.assign("AB-1", Some("5b10")).await.unwrap();
    let fields = value!({ "summary": "New", "description": text });
    let fields = fields.as_object().unwrap();
    jira.update_issue("AB-1", fields).await.unwrap();
    let page = "https://example.com/page".parse().unwrap();
    jira.set_remote_link("AB-1", "maro:1", &page, "Page")
        .await
        .unwrap();
    let search = JqlSearch {
        jql: "project = AB",
        fields: &["summary"],
        properties: &["maro.operation"],
        page_size: 10,
        max_pages: 1,
    };
    jira.search_jql(search).await.unwrap();
    let hook = NewWebhook {
        url: &page,
        events: &["jira:issue_updated"],
        jql: "project = AB",
    };
    jira.register_webhook(hook).await.unwrap();
    jira.refresh_webhooks(&[1]).await.unwrap();
}
