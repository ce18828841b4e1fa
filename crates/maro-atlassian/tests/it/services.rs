//! Reading and changing issues: the same calls to Cloud and to Data Center.

use std::time::Duration;

use maro_atlassian::rest::{JqlSearch, NewWebhook};
use maro_atlassian::{CreateError, Credentials, Flavor, JiraClient, JiraConfig, JiraError};
use serde_json::{Value, json as value};

use crate::support::{Fake, Reaction, answer, bodies, json, lines};

const DEADLINE: Duration = Duration::from_secs(10);
const STEPS: &str = r#"{"transitions":[
    {"id":"21","name":"Start","to":{"name":"In Progress","statusCategory":{"key":"indeterminate"}}},
    {"id":"31","name":"Finish","to":{"name":"Done","statusCategory":{"key":"done"}}}]}"#;

fn data_center(fake: &Fake) -> JiraClient {
    JiraClient::new(JiraConfig {
        flavor: Flavor::DataCenter,
        ..JiraConfig::new(fake.url.clone(), Credentials::Bearer("personal".into()))
    })
    .expect("a client")
}

#[tokio::test]
async fn an_issue_goes_to_a_status_by_its_name() {
    let fake = Fake::start(vec![json(200, STEPS), answer(204, "", "")]).await;
    let step = fake.client().transition_to("AB-1", " done ").await.unwrap();
    assert_eq!(step.id, "31");
    assert_eq!(bodies(&fake)[1], value!({"transition": {"id": "31"}}));
    let path = "/jira/rest/api/3/issue/AB-1/transitions";
    assert_eq!(
        lines(&fake),
        [
            format!("GET {path}?expand=transitions.fields"),
            format!("POST {path}")
        ]
    );
}

