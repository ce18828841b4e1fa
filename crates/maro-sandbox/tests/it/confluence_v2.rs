//! Version 2 of Confluence's API: pages, versions, titles, cursors, properties.

use serde_json::{Value, json};

use crate::confluence_support::Confluence;

fn title_of(error: &Value) -> &str {
    error["errors"][0]["title"].as_str().unwrap()
}

#[tokio::test]
async fn a_page_comes_back_as_it_was_written() {
    let confluence = Confluence::start().await;
    let storage = "<p>Ship <strong>it</strong> &amp; tell</p>";

    let id = confluence.page("Release notes", storage).await;
    let (status, page) = confluence
        .get(&format!("wiki/api/v2/pages/{id}?body-format=storage"))
        .await;

    assert_eq!(status, 200);
    assert_eq!(page["body"]["storage"]["value"], storage);
    assert_eq!(
        (page["version"]["number"].as_u64(), &page["status"]),
        (Some(1), &json!("current"))
    );
    assert_eq!(
        page["_links"]["base"],
        json!(confluence.sandbox.confluence_url())
    );
    let (_, bare) = confluence.get(&format!("wiki/api/v2/pages/{id}")).await;
    assert_eq!(bare["body"], json!({}), "no body without body-format");
    let (_, document) = confluence
        .get(&format!(
            "wiki/api/v2/pages/{id}?body-format=atlas_doc_format"
        ))
        .await;
    let document = document["body"]["atlas_doc_format"]["value"]
        .as_str()
        .unwrap();
    assert!(document.contains("Ship it & tell"), "{document}");
}

#[tokio::test]
async fn documents_are_checked_and_kept() {
    let confluence = Confluence::start().await;
    let space = confluence.space("RUN").await;
    let create = async |title: &str, document: Value| {
        let new = json!({
            "spaceId": space, "title": title,
            "body": {"representation": "atlas_doc_format", "value": document.to_string()},
        });
        confluence.post("wiki/api/v2/pages", &new).await
    };
    let good = json!({"type": "doc", "version": 1, "content": [
        {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "Steps"}]},
    ]});

    let (status, page) = create("Steps", good.clone()).await;
    assert_eq!(status, 200, "{page}");
    let path = format!(
        "wiki/api/v2/pages/{}?body-format=atlas_doc_format",
        page["id"].as_str().unwrap()
    );
    let (_, page) = confluence.get(&path).await;
    let kept = page["body"]["atlas_doc_format"]["value"].as_str().unwrap();
    assert_eq!(serde_json::from_str::<Value>(kept).unwrap(), good);

    let bad = json!({"type": "doc", "version": 1, "content": [{"type": "marquee"}]});
    assert_eq!(create("Bad", bad).await.0, 400);
}

#[tokio::test]
async fn a_new_version_must_follow_the_newest() {
    let confluence = Confluence::start().await;
    let id = confluence.page("Numbers", "<p>one</p>").await;
    let path = format!("wiki/api/v2/pages/{id}");
    let save = async |number: u64, text: &str| {
        let body = json!({
            "id": id, "status": "current", "title": "Numbers",
            "body": {"representation": "storage", "value": text}, "version": {"number": number, "message": "more"},
        });
        confluence.put(&path, &body).await
    };

    assert_eq!(save(2, "<p>two</p>").await.0, 200);
    let (status, error) = save(2, "<p>lost</p>").await;

    assert_eq!(
        (status, &error["errors"][0]["code"]),
        (409, &json!("CONFLICT"))
    );
    assert!(
        title_of(&error).contains("Current version is: 2"),
        "{error}"
    );
    assert_eq!(save(4, "<p>skipped</p>").await.0, 409);
    assert_eq!(save(3, "<p>open").await.0, 400, "not well-formed");
    let (_, page) = confluence.get(&format!("{path}?body-format=storage")).await;
    assert_eq!(page["body"]["storage"]["value"], "<p>two</p>");
}

#[tokio::test]
async fn titles_are_unique_in_a_space() {
    let confluence = Confluence::start().await;
    confluence.page("Only once", "<p/>").await;
    let again = json!({
        "spaceId": confluence.space("SHOP").await, "title": "only once",
        "body": {"representation": "storage", "value": "<p/>"},
    });

    let (status, error) = confluence.post("wiki/api/v2/pages", &again).await;

    assert_eq!(status, 400);
    assert!(title_of(&error).contains("already exists"), "{error}");
    let mut elsewhere = again;
    elsewhere["spaceId"] = json!(confluence.space("RUN").await);
    assert_eq!(
        confluence.post("wiki/api/v2/pages", &elsewhere).await.0,
        200
    );
}

