//! Issues: creating, reading, editing, moving, commenting, deleting.

use serde_json::{Value, json};

use super::jira_support::{Jira, doc, task};

#[tokio::test]
async fn a_created_issue_is_read_back_as_it_was_sent() {
    let jira = Jira::start().await;
    let mut body = task(json!({
        "description": doc("It happens."), "labels": ["maro-abc", "cart"], "priority": {"name": "High"},
    }));
    body["properties"] = json!([{"key": "maro.operation", "value": {"attempt": 1}}]);

    let (status, created) = jira.post("3/issue", &body).await;
    let (_, issue) = jira
        .get("3/issue/SCRUM-126?properties=maro.operation")
        .await;

    assert_eq!(status, 201);
    assert_eq!(created["key"], "SCRUM-126");
    assert_eq!(
        created["self"],
        jira.url(&format!("3/issue/{}", created["id"].as_str().unwrap()))
    );
    let fields = &issue["fields"];
    assert_eq!(fields["description"], doc("It happens."));
    assert_eq!(fields["labels"], json!(["cart", "maro-abc"]));
    assert_eq!(fields["priority"]["name"], "High");
    assert_eq!(fields["status"]["name"], "To Do");
    assert_eq!(
        fields["creator"]["emailAddress"],
        jira.options.jira_username
    );
    assert_eq!(
        issue["properties"],
        json!({"maro.operation": {"attempt": 1}})
    );
}

#[tokio::test]
async fn version_two_speaks_text_and_version_three_documents() {
    let jira = Jira::start().await;

    let (status, _) = jira
        .post("2/issue", &task(json!({"description": "One\n\nTwo"})))
        .await;
    let (_, second) = jira.get("2/issue/SCRUM-126").await;
    let (_, third) = jira.get("3/issue/SCRUM-126").await;

    assert_eq!(status, 201);
    assert_eq!(second["fields"]["description"], "One\n\nTwo");
    assert_eq!(
        third["fields"]["description"]["content"][1]["content"][0]["text"],
        "Two"
    );
    assert!(second["self"].as_str().unwrap().contains("/rest/api/2/"));
}

/// Fields to replace, the field complained about, and the complaint.
type Refusal = (Value, &'static str, &'static str);

fn wrong_subjects() -> Vec<Refusal> {
    vec![
        (
            json!({"summary": null}),
            "summary",
            "You must specify a summary of the issue.",
        ),
        (
            json!({"summary": "x".repeat(256)}),
            "summary",
            "Summary can't exceed 255 characters.",
        ),
        (
            json!({"summary": "a\nb"}),
            "summary",
            "The summary is invalid because it contains newline characters.",
        ),
        (
            json!({"summary": 7}),
            "summary",
            "Operation value must be a string",
        ),
        (
            json!({"project": null}),
            "project",
            "Specify a valid project ID or key",
        ),
        (
            json!({"project": {"key": "NONE"}}),
            "project",
            "valid project is required",
        ),
        (
            json!({"project": {"id": 10000}}),
            "project",
            "expected 'id' property to be a string",
        ),
        (
            json!({"issuetype": {"name": "Chore"}}),
            "issuetype",
            "Specify a valid issue type",
        ),
        (
            json!({"issuetype": {"name": "Incident"}}),
            "issuetype",
            "The issue type selected is invalid.",
        ),
    ]
}