#[tokio::test]
async fn a_step_says_what_it_asks_for_and_is_taken_once() {
    let steps = r#"{"transitions":[{"id":"5","name":"Resolve","to":{"name":"Resolved"},"fields":{
        "resolution":{"required":true,"hasDefaultValue":false,"name":"Resolution"},
        "customfield_1":{"required":true,"hasDefaultValue":true,"name":"Team"},
        "comment":{"required":false,"name":"Comment"}}}]}"#;
    let fake = Fake::start(vec![json(200, steps), answer(204, "", "")]).await;
    let jira = fake.client();
    let listed = jira.transitions("AB-1").await.unwrap();
    assert_eq!(listed[0].required, ["Resolution"]);
    jira.take_step("10001", "5", DEADLINE).await.unwrap();
    assert_eq!(bodies(&fake)[1], value!({"transition": {"id": "5"}}));

    let fake = Fake::start(vec![json(400, r#"{"errorMessages":["It may not."]}"#)]).await;
    let err = fake.client().take_step("AB-1", "5", DEADLINE).await;
    assert!(matches!(err, Err(CreateError::Rejected(_))), "{err:?}");
    let fake = Fake::start(vec![answer(502, "", "")]).await;
    let err = fake
        .client()
        .take_step("AB-1", "5", DEADLINE)
        .await
        .unwrap_err();
    insta::assert_snapshot!(err, @"it is not known whether Jira moved the issue: the answer was HTTP 502");
}

#[tokio::test]
async fn a_status_out_of_reach_names_those_within() {
    let fake = Fake::start(vec![json(200, STEPS)]).await;
    let err = fake
        .client()
        .transition_to("AB-1", "Closed")
        .await
        .unwrap_err();
    insta::assert_snapshot!(err, @"the issue cannot go to Closed now; it can go to In Progress, Done");
    let fake = Fake::start(vec![json(200, r#"{"transitions":[]}"#)]).await;
    let err = fake
        .client()
        .transition_to("AB-1", "Done")
        .await
        .unwrap_err();
    insta::assert_snapshot!(err, @"the issue cannot go to Done now; Maro's account can move it nowhere");
}

#[tokio::test]
async fn a_comment_is_sent_once_in_the_form_of_its_jira() {
    let fake = Fake::start(vec![json(201, r#"{"id":"7"}"#)]).await;
    let jira = fake.client();
    let text = jira.text("It **works**.");
    let made = jira.add_comment("AB-1", &text, DEADLINE).await.unwrap();
    assert_eq!(made.id, "7");
    assert_eq!(bodies(&fake)[0]["body"]["type"], "doc");

    let fake = Fake::start(vec![json(201, r#"{"id":"7"}"#)]).await;
    let jira = data_center(&fake);
    let text = jira.text("It **works**.");
    jira.add_comment("AB-1", &text, DEADLINE).await.unwrap();
    assert_eq!(bodies(&fake)[0]["body"], "It *works*.");

    let fake = Fake::start(vec![Reaction::DropAfterRequest]).await;
    let err = fake
        .client()
        .add_comment("AB-1", &text, DEADLINE)
        .await
        .unwrap_err();
    assert!(matches!(err, CreateError::OutcomeUnknown { .. }), "{err}");
    insta::assert_snapshot!(err, @"it is not known whether Jira added the comment: the connection broke");
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn people_are_account_ids_on_cloud_and_names_elsewhere() {
    let fake = Fake::start(vec![
        json(
            200,
            r#"[{"accountId":"5b10","displayName":"Amira","active":true}]"#,
        ),
        answer(204, "", ""),
        answer(204, "", ""),
    ])
    .await;
    let jira = fake.client();
    let found = jira.find_accounts("ami").await.unwrap();
    jira.assign("AB-1", Some(&found[0].account_id))
        .await
        .unwrap();
    jira.assign("AB-1", None).await.unwrap();
    assert_eq!(bodies(&fake)[1], value!({"accountId": "5b10"}));
    assert_eq!(bodies(&fake)[2], value!({"accountId": null}));

    let fake = Fake::start(vec![
        json(
            200,
            r#"[{"key":"JIRAUSER1","name":"amira","displayName":"Amira"}]"#,
        ),
        answer(204, "", ""),
    ])
    .await;
    let jira = data_center(&fake);
    let found = jira.find_accounts("ami").await.unwrap();
    jira.assign("AB-1", Some(&found[0].account_id))
        .await
        .unwrap();
    assert_eq!(bodies(&fake)[1], value!({"name": "amira"}));
    assert_eq!(
        lines(&fake)[0],
        "GET /jira/rest/api/2/user/search?username=ami&maxResults=20"
    );
}

#[tokio::test]
async fn data_center_is_searched_by_number_and_asked_for_properties() {
    let page = |keys: &[&str]| {
        let issues: Vec<Value> = keys
            .iter()
            .map(|key| value!({"id": "1", "key": key}))
            .collect();
        json(
            200,
            &value!({"startAt": 0, "total": 3, "issues": issues}).to_string(),
        )
    };
    let property = json(
        200,
        r#"{"id":"1","key":"AB-1","properties":{"maro.operation":{"attempt":1}}}"#,
    );
    let gone = json(404, "{}");
    let fake = Fake::start(vec![
        page(&["AB-1", "AB-2"]),
        page(&["AB-3"]),
        property,
        gone,
    ])
    .await;
    let search = JqlSearch {
        jql: "labels = x",
        fields: &["labels"],
        properties: &["maro.operation"],
        page_size: 2,
        max_pages: 5,
    };
    let issues = data_center(&fake).search_jql(search).await.unwrap();
    assert_eq!(issues.len(), 3);
    assert_eq!(issues[0].properties["maro.operation"]["attempt"], 1);
    let sent = bodies(&fake);
    assert_eq!(
        sent[0],
        value!({"jql": "labels = x", "fields": ["labels"], "startAt": 0, "maxResults": 2})
    );
    assert_eq!(sent[1]["startAt"], 2);
    assert!(lines(&fake)[2].ends_with("?fields=labels&properties=maro.operation"));
}

#[tokio::test]
async fn data_center_lists_projects_and_priorities_at_once() {
    let fake = Fake::start(vec![
        json(
            200,
            r#"[{"id":"1","key":"OPS","name":"Operations"},{"id":"2","key":"AB","name":"Other"}]"#,
        ),
        json(200, r#"[{"id":"1","name":"Highest"}]"#),
        json(
            200,
            r#"{"name":"maro","key":"JIRAUSER1","displayName":"Maro"}"#,
        ),
    ])
    .await;
    let jira = data_center(&fake);
    let projects = jira.projects("oper").await.unwrap();
    assert_eq!(projects.len(), 1);
    assert_eq!(jira.priorities().await.unwrap()[0].name, "Highest");
    assert_eq!(jira.myself().await.unwrap().account_id, "maro");
    assert_eq!(lines(&fake)[0], "GET /jira/rest/api/2/project");
}

#[tokio::test]
async fn fields_change_together_or_not_at_all() {
    let fake = Fake::start(vec![
        answer(204, "", ""),
        json(400, r#"{"errors":{"summary":"Too long."}}"#),
    ])
    .await;
    let fields = value!({"summary": "New"});
    let fields = fields.as_object().unwrap();
    let jira = fake.client();
    jira.update_issue("AB-1", fields).await.unwrap();
    assert_eq!(bodies(&fake)[0], value!({"fields": {"summary": "New"}}));
    let err = jira.update_issue("AB-1", fields).await.unwrap_err();
    assert_eq!(err.to_string(), "Jira refused the request: Too long.");
}

#[tokio::test]
async fn webhooks_are_registered_listed_refreshed_and_deleted() {
    let fake = Fake::start(vec![
        json(200, r#"{"webhookRegistrationResult":[{"createdWebhookId":1000}]}"#),
        json(200, r#"{"webhookRegistrationResult":[{"errors":["The clause watchCount is unsupported"]}]}"#),
        json(200, r#"{"values":[{"id":1000,"events":["jira:issue_updated"],"jqlFilter":"project = AB","expirationDate":"2026-12-21T12:00:00.000+0000"}],"isLast":true}"#),
        json(200, r#"{"expirationDate":1797854400000}"#),
        answer(202, "", ""),
    ])
    .await;
    let jira = fake.client();
    let url = "https://maro.example/api/v1/webhooks/jira".parse().unwrap();
    let hook = NewWebhook {
        url: &url,
        events: &["jira:issue_updated"],
        jql: "project = AB",
    };
    assert_eq!(jira.register_webhook(hook).await.unwrap(), 1000);
    let err = jira.register_webhook(hook).await.unwrap_err();
    assert_eq!(
        err.to_string(),
        "Jira refused the request: The clause watchCount is unsupported"
    );
    let listed = jira.webhooks().await.unwrap();
    assert_eq!(
        listed[0].expiration_date.unwrap().to_rfc3339(),
        "2026-12-21T12:00:00+00:00"
    );
    let until = jira.refresh_webhooks(&[1000]).await.unwrap().unwrap();
    assert_eq!(until.to_rfc3339(), "2026-12-21T12:00:00+00:00");
    jira.delete_webhooks(&[1000]).await.unwrap();
    assert_eq!(lines(&fake)[4], "DELETE /jira/rest/api/3/webhook");
    assert_eq!(bodies(&fake)[4], value!({"webhookIds": [1000]}));
}

#[tokio::test]
async fn a_link_keeps_its_global_id() {
    let fake = Fake::start(vec![json(201, r#"{"id":1}"#)]).await;
    let page = "https://example.com/page".parse().unwrap();
    let jira = fake.client();
    jira.set_remote_link("AB-1", "maro:1", &page, "Page")
        .await
        .unwrap();
    assert_eq!(bodies(&fake)[0]["globalId"], "maro:1");
    let err = jira
        .set_remote_link("..", "maro:1", &page, "Page")
        .await
        .unwrap_err();
    assert!(matches!(err, JiraError::NotFound), "{err}");
}

#[tokio::test]
async fn people_open_the_site_and_not_the_gateway() {
    let fake = Fake::start(vec![json(200, "{}")]).await;
    let site: url::Url = "https://acme.atlassian.net".parse().unwrap();
    let config = JiraConfig {
        url: fake.url.clone(),
        ..JiraConfig::new(site, Credentials::Bearer("x".into()))
    };
    let jira = JiraClient::new(config).unwrap();
    assert_eq!(
        jira.browse_url("AB-1").as_str(),
        "https://acme.atlassian.net/browse/AB-1"
    );
    let _ = jira.issue("AB-1", &[], &[]).await;
    assert!(lines(&fake)[0].starts_with("GET /jira/rest/api/3/issue/AB-1"));
}

#[tokio::test]
async fn a_used_up_quota_ends_all_calls_until_it_begins_anew() {
    let quota = "RateLimit-Reason: jira-quota-tenant-based\r\nRetry-After: 600\r\ndate: Sat, 21 Nov 2026 12:50:00 GMT\r\n";
    let fake = Fake::start(vec![answer(429, quota, "")]).await;
    let jira = fake.client();
    let err = jira.myself().await.unwrap_err();
    insta::assert_snapshot!(err, @"Jira takes no more requests until 13:00 UTC, because the quota is used up");
    let again = jira.clone().create_issue(b"{}".to_vec(), DEADLINE).await;
    let Err(CreateError::RateLimited(limit)) = again else {
        panic!("{again:?}")
    };
    assert!(
        limit
            .retry_after
            .is_some_and(|wait| wait > Duration::from_secs(500))
    );
    assert_eq!(fake.requests().len(), 1);
}

#[tokio::test]
async fn a_burst_ends_nothing_but_the_call() {
    let burst = "RateLimit-Reason: jira-burst-based\r\nRetry-After: 600\r\n";
    let me = r#"{"accountId":"5b10"}"#;
    let fake = Fake::start(vec![answer(429, burst, ""), json(200, me)]).await;
    let jira = fake.client();
    let err = jira.myself().await.unwrap_err();
    assert_eq!(err.to_string(), "Jira is limiting the rate of requests");
    jira.myself().await.unwrap();
}
