//! Pages on Cloud and on Data Center: what is sent, what is read, and what a lost answer means.

use std::time::Duration;

use maro_atlassian::confluence::{
    ConfluenceClient, ConfluenceConfig, ConfluenceError, CqlSearch, NewPage, PageError, PageUpdate,
    Space,
};
use maro_atlassian::{Credentials, Flavor};
use serde_json::json as value;

use crate::support::{Fake, Reaction, bodies, json, lines};

const DEADLINE: Duration = Duration::from_secs(10);
const V2_PAGE: &str = r#"{"id":"7","status":"current","title":"Plan","spaceId":"65","version":{"number":3},"body":{"storage":{"value":"<p>x</p>","representation":"storage"}}}"#;
const V1_PAGE: &str = r#"{"id":"7","type":"page","title":"Plan","space":{"key":"ENG"},"version":{"number":3},"body":{"storage":{"value":"<p>x</p>","representation":"storage"}}}"#;

fn client(fake: &Fake, flavor: Flavor) -> ConfluenceClient {
    let config = ConfluenceConfig {
        flavor,
        ..ConfluenceConfig::new(fake.url.clone(), Credentials::Bearer("token".into()))
    };
    ConfluenceClient::new(config).expect("a client")
}

fn space() -> Space {
    Space {
        id: "65".into(),
        key: "ENG".into(),
        name: String::new(),
    }
}

fn new_page(space: &Space) -> NewPage<'_> {
    NewPage {
        space,
        parent: Some("9"),
        title: "Plan",
        body: "<p>x</p>",
    }
}

const UPDATE: PageUpdate<'static> = PageUpdate {
    id: "7",
    based_on: 3,
    title: "Plan",
    body: "<p>y</p>",
    message: "by Maro",
};

#[tokio::test]
async fn cloud_speaks_version_two() {
    let fake = Fake::start(vec![
        json(
            200,
            r#"{"results":[{"id":"65","key":"ENG","name":"Engineering"}]}"#,
        ),
        json(200, V2_PAGE),
        json(200, V2_PAGE),
        json(200, V2_PAGE),
    ])
    .await;
    let confluence = client(&fake, Flavor::Cloud);
    let space = confluence.space("ENG").await.unwrap();
    let made = confluence
        .create_page(new_page(&space), DEADLINE)
        .await
        .unwrap();
    assert_eq!((made.id.as_str(), made.version), ("7", 3));
    let read = confluence.page("7").await.unwrap();
    assert_eq!(read.body.as_deref(), Some("<p>x</p>"));
    confluence.update_page(UPDATE).await.unwrap();
    assert_eq!(
        lines(&fake),
        [
            "GET /jira/wiki/api/v2/spaces?keys=ENG",
            "POST /jira/wiki/api/v2/pages",
            "GET /jira/wiki/api/v2/pages/7?body-format=storage",
            "PUT /jira/wiki/api/v2/pages/7",
        ]
    );
    assert_eq!(
        bodies(&fake)[1],
        value!({"spaceId": "65", "status": "current", "title": "Plan", "parentId": "9",
        "body": {"representation": "storage", "value": "<p>x</p>"}})
    );
    assert_eq!(
        bodies(&fake)[3]["version"],
        value!({"number": 4, "message": "by Maro"})
    );
}