fn wrong_values() -> Vec<Refusal> {
    vec![
        (
            json!({"priority": {"name": "P1"}}),
            "priority",
            "The priority selected is invalid.",
        ),
        (
            json!({"labels": ["a b"]}),
            "labels",
            "The label 'a b' contains spaces which is invalid.",
        ),
        (json!({"labels": "a"}), "labels", "data was not an array"),
        (
            json!({"description": "text"}),
            "description",
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)",
        ),
        (
            json!({"description": doc(&"x".repeat(32_767))}),
            "description",
            "The entered text is too long. It exceeds the allowed limit of 32,767 characters.",
        ),
        (
            json!({"customfield_99999": 1}),
            "customfield_99999",
            "Field 'customfield_99999' cannot be set. It is not on the appropriate screen, or unknown.",
        ),
        (
            json!({"status": {"name": "Done"}}),
            "status",
            "Field 'status' cannot be set. It is not on the appropriate screen, or unknown.",
        ),
        (
            json!({"project": {"key": "NOLAB"}, "labels": ["x"]}),
            "labels",
            "Field 'labels' cannot be set. It is not on the appropriate screen, or unknown.",
        ),
        (
            json!({"project": {"key": "OPS"}}),
            "customfield_10050",
            "Severity class is required.",
        ),
        (
            json!({"issuetype": {"name": "Sub-task"}}),
            "parent",
            "Issue type is a sub-task but parent issue key or id not specified.",
        ),
        (
            json!({"parent": {"key": "SCRUM-123"}}),
            "parentId",
            "Given parent work item does not belong to appropriate hierarchy.",
        ),
        (
            json!({"assignee": {"accountId": "nobody"}}),
            "assignee",
            "User 'nobody' cannot be assigned issues.",
        ),
    ]
}

#[tokio::test]
async fn refusals_carry_the_sentences_of_jira() {
    let jira = Jira::start().await;
    for (replaced, field, sentence) in wrong_subjects().into_iter().chain(wrong_values()) {
        let (status, body) = jira.post("3/issue", &task(replaced.clone())).await;

        assert_eq!(status, 400, "{replaced}");
        assert_eq!(body["errors"][field], sentence, "{replaced}: {body}");
        assert_eq!(body["errorMessages"], json!([]));
    }
    let (_, body) = jira.post("3/issue", &task(json!({"description": {"type": "doc", "version": 1, "content": [{"type": "paragraf"}]}}))).await;
    assert_eq!(
        body,
        json!({"errorMessages": ["INVALID_INPUT"], "errors": {}})
    );
    assert_eq!(
        jira.get("3/issue/SCRUM-126").await.0,
        404,
        "nothing was created"
    );
}

#[tokio::test]
async fn a_project_with_required_fields_takes_complete_issues() {
    let jira = Jira::start().await;

    let (status, body) = jira
        .post(
            "3/issue",
            &task(json!({
                "project": {"key": "OPS"}, "priority": {"name": "P1"},
                "customfield_10050": {"value": "SEV1"}, "customfield_10051": "Payments",
            })),
        )
        .await;
    let (_, issue) = jira.get("3/issue/OPS-3").await;

    assert_eq!(status, 201, "{body}");
    assert_eq!(issue["fields"]["customfield_10050"]["value"], "SEV1");
    assert_eq!(issue["fields"]["status"]["name"], "Open");
}

#[tokio::test]
async fn labels_are_added_and_removed_by_update() {
    let jira = Jira::start().await;

    let (status, _) = jira
        .put(
            "3/issue/SCRUM-124",
            &json!({"update": {"labels": [{"add": "seen"}, {"remove": "email"}]}}),
        )
        .await;
    let (nothing, _) = jira.put("3/issue/SCRUM-124", &json!({})).await;
    let (_, issue) = jira.get("3/issue/SCRUM-124?fields=labels").await;

    assert_eq!((status, nothing), (204, 400));
    assert_eq!(issue["fields"], json!({"labels": ["auth", "seen"]}));
}

