//! The Data Center flavour: what differs from Cloud, and that it is the same world.

use reqwest::Method;
use serde_json::{Value, json};

use super::atlassian_support::answer;
use super::jira_support::{Jira, doc, task};

/// Asks the Data Center product with the personal token.
async fn ask(jira: &Jira, method: Method, path: &str, body: Option<&Value>) -> (u16, Value) {
    let url = format!("{}/rest/api/{path}", jira.sandbox.data_center_url());
    let mut request = jira.http.request(method, url);
    request = request.bearer_auth(&jira.options.jira_personal_token);
    if let Some(body) = body {
        request = request.json(body);
    }
    answer(request.send().await.unwrap()).await
}

async fn get(jira: &Jira, path: &str) -> (u16, Value) {
    ask(jira, Method::GET, path, None).await
}

async fn post(jira: &Jira, path: &str, body: &Value) -> (u16, Value) {
    ask(jira, Method::POST, path, Some(body)).await
}

#[tokio::test]
async fn personal_tokens_and_passwords_open_it_and_cloud_credentials_do_not() {
    let jira = Jira::start().await;
    let url = format!("{}/rest/api/2/myself", jira.sandbox.data_center_url());
    let secret = &jira.options.jira_api_token;
    let status =
        async |request: reqwest::RequestBuilder| request.send().await.unwrap().status().as_u16();

    assert_eq!(get(&jira, "2/myself").await.0, 200);
    assert_eq!(
        status(jira.http.get(&url).basic_auth("maro", Some(secret))).await,
        200
    );
    let by_email = jira
        .http
        .get(&url)
        .basic_auth(&jira.options.jira_username, Some(secret));
    assert_eq!(status(by_email).await, 401);
    assert_eq!(status(jira.http.get(&url).bearer_auth(secret)).await, 401);
    let refused = jira.http.get(&url).send().await.unwrap();
    assert_eq!(
        refused.headers()["x-seraph-loginreason"],
        "AUTHENTICATED_FAILED"
    );
    let on_cloud = jira
        .http
        .get(jira.url("3/myself"))
        .bearer_auth(&jira.options.jira_personal_token);
    assert_eq!(status(on_cloud).await, 401);
}

#[tokio::test]
async fn there_is_no_version_three_and_no_cloud_search() {
    let jira = Jira::start().await;
    let missing = [
        "3/myself",
        "3/serverInfo",
        "2/search/jql?jql=project%3DSCRUM",
        "2/project/search",
        "2/priority/search",
        "2/webhook",
    ];
    for path in missing {
        assert_eq!(get(&jira, path).await.0, 404, "{path}");
    }
    let (_, info) = get(&jira, "latest/serverInfo").await;
    assert_eq!(
        (&info["deploymentType"], &info["versionNumbers"][0]),
        (&json!("Server"), &json!(9))
    );
}

#[tokio::test]
async fn users_have_names_and_keys_instead_of_account_ids() {
    let jira = Jira::start().await;

    let (_, myself) = get(&jira, "2/myself").await;
    let (_, chen) = get(&jira, "2/user?username=chen").await;
    let (_, by_key) = get(
        &jira,
        &format!("2/user?key={}", chen["key"].as_str().unwrap()),
    )
    .await;
    let (_, found) = get(&jira, "2/user/search?username=da").await;
    let (_, everybody) = get(&jira, "2/user/search?username=.").await;

    assert_eq!(
        (&myself["name"], &myself["displayName"]),
        (&json!("maro"), &json!("Maro"))
    );
    assert_eq!(
        (chen.get("accountId"), &chen["emailAddress"]),
        (None, &json!("chen@example.com"))
    );
    assert_eq!(by_key["name"], "chen");
    assert_eq!(
        (found[0]["name"].as_str(), found[1].as_str()),
        (Some("dana"), None)
    );
    assert_eq!(everybody.as_array().unwrap().len(), 5);
    assert_eq!(get(&jira, "2/user/search?query=da").await.0, 400);
    assert_eq!(get(&jira, "2/user?username=nobody").await.0, 404);
}