#[tokio::test]
async fn refusals_name_what_is_wrong() {
    let confluence = Confluence::start().await;
    let space = confluence.space("SHOP").await;
    let body = json!({"representation": "storage", "value": "<p/>"});
    for (new, wanted) in [
        (json!({"title": "x", "body": body}), "spaceId is required"),
        (
            json!({"spaceId": "SHOP", "title": "x", "body": body}),
            "{SHOP} for 'spaceId'",
        ),
        (
            json!({"spaceId": space, "title": "", "body": body}),
            "can not be empty",
        ),
        (
            json!({"spaceId": space, "title": "x".repeat(256), "body": body}),
            "too long",
        ),
        (
            json!({"spaceId": space, "title": "x", "body": {"representation": "wiki", "value": ""}}),
            "'wiki'",
        ),
        (
            json!({"spaceId": space, "title": "x", "parentId": "1", "body": body}),
            "Parent page",
        ),
    ] {
        let (status, error) = confluence.post("wiki/api/v2/pages", &new).await;
        assert!(status == 400 || status == 404, "{new}: {error}");
        assert!(title_of(&error).contains(wanted), "{new}: {error}");
    }
    assert_eq!(confluence.get("wiki/api/v2/pages/notanumber").await.0, 400);
    assert_eq!(confluence.get("wiki/api/v2/pages/1").await.0, 404);
    assert_eq!(confluence.get("wiki/api/v2/nothing").await.0, 404);
}

#[tokio::test]
async fn lists_are_followed_by_cursor() {
    let confluence = Confluence::start().await;
    let mut path = "wiki/api/v2/pages?limit=2".to_owned();
    let mut titles: Vec<String> = Vec::new();
    for _ in 0..10 {
        let url = format!("{}{path}", confluence.sandbox.url());
        let response = confluence
            .http
            .get(url)
            .basic_auth(
                &confluence.options.jira_username,
                Some(&confluence.options.jira_api_token),
            )
            .send()
            .await
            .unwrap();
        let link = response.headers().get("link").cloned();
        let body: Value = response.json().await.unwrap();
        titles.extend(
            body["results"]
                .as_array()
                .unwrap()
                .iter()
                .map(|page| page["title"].as_str().unwrap().to_owned()),
        );
        let Some(next) = body["_links"]["next"].as_str() else {
            assert_eq!(link, None);
            break;
        };
        assert_eq!(
            link.unwrap().to_str().unwrap(),
            format!("<{next}>; rel=\"next\"")
        );
        path = next.trim_start_matches('/').to_owned();
    }

    assert_eq!(titles.len(), 5, "{titles:?}");
    assert_eq!(
        confluence.get("wiki/api/v2/pages?cursor=made-up").await.0,
        400
    );
    assert_eq!(confluence.get("wiki/api/v2/pages?limit=251").await.0, 400);
}

#[tokio::test]
async fn properties_have_versions_and_labels_are_read() {
    let confluence = Confluence::start().await;
    let id = confluence.page("With properties", "<p/>").await;
    let path = format!("wiki/api/v2/pages/{id}/properties");
    let new = json!({"key": "maro.operation", "value": {"marker": "maro-1"}});

    let (status, property) = confluence.post(&path, &new).await;
    assert_eq!(status, 200, "{property}");
    assert_eq!(confluence.post(&path, &new).await.0, 409);
    let single = format!("{path}/{}", property["id"].as_str().unwrap());
    let update = json!({"key": "maro.operation", "value": 2, "version": {"number": 2}});
    assert_eq!(confluence.put(&single, &update).await.0, 200);
    assert_eq!(confluence.put(&single, &update).await.0, 409);
    let (_, found) = confluence.get(&format!("{path}?key=maro.operation")).await;
    assert_eq!(found["results"][0]["value"], 2);
    assert_eq!(confluence.delete(&single).await, 204);

    let label = json!([{"prefix": "global", "name": "Maro"}]);
    let (status, _) = confluence
        .post(&format!("wiki/rest/api/content/{id}/label"), &label)
        .await;
    assert_eq!(status, 200);
    let (_, labels) = confluence
        .get(&format!("wiki/api/v2/pages/{id}/labels"))
        .await;
    assert_eq!(labels["results"][0]["name"], "maro");
}

#[tokio::test]
async fn a_deleted_page_is_gone_and_its_title_free() {
    let confluence = Confluence::start().await;
    let id = confluence.page("Short-lived", "<p/>").await;

    assert_eq!(
        confluence.delete(&format!("wiki/api/v2/pages/{id}")).await,
        204
    );

    assert_eq!(
        confluence.get(&format!("wiki/api/v2/pages/{id}")).await.0,
        404
    );
    assert!(
        confluence
            .titles("title = \"Short-lived\"")
            .await
            .is_empty()
    );
    confluence.page("Short-lived", "<p>again</p>").await;
}
