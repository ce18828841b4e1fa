//! Searching by JQL, its pages, its complaints, and the lag of its index.

use serde_json::json;

use super::jira_support::{Jira, task};

#[tokio::test]
async fn queries_find_what_they_describe() {
    let jira = Jira::start().await;
    let cases: &[(&str, &[&str])] = &[
        ("key = SCRUM-123", &["SCRUM-123"]),
        (
            "issuekey in (SCRUM-123, 'SCRUM-124')",
            &["SCRUM-124", "SCRUM-123"],
        ),
        ("project = OPS order by key asc", &["OPS-1", "OPS-2"]),
        ("project = Storefront AND type = Epic", &["SCRUM-116"]),
        (
            "labels = auth AND status != 'In Progress' ORDER BY key ASC",
            &["SCRUM-124", "SCRUM-125"],
        ),
        ("labels = maro-unknown", &[]),
        ("project = NOLAB AND labels IS EMPTY", &["NOLAB-1"]),
        (
            "project = SCRUM AND labels NOT IN (auth, checkout, email) ORDER BY key",
            &["SCRUM-118", "SCRUM-120"],
        ),
        (
            "statusCategory = Done ORDER BY created",
            &["SCRUM-117", "OPS-1"],
        ),
        ("summary ~ \"authentication flow\"", &["SCRUM-123"]),
        ("text ~ 'expire*' and project = SCRUM", &["SCRUM-124"]),
        ("summary ~ '\"flow authentication\"'", &[]),
        (
            "parent = SCRUM-116 and assignee is empty order by key",
            &["SCRUM-119", "SCRUM-125"],
        ),
        ("priority > High", &["SCRUM-122"]),
        (
            "(project = OPS OR project = NOLAB) AND NOT type = Incident",
            &["NOLAB-1", "OPS-2"],
        ),
        ("created >= -2h", &[]),
        ("resolution = Unresolved and project = OPS", &["OPS-2"]),
        ("creator = currentUser()", &[]),
        ("reporter = 'Chen Wei' and project = NOLAB", &["NOLAB-1"]),
    ];
    for (jql, expected) in cases {
        let mut found = jira.keys(jql).await;
        if jql.to_lowercase().contains("order by") {
            assert_eq!(&found, expected, "{jql}");
        } else {
            let mut expected: Vec<&str> = expected.to_vec();
            expected.sort_unstable();
            found.sort_unstable();
            assert_eq!(found, expected, "{jql}");
        }
    }
}