#[tokio::test]
async fn data_center_speaks_version_one() {
    let fake = Fake::start(vec![
        json(200, r#"{"id":65,"key":"ENG","name":"Engineering"}"#),
        json(200, V1_PAGE),
        json(200, V1_PAGE),
        json(200, V1_PAGE),
    ])
    .await;
    let confluence = client(&fake, Flavor::DataCenter);
    let space = confluence.space("ENG").await.unwrap();
    assert_eq!(space.id, "65");
    confluence
        .create_page(new_page(&space), DEADLINE)
        .await
        .unwrap();
    let read = confluence.page("7").await.unwrap();
    assert_eq!((read.version, read.space.as_deref()), (3, Some("ENG")));
    confluence.update_page(UPDATE).await.unwrap();
    assert_eq!(
        lines(&fake),
        [
            "GET /jira/rest/api/space/ENG",
            "POST /jira/rest/api/content",
            "GET /jira/rest/api/content/7?expand=body.storage%2Cversion%2Cspace",
            "PUT /jira/rest/api/content/7",
        ]
    );
    assert_eq!(bodies(&fake)[1]["ancestors"], value!([{"id": "9"}]));
    assert_eq!(bodies(&fake)[3]["version"]["number"], 4);
}

#[tokio::test]
async fn a_page_that_somebody_changed_is_not_written_over() {
    let newer = V2_PAGE.replace(r#""number":3"#, r#""number":5"#);
    let fake = Fake::start(vec![json(409, "{}"), json(200, &newer)]).await;
    let err = client(&fake, Flavor::Cloud)
        .update_page(UPDATE)
        .await
        .unwrap_err();
    assert!(
        matches!(err, ConfluenceError::Conflict { current: Some(5) }),
        "{err}"
    );
    insta::assert_snapshot!(err, @"the page was changed by somebody else since (it is at version 5 now)");
}

#[tokio::test]
async fn a_create_whose_answer_is_lost_is_unknown_and_can_be_looked_for() {
    let found = format!(r#"{{"results":[{V2_PAGE}]}}"#);
    let fake = Fake::start(vec![Reaction::DropAfterRequest, json(200, &found)]).await;
    let confluence = client(&fake, Flavor::Cloud);
    let space = space();
    let err = confluence
        .create_page(new_page(&space), DEADLINE)
        .await
        .unwrap_err();
    assert!(matches!(err, PageError::OutcomeUnknown { .. }), "{err}");
    insta::assert_snapshot!(err, @"it is not known whether Confluence created the page: the connection broke");
    let page = confluence
        .page_titled(&space, "Plan")
        .await
        .unwrap()
        .unwrap();
    assert_eq!(page.id, "7");
    assert_eq!(
        lines(&fake)[1],
        "GET /jira/wiki/api/v2/pages?space-id=65&title=Plan"
    );
}

#[tokio::test]
async fn a_title_that_is_taken_is_refused_in_confluences_words() {
    let said = r#"{"errors":[{"status":400,"code":"INVALID_REQUEST_PARAMETER","title":"A page with this title already exists","detail":null}]}"#;
    let fake = Fake::start(vec![json(400, said)]).await;
    let space = space();
    let err = client(&fake, Flavor::Cloud)
        .create_page(new_page(&space), DEADLINE)
        .await
        .unwrap_err();
    insta::assert_snapshot!(err, @"Confluence refused the request: A page with this title already exists");
}

#[tokio::test]
async fn a_search_returns_content_only() {
    let answer = r#"{"results":[
        {"content":{"id":"7","type":"page","title":"Plan"},"title":"@@@hl@@@Plan@@@endhl@@@","excerpt":"the @@@hl@@@plan@@@endhl@@@"},
        {"user":{"displayName":"Amira"},"title":"Amira","excerpt":""}],"size":2}"#;
    let fake = Fake::start(vec![json(200, answer)]).await;
    let search = CqlSearch {
        cql: "text ~ \"plan\"",
        limit: 10,
    };
    let found = client(&fake, Flavor::Cloud)
        .search_cql(search)
        .await
        .unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(
        (found[0].title.as_str(), found[0].excerpt.as_str()),
        ("Plan", "the plan")
    );
    assert!(lines(&fake)[0].starts_with("GET /jira/wiki/rest/api/search?cql=text+%7E+"));
}

#[tokio::test]
async fn being_nobody_is_being_refused() {
    let fake = Fake::start(vec![json(
        200,
        r#"{"type":"anonymous","displayName":"Anonymous"}"#,
    )])
    .await;
    let err = client(&fake, Flavor::DataCenter)
        .current_user()
        .await
        .unwrap_err();
    assert!(matches!(err, ConfluenceError::Unauthorized(_)), "{err}");
}

#[tokio::test]
async fn what_cannot_be_a_page_is_not_asked_for() {
    let fake = Fake::start(vec![json(200, "{}")]).await;
    let confluence = client(&fake, Flavor::Cloud);
    for id in ["", "..", "7/../8", "x"] {
        assert!(
            matches!(confluence.page(id).await, Err(ConfluenceError::NotFound)),
            "{id}"
        );
    }
    assert_eq!(fake.requests().len(), 0);
}