#[tokio::test]
async fn transitions_depend_on_the_status_and_drop_comments_without_a_screen() {
    let jira = Jira::start().await;
    let names = |body: &Value| -> Vec<String> {
        body["transitions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|step| step["name"].as_str().unwrap().to_owned())
            .collect()
    };
    let comment = json!({"comment": [{"add": {"body": doc("Moving.")}}]});

    let (_, open) = jira.get("3/issue/OPS-2/transitions").await;
    let (moved, _) = jira
        .post(
            "3/issue/OPS-2/transitions",
            &json!({"transition": {"id": "4"}, "update": comment}),
        )
        .await;
    let (again, refusal) = jira
        .post(
            "3/issue/OPS-2/transitions",
            &json!({"transition": {"id": "4"}}),
        )
        .await;
    let (resolved, _) = jira
        .post("3/issue/OPS-2/transitions", &json!({"transition": {"id": "5"}, "fields": {"resolution": {"name": "Done"}}, "update": comment}))
        .await;
    let (_, issue) = jira.get("3/issue/OPS-2").await;

    assert_eq!(
        names(&open),
        ["Start Progress", "Resolve Issue", "Close Issue"]
    );
    assert_eq!((moved, again, resolved), (204, 400, 204));
    assert_eq!(
        refusal["errorMessages"][0],
        "Transition id '4' is not valid for this issue."
    );
    assert_eq!(issue["fields"]["status"]["name"], "Resolved");
    assert_eq!(issue["fields"]["resolution"]["name"], "Done");
    assert_eq!(issue["fields"]["comment"]["total"], 1);
}

#[tokio::test]
async fn comments_are_added_edited_listed_and_deleted() {
    let jira = Jira::start().await;
    let path = "3/issue/SCRUM-124/comment";

    let (created, comment) = jira.post(path, &json!({"body": doc("First.")})).await;
    let one = format!("{path}/{}", comment["id"].as_str().unwrap());
    let (edited, _) = jira.put(&one, &json!({"body": doc("Better.")})).await;
    let (_, shown) = jira.get(&one).await;
    let (deleted, _) = jira.delete(&one).await;
    let (gone, _) = jira.get(&one).await;
    let (empty, refusal) = jira
        .post(
            path,
            &json!({"body": {"type": "doc", "version": 1, "content": []}}),
        )
        .await;

    assert_eq!(
        (created, edited, deleted, gone, empty),
        (201, 200, 204, 404, 400)
    );
    assert_eq!(shown["body"], doc("Better."));
    assert_eq!(
        refusal["errors"]["comment"],
        "Comment body can not be empty!"
    );
}

#[tokio::test]
async fn properties_are_kept_within_limits() {
    let jira = Jira::start().await;
    let path = "3/issue/SCRUM-124/properties/maro.file";

    let (created, _) = jira.put(path, &json!({"file": 1})).await;
    let (replaced, _) = jira.put(path, &json!("second")).await;
    let (_, shown) = jira.get(path).await;
    let (too_long, _) = jira.put(path, &json!("x".repeat(32_767))).await;
    let (long_key, _) = jira
        .put(
            &format!("3/issue/SCRUM-124/properties/{}", "k".repeat(256)),
            &json!(1),
        )
        .await;
    let (deleted, _) = jira.delete(path).await;
    let (gone, _) = jira.delete(path).await;

    assert_eq!(
        (created, replaced, too_long, long_key, deleted, gone),
        (201, 200, 400, 400, 204, 404)
    );
    assert_eq!(shown, json!({"key": "maro.file", "value": "second"}));
}

#[tokio::test]
async fn a_clone_copies_labels_but_not_properties() {
    let jira = Jira::start().await;
    jira.put("3/issue/SCRUM-124/properties/maro.operation", &json!(1))
        .await;

    let (_, clone) = jira.admin("issues/SCRUM-124/clone", &json!({})).await;

    assert_eq!(clone["labels"], json!(["auth", "email"]));
    assert_eq!(clone["properties"], json!({}));
    assert_eq!(
        clone["summary"],
        "CLONE - Password reset link expires too early"
    );
}

#[tokio::test]
async fn issues_with_subtasks_are_deleted_only_with_them() {
    let jira = Jira::start().await;

    let (refused, _) = jira.delete("3/issue/SCRUM-120").await;
    let (deleted, _) = jira.delete("3/issue/SCRUM-120?deleteSubtasks=true").await;

    assert_eq!((refused, deleted), (400, 204));
    assert_eq!(jira.get("3/issue/SCRUM-121").await.0, 404);
}
