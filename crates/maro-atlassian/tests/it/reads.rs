//! The calls that may be repeated: pages, tolerance, and errors in the callers' words.

use std::time::Duration;

use maro_atlassian::JiraError;
use maro_atlassian::rest::{CARD_FIELDS, JqlSearch};

use crate::support::{Fake, Reaction, answer, json};

const SEARCH: JqlSearch<'static> = JqlSearch {
    jql: "labels = \"maro-abc\"",
    fields: CARD_FIELDS,
    properties: &["maro.operation"],
    page_size: 2,
    max_pages: 5,
};

fn page(keys: &[&str], rest: &str) -> Reaction {
    let issues: Vec<String> = keys
        .iter()
        .map(|key| format!(r#"{{"id":"1","key":"{key}"}}"#))
        .collect();
    json(
        200,
        &format!(r#"{{"issues":[{}]{rest}}}"#, issues.join(",")),
    )
}

#[tokio::test]
async fn a_search_reads_page_after_page_to_the_last() {
    let fake = Fake::start(vec![
        page(&["AB-1", "AB-2"], r#","nextPageToken":"t1","isLast":false"#),
        page(&[], r#","nextPageToken":"t2""#),
        page(&["AB-3"], r#","isLast":true"#),
    ])
    .await;
    let issues = fake.client().search_jql(SEARCH).await.unwrap();
    let keys: Vec<&str> = issues.iter().map(|issue| issue.key.as_str()).collect();
    assert_eq!(keys, ["AB-1", "AB-2", "AB-3"]);
    let requests = fake.requests();
    let bodies: Vec<&str> = requests
        .iter()
        .map(|r| r.split_once("\r\n\r\n").unwrap().1)
        .collect();
    assert!(!bodies[0].contains("nextPageToken"), "{}", bodies[0]);
    assert!(
        bodies[0].contains(r#""properties":["maro.operation"]"#),
        "{}",
        bodies[0]
    );
    assert!(
        bodies[2].contains(r#""nextPageToken":"t2""#),
        "{}",
        bodies[2]
    );
}

#[tokio::test]
async fn a_search_that_goes_in_circles_ends() {
    let fake = Fake::start(vec![page(&["AB-1"], r#","nextPageToken":"same""#)]).await;
    let err = fake.client().search_jql(SEARCH).await.unwrap_err();
    assert!(matches!(err, JiraError::UnexpectedAnswer { .. }), "{err}");

    let one = JqlSearch {
        max_pages: 1,
        ..SEARCH
    };
    assert_eq!(fake.client().search_jql(one).await.unwrap().len(), 1);
}

#[tokio::test]
async fn create_metadata_is_read_to_the_last_page() {
    let field = |id: &str| {
        format!(
            r#"{{"fieldId":"{id}","key":"{id}","name":"N","required":true,
        "hasDefaultValue":false,"schema":{{"type":"option","custom":"c","customId":1}},
        "allowedValues":[{{"id":"1","value":"High"}},"odd"],"operations":["set"]}}"#
        )
    };
    let fake = Fake::start(vec![
        json(
            200,
            &format!(
                r#"{{"fields":[{}],"maxResults":1,"startAt":0,"total":2}}"#,
                field("a")
            ),
        ),
        json(
            200,
            &format!(
                r#"{{"fields":[{}],"maxResults":1,"startAt":1,"total":2}}"#,
                field("b")
            ),
        ),
    ])
    .await;
    let fields = fake.client().create_fields("OPS", "10002").await.unwrap();
    assert_eq!(
        fields
            .iter()
            .map(|f| f.field_id.as_str())
            .collect::<Vec<_>>(),
        ["a", "b"]
    );
    assert!(fields[0].must_be_given());
    assert_eq!(fields[0].allowed_values[0].label(), Some("High"));
    assert!(fake.requests()[1].starts_with(
        "GET /jira/rest/api/3/issue/createmeta/OPS/issuetypes/10002?startAt=1&maxResults=50 "
    ));
}

#[tokio::test]
async fn lists_without_a_total_end_at_their_last_page() {
    let fake = Fake::start(vec![
        json(
            200,
            r#"{"values":[{"id":"1","name":"Highest"}],"isLast":false}"#,
        ),
        json(200, r#"{"values":[{"id":"2","name":"Low"}],"isLast":true}"#),
    ])
    .await;
    let names: Vec<String> = fake
        .client()
        .priorities()
        .await
        .unwrap()
        .into_iter()
        .map(|p| p.name)
        .collect();
    assert_eq!(names, ["Highest", "Low"]);
}

#[tokio::test]
async fn small_calls_read_what_jira_documents() {
    let fake = Fake::start(vec![
        json(200, r#"{"accountId":"5b10","displayName":"Maro","active":true}"#),
        json(200, r#"{"baseUrl":"https://x.atlassian.net","version":"1001.0.0","deploymentType":"Cloud"}"#),
        json(200, r#"{"values":[{"id":"1","key":"EX","name":"Example"}],"total":1}"#),
        json(200, r#"{"issueTypes":[{"id":"1","name":"Bug","subtask":false}],"total":1}"#),
        json(200, r#"{"transitions":[{"id":"21","name":"Start","to":{"name":"Doing","statusCategory":{"key":"indeterminate"}}}]}"#),
        json(200, r#"{"permissions":{"CREATE_ISSUES":{"havePermission":true}}}"#),
        answer(204, "", ""),
    ])
    .await;
    let jira = fake.client();
    assert_eq!(jira.myself().await.unwrap().email_address, None);
    assert_eq!(
        jira.server_info().await.unwrap().deployment_type.as_deref(),
        Some("Cloud")
    );
    assert_eq!(jira.projects("ex").await.unwrap()[0].key, "EX");
    assert_eq!(jira.create_issue_types("EX").await.unwrap()[0].name, "Bug");
    assert_eq!(
        jira.transitions("EX-1").await.unwrap()[0]
            .to
            .as_ref()
            .unwrap()
            .name,
        "Doing"
    );
    assert!(jira.can_create_issues("EX").await.unwrap());
    jira.set_property("EX-1", "maro.operation", &serde_json::json!({"attempt": 1}))
        .await
        .unwrap();
}

#[tokio::test]
async fn every_failure_has_its_words() {
    let cases = vec![
        (
            json(401, ""),
            "Jira did not accept Maro's credentials",
            false,
        ),
        (
            json(403, r#"{"errorMessages":["No."]}"#),
            "Maro's Jira account may not do this: No.",
            false,
        ),
        (
            json(404, ""),
            "not found in Jira, or Maro's account may not see it",
            false,
        ),
        (json(410, ""), "Jira no longer offers this call", false),
        (
            json(413, ""),
            "the request is larger than Jira accepts",
            false,
        ),
        (
            json(400, r#"{"errorMessages":["Bad query."]}"#),
            "Jira refused the request: Bad query.",
            false,
        ),
        (
            answer(429, "Retry-After: 3\r\n", ""),
            "Jira is limiting the rate of requests",
            true,
        ),
        (
            answer(503, "Retry-After: 3\r\n", ""),
            "Jira is not available at the moment",
            true,
        ),
        (
            Reaction::DropAfterRequest,
            "Jira is not available at the moment",
            true,
        ),
        (
            answer(302, "location: /login\r\n", ""),
            "Jira refused the request: the address answers with a redirect: the configured address is not the final one (HTTP 302)",
            false,
        ),
        (
            answer(200, "", "<html>sign in</html>"),
            "a web page answered instead of Jira, perhaps a sign-in page",
            false,
        ),
        (
            json(200, r#"{"id":"1","key":"AB-1","fields":7}"#),
            "Jira's answer was not understood: the issue, at fields",
            false,
        ),
        (
            json(200, &"x".repeat(5_000_000)),
            "Jira's answer was not understood: the issue is longer than 4194304 bytes",
            false,
        ),
    ];
    for (reaction, message, transient) in cases {
        let name = format!("{reaction:.200?}");
        let fake = Fake::start(vec![reaction]).await;
        let err = fake
            .client()
            .issue("AB-1", CARD_FIELDS, &[])
            .await
            .unwrap_err();
        assert_eq!(
            (err.to_string().as_str(), err.is_transient()),
            (message, transient),
            "{name}"
        );
        if name.contains("Retry-After") {
            assert_eq!(err.retry_after(), Some(Duration::from_secs(3)));
        }
    }
}

#[tokio::test]
async fn a_refused_login_is_told_in_jiras_words() {
    let body = r#"{"message":"Client must be authenticated."}"#;
    let fake = Fake::start(vec![json(401, body)]).await;
    let asked = fake.client().issue("AB-1", CARD_FIELDS, &[]).await;
    assert_eq!(
        asked.unwrap_err().to_string(),
        "Jira did not accept Maro's credentials. Jira said: Client must be authenticated."
    );
}

#[tokio::test]
async fn what_cannot_be_an_issue_is_not_asked_for() {
    let fake = Fake::start(vec![json(200, "{}")]).await;
    let jira = fake.client();
    for key in ["", "..", "../../admin", "AB-0", "AB 1"] {
        assert!(
            matches!(jira.issue(key, &[], &[]).await, Err(JiraError::NotFound)),
            "{key}"
        );
        assert!(
            matches!(jira.transitions(key).await, Err(JiraError::NotFound)),
            "{key}"
        );
    }
    assert_eq!(fake.requests().len(), 0);
}
