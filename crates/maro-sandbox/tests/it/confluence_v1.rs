//! Version 1 of Confluence's API, searches, Data Center, people and faults.

use maro_sandbox::FaultRule;
use reqwest::Method;
use serde_json::json;

use crate::atlassian_support::{Atlassian, SCOPES};
use crate::confluence_support::{Confluence, answer};

#[tokio::test]
async fn version_1_creates_and_updates_as_older_programs_do() {
    let confluence = Confluence::start().await;
    let new = json!({
        "type": "page", "title": "From version 1", "space": {"key": "SHOP"},
        "body": {"storage": {"value": "<p>one</p>", "representation": "storage"}},
        "metadata": {"properties": {"content-appearance-published": {"value": "fixed-width"}}},
    });

    let (status, page) = confluence.post("wiki/rest/api/content", &new).await;
    assert_eq!(status, 200, "{page}");
    let path = format!("wiki/rest/api/content/{}", page["id"].as_str().unwrap());
    let (_, page) = confluence
        .get(&format!(
            "{path}?expand=body.storage,version,space,history,children.attachment"
        ))
        .await;
    assert_eq!(page["body"]["storage"]["value"], "<p>one</p>");
    assert_eq!(page["space"]["key"], "SHOP");
    assert_eq!(page["children"]["attachment"]["size"], 0);
    let (_, property) = confluence
        .get(&format!("{path}/property/content-appearance-published"))
        .await;
    assert_eq!(property["value"], "fixed-width");

    let update = json!({"id": page["id"], "type": "page", "title": "From version 1", "version": {"number": 2},
        "body": {"storage": {"value": "<p>two</p>", "representation": "storage"}}});
    assert_eq!(
        confluence
            .put(&format!("{path}?status=current"), &update)
            .await
            .0,
        200
    );
    let (status, error) = confluence.put(&path, &update).await;
    assert_eq!(status, 409);
    assert_eq!(
        error["message"],
        "com.atlassian.confluence.api.service.exceptions.ConflictException: \
         Version must be incremented on update. Current version is: 2"
    );
    let (_, history) = confluence.get(&format!("{path}/history")).await;
    assert_eq!(history["lastUpdated"]["number"], 2);
}

#[tokio::test]
async fn cql_finds_what_it_says() {
    let confluence = Confluence::start().await;
    for (cql, wanted) in [
        (
            "space = RUN and type = page order by title",
            vec!["Operations", "Payment provider is slow"],
        ),
        ("siteSearch ~ \"queue\"", vec!["Payment provider is slow"]),
        (
            "text ~ \"cookie\" or title ~ \"decisions\"",
            vec!["How carts work", "Checkout: decisions"],
        ),
        ("label = runbook", vec!["Payment provider is slow"]),
        (
            "label in (cart, payments) and not space = SHOP",
            vec!["Payment provider is slow"],
        ),
        (
            "space = SHOP and (title = \"Storefront\" or title ~ \"cart*\") order by title desc",
            vec!["Storefront", "How carts work"],
        ),
        ("lastmodified > now(\"-1h\")", vec![]),
    ] {
        assert_eq!(confluence.titles(cql).await, wanted, "{cql}");
    }
    for cql in ["space =", "colour = red", "title > 3", ""] {
        let query: String = url::form_urlencoded::byte_serialize(cql.as_bytes()).collect();
        let (status, error) = confluence
            .get(&format!("wiki/rest/api/search?cql={query}"))
            .await;
        assert_eq!(status, 400, "{cql}");
        assert!(
            error["message"]
                .as_str()
                .unwrap()
                .contains("Could not parse cql"),
            "{error}"
        );
    }
}

#[tokio::test]
async fn searches_lag_behind_and_pages_do_not() {
    let confluence = Confluence::start().await;
    let admin = |path: &str, body: serde_json::Value| {
        let url = format!("{}admin/{path}", confluence.sandbox.url());
        confluence.http.post(url).json(&body).send()
    };
    admin("confluence/settings", json!({"index_lag_ms": 5000}))
        .await
        .unwrap();

    let id = confluence.page("Fresh", "<p>fresh paint</p>").await;

    assert_eq!(
        confluence.get(&format!("wiki/api/v2/pages/{id}")).await.0,
        200
    );
    assert!(confluence.titles("text ~ paint").await.is_empty());
    admin("clock", json!({"advance_ms": 6000})).await.unwrap();
    assert_eq!(confluence.titles("text ~ paint").await, ["Fresh"]);
}