#[tokio::test]
async fn bad_queries_get_the_sentences_of_jira() {
    let jira = Jira::start().await;
    let mut complaints = Vec::new();
    for jql in [
        "",
        "order by created",
        "project",
        "project = ",
        "project = NONE",
        "colour = red",
        "project ~ SCRUM",
        "project = SCRUM status = Done",
        "summary ~ 'open",
        "(project = SCRUM",
        "key = SCRUM-999",
        "created > yesterday",
        "assignee = me()",
        "project = SCRUM ORDER BY colour",
        "status = and",
        "issue.property[a].b = 1",
    ] {
        let (status, body) = jira.post("3/search/jql", &json!({"jql": jql})).await;
        assert_eq!(status, 400, "{jql}");
        complaints.push(format!(
            "[{jql}] {}",
            body["errorMessages"][0].as_str().unwrap()
        ));
    }
    insta::assert_snapshot!(complaints.join("\n"), @r"
    [] Unbounded JQL queries are not allowed here. Please add a search restriction to your query.
    [order by created] Unbounded JQL queries are not allowed here. Please add a search restriction to your query.
    [project] Error in the JQL Query: Expecting operator before the end of the query. The valid operators are '=', '!=', '<', '>', '<=', '>=', '~', '!~', 'IN', 'NOT IN', 'IS' and 'IS NOT'.
    [project = ] Error in the JQL Query: Expecting either a value, list or function before the end of the query.
    [project = NONE] The value 'NONE' does not exist for the field 'project'.
    [colour = red] Field 'colour' does not exist or you do not have permission to view it.
    [project ~ SCRUM] The operator '~' is not supported by the 'project' field.
    [project = SCRUM status = Done] Error in the JQL Query: Expecting either 'OR' or 'AND' but got 'status'. (line 1, character 17)
    [summary ~ 'open] Error in the JQL Query: The quoted string 'open' has not been completed. (line 1, character 11)
    [(project = SCRUM] Error in the JQL Query: Expecting ')' before the end of the query.
    [key = SCRUM-999] An issue with key 'SCRUM-999' does not exist for field 'key'.
    [created > yesterday] Date value 'yesterday' for field 'created' is invalid. Valid formats include: 'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a period format e.g. '-5d', '4w 2d'.
    [assignee = me()] Unable to find JQL function 'me()'.
    [project = SCRUM ORDER BY colour] Not able to sort using field 'colour'.
    [status = and] Error in the JQL Query: Expecting either a value, list or function but got 'and'. You must surround 'and' in quotation marks to use it as a value. (line 1, character 10)
    [issue.property[a].b = 1] Error in the JQL Query: The character '[' is a reserved JQL character. You must enclose it in a string or use the escape '\u005b' instead. (line 1, character 15)
    ");
}

#[tokio::test]
async fn pages_follow_their_tokens_to_the_last() {
    let jira = Jira::start().await;
    let mut search = json!({"jql": "project = SCRUM ORDER BY key", "maxResults": 4});
    let mut ids = Vec::new();
    let mut pages = 0;
    loop {
        let (_, page) = jira.post("3/search/jql", &search).await;
        pages += 1;
        ids.extend(
            page["issues"]
                .as_array()
                .unwrap()
                .iter()
                .map(|issue| issue["id"].clone()),
        );
        assert!(
            page["issues"][0].get("key").is_none(),
            "ids alone by default"
        );
        if page["isLast"] == true {
            assert!(page.get("nextPageToken").is_none());
            break;
        }
        search["nextPageToken"] = page["nextPageToken"].clone();
    }
    assert_eq!((pages, ids.len()), (3, 10));
    search["jql"] = json!("project = OPS");
    search["nextPageToken"] = json!("bm90OnZhbGlk");
    assert_eq!(
        jira.post("3/search/jql", &search).await.0,
        400,
        "tokens belong to a query"
    );
}

#[tokio::test]
async fn a_lagging_index_hides_what_reconciling_shows() {
    let jira = Jira::start().await;
    jira.admin("settings", &json!({"index_lag_ms": 60_000}))
        .await;
    let (_, created) = jira
        .post("3/issue", &task(json!({"labels": ["maro-marker"]})))
        .await;
    let id: u64 = created["id"].as_str().unwrap().parse().unwrap();
    let jql = "labels = maro-marker";

    let hidden = jira.keys(jql).await;
    let (_, reconciled) = jira
        .post(
            "3/search/jql",
            &json!({"jql": jql, "reconcileIssues": [id]}),
        )
        .await;
    let (by_key, _) = jira.get("3/issue/SCRUM-126").await;
    let advance = json!({"advance_ms": 61_000});
    let url = format!("{}admin/clock", jira.sandbox.url());
    jira.http.post(url).json(&advance).send().await.unwrap();
    let seen = jira.keys(jql).await;

    assert!(hidden.is_empty());
    assert_eq!(reconciled["issues"].as_array().unwrap().len(), 1);
    assert_eq!(by_key, 200);
    assert_eq!(seen, ["SCRUM-126"]);
}

#[tokio::test]
async fn searches_bring_the_properties_that_are_asked_for() {
    let jira = Jira::start().await;
    jira.put(
        "3/issue/SCRUM-123/properties/maro.operation",
        &json!({"operation": "o1"}),
    )
    .await;

    let (_, body) = jira
        .post("3/search/jql", &json!({"jql": "key = SCRUM-123", "fields": ["summary"], "properties": ["maro.operation"]}))
        .await;

    assert_eq!(
        body["issues"][0]["properties"],
        json!({"maro.operation": {"operation": "o1"}})
    );
    assert_eq!(
        body["issues"][0]["fields"],
        json!({"summary": "User authentication flow"})
    );
}