#[tokio::test]
async fn an_issue_is_written_in_wiki_text_and_seen_from_both_sides() {
    let jira = Jira::start().await;
    let wanted = task(json!({
        "description": "h2. Why\n\nIt *happens*.", "assignee": {"name": "boris"}, "labels": ["maro-1"],
    }));

    let (status, created) = post(&jira, "2/issue", &wanted).await;
    let key = created["key"].as_str().unwrap();
    let (_, issue) = get(&jira, &format!("2/issue/{key}")).await;
    let (_, on_cloud) = jira.get(&format!("2/issue/{key}")).await;

    assert_eq!(status, 201);
    assert!(
        created["self"]
            .as_str()
            .unwrap()
            .contains("/dc/jira/rest/api/2/issue/")
    );
    assert_eq!(issue["fields"]["description"], "h2. Why\n\nIt *happens*.");
    assert_eq!(issue["fields"]["assignee"]["name"], "boris");
    assert_eq!(issue["fields"]["reporter"]["name"], "maro");
    assert!(!issue.to_string().contains("accountId"), "{issue:#}");
    assert_eq!(on_cloud["fields"]["assignee"]["displayName"], "Boris Novak");
}

#[tokio::test]
async fn what_only_cloud_takes_is_refused() {
    let jira = Jira::start().await;
    let refused = [
        (json!({"description": doc("A document.")}), "description"),
        (
            json!({"assignee": {"accountId": "5c5f880629be9642ba529342"}}),
            "assignee",
        ),
        (json!({"assignee": {"name": "nobody"}}), "assignee"),
        (json!({"parent": {"key": "SCRUM-116"}}), "parent"),
    ];
    for (fields, wrong) in refused {
        let (status, body) = post(&jira, "2/issue", &task(fields)).await;

        assert_eq!(status, 400, "{wrong}");
        assert!(body["errors"][wrong].is_string(), "{body}");
    }
    let (status, _) = jira
        .post("2/issue", &task(json!({"assignee": {"name": "boris"}})))
        .await;
    assert_eq!(status, 400, "Cloud takes no names");
}

#[tokio::test]
async fn an_epic_is_in_a_field_of_its_own() {
    let jira = Jira::start().await;
    let (_, fields) = get(&jira, "2/field").await;
    let is_epic_link =
        |field: &&Value| field["schema"]["custom"] == "com.pyxis.greenhopper.jira:gh-epic-link";
    let field = fields
        .as_array()
        .unwrap()
        .iter()
        .find(is_epic_link)
        .unwrap();
    let id = field["id"].as_str().unwrap();
    let task = |epic: &str| {
        json!({"fields": {"project": {"key": "SCRUM"}, "issuetype": {"name": "Task"},
            "summary": "Below an epic", id: epic}})
    };
    let (status, created) = post(&jira, "2/issue", &task("SCRUM-116")).await;
    assert_eq!(status, 201, "{created}");
    let key = created["key"].as_str().unwrap();
    let (_, seen) = get(&jira, &format!("2/issue/{key}")).await;
    assert_eq!(seen["fields"][id], "SCRUM-116");
    assert_eq!(seen["fields"]["parent"], Value::Null);
    let (status, refused) = post(&jira, "2/issue", &task("SCRUM-123")).await;
    assert_eq!(status, 400, "{refused}");
    assert_eq!(
        refused["errors"][id],
        "Issue 'SCRUM-123' must be of type 'Epic'."
    );
}

#[tokio::test]
async fn searches_have_offsets_and_totals() {
    let jira = Jira::start().await;

    let (_, first) = get(
        &jira,
        "2/search?jql=project%3DSCRUM%20order%20by%20key&maxResults=2&fields=summary",
    )
    .await;
    let body = json!({"jql": "project = SCRUM order by key", "startAt": 2, "maxResults": 2, "fields": ["summary"]});
    let (_, second) = post(&jira, "2/search", &body).await;
    let (status, everything) = get(&jira, "2/search?maxResults=0").await;
    let (_, mine) = get(&jira, "2/search?jql=assignee%3Dboris").await;

    assert_eq!(
        (&first["startAt"], &first["maxResults"]),
        (&json!(0), &json!(2))
    );
    assert_eq!(first["total"], second["total"]);
    assert_ne!(first["issues"][1]["key"], second["issues"][0]["key"]);
    assert_eq!(status, 200, "a query without a restriction is allowed");
    assert!(everything["total"].as_u64() > first["total"].as_u64());
    assert_eq!(mine["issues"][0]["fields"]["assignee"]["name"], "boris");
    assert_eq!(get(&jira, "2/search?jql=nonsense").await.0, 400);
}