#[tokio::test]
async fn data_center_has_version_1_alone_and_takes_personal_tokens() {
    let confluence = Confluence::start().await;
    let get = async |path: &str, token: &str| {
        let url = format!("{}dc/confluence/{path}", confluence.sandbox.url());
        answer(
            confluence
                .http
                .get(url)
                .bearer_auth(token)
                .send()
                .await
                .unwrap(),
        )
        .await
    };
    let token = confluence.options.jira_personal_token.as_str();

    let (status, spaces) = get("rest/api/space", token).await;
    assert_eq!(
        (status, &spaces["results"][0]["key"]),
        (200, &json!("SHOP"))
    );
    let (_, me) = get("rest/api/user/current", token).await;
    assert_eq!(
        (&me["username"], &me["accountId"]),
        (&json!("maro"), &json!(null))
    );
    let (status, error) = get("rest/api/content/1", token).await;
    assert_eq!(status, 404);
    assert_eq!(
        error["message"],
        "No content found with id: ContentId{id=1}"
    );
    assert_eq!(get("api/v2/pages", token).await.0, 404);
    assert_eq!(get("rest/api/space", "guess").await.0, 401);
    assert_eq!(
        confluence.get("wiki/rest/api/space").await.0,
        410,
        "gone on Cloud"
    );
}

#[tokio::test]
async fn nobody_passes_without_credentials() {
    let confluence = Confluence::start().await;
    let url = format!("{}wiki/api/v2/spaces", confluence.sandbox.url());
    let http = &confluence.http;

    let anonymous = http.get(&url).send().await.unwrap();
    let bearer = http
        .get(&url)
        .bearer_auth(&confluence.options.jira_api_token)
        .send()
        .await
        .unwrap();
    let wrong = http.get(&url).basic_auth("maro@example.com", Some("guess"));

    assert_eq!(anonymous.status(), 401);
    assert!(anonymous.headers().contains_key("www-authenticate"));
    assert_eq!(
        bearer.status(),
        401,
        "a token for the gateway or an older edition"
    );
    assert_eq!(wrong.send().await.unwrap().status(), 401);
}

#[tokio::test]
async fn people_edit_pages_and_the_next_version_counts_on() {
    let confluence = Confluence::start().await;
    let id = confluence.page("Shared", "<p>machine</p>").await;
    let url = format!(
        "{}admin/confluence/pages/{id}/edit",
        confluence.sandbox.url()
    );
    let edit = json!({"user": "boris", "body": "<p>person</p>"});

    let (status, page) = answer(confluence.http.post(url).json(&edit).send().await.unwrap()).await;

    assert_eq!(
        (status, &page["version"], &page["last_author"]),
        (200, &json!(2), &json!("Boris Novak"))
    );
    let (_, state) = confluence.get("admin/state").await;
    let shown = &state["confluence"]["pages"][0];
    assert_eq!(
        (&shown["title"], &shown["text"]),
        (&json!("Shared"), &json!("person"))
    );
    assert_eq!(state["confluence"]["create_requests"], 1);
}

#[tokio::test]
async fn faults_hit_confluence_alone() {
    let confluence = Confluence::start().await;
    let rule: FaultRule = "confluence:POST:/pages$:drop-after:times=1"
        .parse()
        .unwrap();
    confluence.sandbox.add_fault(rule);
    let rule = "confluence:GET:/search:status:status=429:retry-after=3";
    confluence.sandbox.add_fault(rule.parse().unwrap());
    let new = json!({"spaceId": confluence.space("SHOP").await, "title": "Lost answer",
        "body": {"representation": "storage", "value": "<p/>"}});

    let lost = confluence
        .http
        .post(format!("{}wiki/api/v2/pages", confluence.sandbox.url()))
        .basic_auth(
            &confluence.options.jira_username,
            Some(&confluence.options.jira_api_token),
        )
        .json(&new)
        .send()
        .await;

    assert!(lost.is_err(), "no answer, but a page");
    assert_eq!(
        confluence.post("wiki/api/v2/pages", &new).await.0,
        400,
        "the title is taken"
    );
    assert_eq!(
        confluence.get("wiki/rest/api/search?cql=type=page").await.0,
        429
    );
    assert_eq!(confluence.get("jira/rest/api/3/myself").await.0, 200);
}

#[tokio::test]
async fn the_gateway_wants_granular_scopes_for_version_2() {
    let atlassian = Atlassian::start().await;
    let base = format!("ex/confluence/{}/wiki", atlassian.sandbox.cloud_id());
    let (pages, search) = (
        format!("{base}/api/v2/pages?limit=1"),
        format!("{base}/rest/api/search?cql=type=page"),
    );
    let consent = async |scopes: &str| {
        let code = atlassian.code(&[("scope", scopes)]).await;
        atlassian.exchange(&code).await.1
    };
    let get = async |pair: &serde_json::Value, path: &str| {
        atlassian.call(pair, Method::GET, path, None).await
    };

    let classic = format!("{SCOPES} read:confluence-content.all search:confluence");
    let pair = consent(&classic).await;
    assert_eq!(get(&pair, &search).await.0, 200);
    let (status, error) = get(&pair, &pages).await;
    assert_eq!(status, 401);
    assert_eq!(error["message"], "Unauthorized; scope does not match");

    let pair = consent(&format!("{classic} read:page:confluence")).await;
    let (status, found) = get(&pair, &pages).await;
    assert_eq!(status, 200, "{found}");
    let next = found["_links"]["next"].as_str().unwrap();
    assert!(
        next.starts_with("/wiki/api/v2/pages?limit=1&cursor="),
        "{next}"
    );
}