#[tokio::test]
async fn create_screens_are_pages_of_values() {
    let jira = Jira::start().await;

    let (_, types) = get(&jira, "2/issue/createmeta/OPS/issuetypes").await;
    let (_, fields) = get(
        &jira,
        "2/issue/createmeta/OPS/issuetypes/10005?maxResults=3",
    )
    .await;
    let (_, projects) = get(&jira, "2/project").await;
    let (_, permissions) = get(&jira, "2/mypermissions").await;

    assert_eq!(
        (&types["isLast"], &types["values"][0]["name"]),
        (&json!(true), &json!("Task"))
    );
    assert_eq!(types["values"][0].get("hierarchyLevel"), None);
    assert_eq!(
        (&fields["isLast"], fields.get("fields")),
        (&json!(false), None)
    );
    assert_eq!(projects.as_array().unwrap().len(), 3);
    assert_eq!(
        permissions["permissions"]["CREATE_ISSUES"]["havePermission"],
        true
    );
}

#[tokio::test]
async fn issues_are_edited_moved_assigned_and_commented() {
    let jira = Jira::start().await;
    let put = async |path: &str, body: Value| ask(&jira, Method::PUT, path, Some(&body)).await.0;
    let issue = "2/issue/SCRUM-124";

    let edited = put(
        issue,
        json!({"fields": {"summary": "Changed", "priority": {"name": "High"}}}),
    )
    .await;
    let assigned = put(&format!("{issue}/assignee"), json!({"name": "dana"})).await;
    let property = put(&format!("{issue}/properties/maro"), json!({"a": 1})).await;
    let (_, steps) = get(&jira, &format!("{issue}/transitions")).await;
    let step = json!({"transition": {"id": steps["transitions"][1]["id"]}});
    let (moved, _) = post(&jira, &format!("{issue}/transitions"), &step).await;
    let (said, comment) = post(
        &jira,
        &format!("{issue}/comment"),
        &json!({"body": "{code}x{code}"}),
    )
    .await;
    let link = json!({"object": {"title": "Thread", "url": "https://example.com/x"}});
    let (linked, _) = post(&jira, &format!("{issue}/remotelink"), &link).await;

    assert_eq!(
        (edited, assigned, property, moved, said, linked),
        (204, 204, 201, 204, 201, 201)
    );
    assert_eq!(
        (&comment["body"], &comment["author"]["name"]),
        (&json!("{code}x{code}"), &json!("maro"))
    );
    let (_, after) = get(&jira, issue).await;
    assert_eq!(after["fields"]["assignee"]["name"], "dana");
    assert_eq!(after["fields"]["status"]["name"], "In Progress");
}

#[tokio::test]
async fn the_rate_limit_is_a_bucket_that_refills() {
    let jira = Jira::start().await;
    jira.admin(
        "settings",
        &json!({"server_limit": 2, "server_limit_seconds": 30}),
    )
    .await;
    let url = format!("{}/rest/api/2/myself", jira.sandbox.data_center_url());
    let call = async || {
        let request = jira
            .http
            .get(&url)
            .bearer_auth(&jira.options.jira_personal_token);
        request.send().await.unwrap()
    };

    let first = call().await;
    call().await;
    let third = call().await;
    let clock = format!("{}admin/clock", jira.sandbox.url());
    jira.http
        .post(clock)
        .json(&json!({"advance_ms": 31_000}))
        .send()
        .await
        .unwrap();
    let later = call().await;

    assert_eq!(
        (first.status(), third.status(), later.status()),
        (
            200.try_into().unwrap(),
            429.try_into().unwrap(),
            200.try_into().unwrap()
        )
    );
    assert_eq!(first.headers()["x-ratelimit-remaining"], "1");
    assert_eq!(third.headers()["x-ratelimit-interval-seconds"], "30");
    let wait: u32 = third.headers()["retry-after"]
        .to_str()
        .unwrap()
        .parse()
        .unwrap();
    assert!((1..=30).contains(&wait), "{wait}");
}
