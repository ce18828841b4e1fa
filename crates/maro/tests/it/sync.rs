//! Status both ways: what happens to an issue happens to its defect, and the other way round, once.

use data_encoding::BASE64;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};

use crate::support::{Database, Maro, World, both_databases, eventually, on_sqlite, signed_jira};

both_databases!(
    an_issue_that_is_closed_settles_its_defect,
    a_case_that_passes_closes_its_issue_once_and_a_failure_opens_it_again,
    a_lost_answer_is_looked_for_and_the_issue_is_moved_once,
    two_sides_that_undo_each_other_are_paused_until_a_person_resumes,
    a_ticket_that_maro_made_is_kept_in_step,
);
on_sqlite!(
    a_server_in_between_moves_issues_too,
    what_jira_closes_with_another_reason_stays_as_people_said,
    an_edit_in_jira_stands_over_a_move_that_waited,
    news_that_come_twice_late_and_in_any_order_change_nothing,
    a_step_that_asks_a_person_pauses_the_link,
    polling_alone_keeps_them_in_step,
    an_issue_that_moves_stays_linked_and_one_that_is_deleted_is_gone,
    data_center_is_kept_in_step_too,
    a_move_is_made_after_jira_was_away,
    each_death_of_the_process_ends_in_one_move,
);

/// So seldom that no poll takes part.
const NEVER: u64 = 3_600_000;

const MOVES: &str = "/transitions";

/// A defect with an issue of its own.
struct Pair {
    defect: String,
    id: String,
    key: String,
}

impl Pair {
    /// Reports a defect, makes an issue, and links them as if Maro had made it.
    async fn new(world: &World, maro: &Maro, project: &str) -> Self {
        let body =
            json!({ "title": "The caller is cut off", "severity": "high", "source": "line" });
        let (status, made) = maro.post("api/v1/defects", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        Self::linked(world, made["id"].as_str().unwrap(), project).await
    }

    async fn linked(world: &World, defect: &str, project: &str) -> Self {
        let mut fields = json!({
            "project": { "key": project }, "issuetype": { "name": "Task" }, "summary": "Cut off",
        });
        if project == "OPS" {
            fields["customfield_10050"] = json!({ "value": "SEV2" });
            fields["customfield_10051"] = json!("Payments");
        }
        let issue = world.admin("jira/issue", json!({ "fields": fields })).await;
        let word = |name: &str| issue[name].as_str().unwrap().to_owned();
        let (id, key) = (word("id"), word("key"));
        let sql = format!(
            "INSERT INTO finding_links (id, defect_id, generation, state, wanted_by, attempts, flips,
                created_at, updated_at, jira_id, jira_key, jira_url, jira_status, jira_category)
            SELECT id, id, 1, 'linked', 'operator', 0, 0, first_seen, last_seen, '{id}', '{key}',
                'https://jira.example/browse/{key}', 'To Do', 'new' FROM defects"
        );
        assert_eq!(world.database.tamper(sql).await, 1);
        let defect = defect.to_owned();
        Self { defect, id, key }
    }

    async fn shown(&self, maro: &Maro) -> Value {
        maro.get(&format!("api/v1/defects/{}", self.defect)).await
    }

    /// How the two stand to each other.
    async fn sync(&self, maro: &Maro) -> Value {
        maro.get(&format!("api/v1/defects/{}/jira/sync", self.defect))
            .await
    }

    async fn set(&self, maro: &Maro, status: &str) {
        let path = format!("api/v1/defects/{}/status", self.defect);
        let body = json!({ "status": status, "note": "by hand" });
        let (answered, defect) = maro.post(&path, &body).await;
        assert_eq!(answered, StatusCode::OK, "{defect}");
    }

    async fn until(&self, maro: &Maro, status: &str) -> Value {
        eventually(&format!("the defect is {status}"), async || {
            let defect = self.shown(maro).await;
            (defect["status"] == status).then_some(defect)
        })
        .await
    }

    async fn until_noted(&self, maro: &Maro, part: &str) {
        eventually(&format!("the history says: {part}"), async || {
            notes(&self.shown(maro).await)
                .iter()
                .any(|note| note.contains(part))
                .then_some(())
        })
        .await;
    }

    async fn in_jira(&self, world: &World, to: &str) {
        let path = format!("jira/issues/{}/transition", self.id);
        world.admin(&path, json!({ "to": to })).await;
    }

    async fn status_in_jira(&self, world: &World) -> String {
        let url = format!("admin/jira/issues/{}", self.id);
        let url = world.sandbox.url().join(&url).unwrap();
        let issue: Value = world
            .http
            .get(url)
            .send()
            .await
            .unwrap()
            .json()
            .await
            .unwrap();
        issue["status"].as_str().unwrap_or_default().to_owned()
    }

    async fn until_in_jira(&self, world: &World, status: &str) {
        eventually(&format!("the issue is {status}"), async || {
            (self.status_in_jira(world).await == status).then_some(())
        })
        .await;
    }
}

fn notes(defect: &Value) -> Vec<String> {
    let history = defect["history"].as_array().into_iter().flatten();
    history
        .filter_map(|event| event["note"].as_str().map(str::to_owned))
        .collect()
}

/// Every step that Maro took in Jira.
async fn moves(world: &World) -> u64 {
    world.requests_like("jira POST ", &[MOVES]).await
}

/// Waits until the ledger has nothing to do, and tells its newest operation.
async fn at_rest(maro: &Maro) -> Value {
    eventually("every move is settled", async || {
        let list = maro.get("api/v1/operations").await;
        let all = list["items"].as_array()?;
        let rests = all.iter().all(|operation| operation["status"] != "pending");
        rests.then(|| all.first().cloned().unwrap_or_default())
    })
    .await
}

async fn an_issue_that_is_closed_settles_its_defect(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    pair.in_jira(&world, "Done").await;
    let defect = pair.until(&maro, "fixed").await;
    assert_eq!(defect["jira_status"], "Done");
    let told = notes(&defect);
    assert_eq!(told[..2], ["Jira: Done (Done)", "Jira: In Progress"]);
    assert_eq!(moves(&world).await, 0, "nothing goes back to Jira");
    pair.in_jira(&world, "To Do").await;
    pair.until(&maro, "open").await;
}

async fn run_suite(maro: &Maro, cases: &str) {
    let xml = format!("<testsuite name='shop'>{cases}</testsuite>");
    let request = maro.request(Method::POST, "api/v1/reports/junit");
    let response = request.body(xml).send().await.unwrap();
    assert_eq!(response.status(), StatusCode::CREATED);
}

async fn a_case_that_passes_closes_its_issue_once_and_a_failure_opens_it_again(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let failing = "<testcase classname='Cart' name='pays'><failure message='no'/></testcase>";
    let passing = "<testcase classname='Cart' name='pays'/>";
    run_suite(&maro, failing).await;
    let defects = maro.get("api/v1/defects").await;
    let id = defects["items"][0]["id"].as_str().unwrap();
    let pair = Pair::linked(&world, id, "SCRUM").await;

    run_suite(&maro, passing).await;
    pair.until_in_jira(&world, "Done").await;
    pair.until_noted(&maro, &format!("Moved {} in Jira: Done (Done)", pair.key))
        .await;
    run_suite(&maro, passing).await;
    let operation = at_rest(&maro).await;
    let facts = ["operation", "state", "approved_by", "jira_key"].map(|name| &operation[name]);
    let expected = ["jira_transition", "confirmed", "rule:status map", &pair.key];
    assert_eq!(
        facts,
        expected.map(|word| json!(word)).each_ref(),
        "{operation}"
    );
    assert_eq!(moves(&world).await, 1);
    assert_eq!(pair.shown(&maro).await["status"], "fixed");

    run_suite(&maro, failing).await;
    pair.until_in_jira(&world, "To Do").await;
    at_rest(&maro).await;
    pair.until_noted(&maro, &format!("Moved {} in Jira: To Do", pair.key))
        .await;
    assert_eq!(pair.shown(&maro).await["status"], "open");
    assert_eq!(moves(&world).await, 2);
}

async fn a_lost_answer_is_looked_for_and_the_issue_is_moved_once(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    world.fault("jira:POST:/transitions$:drop-after:times=1");
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "confirmed", "{operation}");
    assert_eq!(moves(&world).await, 1);

    world.fault("jira:POST:/transitions$:drop-before:times=1");
    pair.set(&maro, "open").await;
    pair.until_in_jira(&world, "To Do").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(pair.shown(&maro).await["status"], "open");
}

async fn two_sides_that_undo_each_other_are_paused_until_a_person_resumes(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let mut count = 0;
    while pair.sync(&maro).await["paused_reason"].is_null() && count < 6 {
        count += 1;
        pair.set(&maro, "fixed").await;
        at_rest(&maro).await;
        if pair.status_in_jira(&world).await == "Done" {
            pair.in_jira(&world, "To Do").await;
            eventually("the defect follows, or the link pauses", async || {
                let follows = pair.shown(&maro).await["status"] == "open";
                let is_paused = pair.sync(&maro).await["paused_reason"].is_string();
                (follows || is_paused).then_some(())
            })
            .await;
        }
    }
    let paused = pair.sync(&maro).await;
    let reason = paused["paused_reason"].as_str().unwrap_or_default();
    assert!(
        reason.contains("more than 5 times in 60 minutes"),
        "{paused}"
    );
    assert!(moves(&world).await <= 5);

    let path = format!("api/v1/defects/{}/jira/resume", pair.defect);
    let is_fixed = pair.shown(&maro).await["status"] == "fixed";
    let wish = if is_fixed { "Done" } else { "To Do" };
    let (status, resumed) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::OK, "{resumed}");
    assert_eq!(resumed["paused_reason"], Value::Null);
    pair.until_in_jira(&world, wish).await;
    let (status, again) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::CONFLICT, "{again}");
}

async fn a_ticket_that_maro_made_is_kept_in_step(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let body = json!({ "title": "The caller is cut off", "severity": "high", "source": "line" });
    let (_, made) = maro.post("api/v1/defects", &body).await;
    let defect = made["id"].as_str().unwrap().to_owned();
    let path = format!("api/v1/defects/{defect}/jira");
    let (status, wanted) = maro.post(&path, &json!({})).await;
    assert_eq!(status, StatusCode::ACCEPTED, "{wanted}");
    let sync = format!("{path}/sync");
    let link = eventually("the new ticket was read", async || {
        let request = maro.request(Method::GET, &sync).send().await.unwrap();
        let state: Value = request.json().await.unwrap();
        (state["category"] == "new").then_some(state)
    })
    .await;
    let key = link["jira_key"].as_str().unwrap().to_owned();
    let pair = Pair {
        defect,
        id: key.clone(),
        key,
    };
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    assert_eq!(moves(&world).await, 1);
}

async fn a_server_in_between_moves_issues_too(database: Database) {
    let world = World::polling(database, NEVER).await;
    let options = &world.options;
    let account = format!("{}:{}", options.jira_username, options.jira_api_token);
    let basic = format!("Basic {}", BASE64.encode(account.as_bytes()));
    let url = world.sandbox.url().join("mcp/rovo-v2").unwrap();
    let changes = [
        ("MARO_MCP_URL", url.as_str()),
        ("MARO_MCP_PROFILE", "rovo-v2"),
        ("MARO_MCP_AUTHORIZATION", &basic),
    ];
    let maro = world.maro_with(&changes).await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(moves(&world).await, 1, "the server takes the step for us");
}

async fn what_jira_closes_with_another_reason_stays_as_people_said(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "wont_fix").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    pair.until_noted(&maro, "Moved ").await;
    // Jira's resolution is Done, which would be "fixed", and this is the echo of our own move.
    let edit = json!({ "fields": { "summary": "Cut off again" } });
    world
        .admin(&format!("jira/issues/{}/edit", pair.id), edit)
        .await;
    pair.in_jira(&world, "In Progress").await;
    pair.until(&maro, "acknowledged").await;
    let told = notes(&pair.shown(&maro).await);
    assert!(
        !told.iter().any(|note| note == "Jira: Done (Done)"),
        "{told:?}"
    );
    assert_eq!(moves(&world).await, 1);
}

async fn an_edit_in_jira_stands_over_a_move_that_waited(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let deaf = json!({ "webhooks": false });
    world.admin("jira/settings", deaf).await;
    world.fault("jira:GET:/rest/api/3/issue/:status:status=503:times=3");
    pair.set(&maro, "fixed").await;
    pair.in_jira(&world, "In Progress").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "cancelled", "{operation}");
    assert_eq!(pair.status_in_jira(&world).await, "In Progress");
    assert_eq!(
        pair.until(&maro, "acknowledged").await["jira_status"],
        "In Progress"
    );
    assert_eq!(moves(&world).await, 0);
}

async fn news_that_come_twice_late_and_in_any_order_change_nothing(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let faults = json!({ "webhook_copies": 3, "webhook_reorder": true });
    world.admin("jira/settings", faults).await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    at_rest(&maro).await;
    let calm = json!({ "webhook_copies": 1, "webhook_reorder": false });
    world.admin("jira/settings", calm).await;
    let late = json!({
        "timestamp": 1_000_000_000_000_i64, "webhookEvent": "jira:issue_updated",
        "issue": { "id": pair.id, "key": pair.key, "fields": { "status": { "name": "To Do" } } },
    });
    for name in ["late", "later"] {
        signed_jira(&world, &maro, name, &late.to_string()).await;
    }
    pair.in_jira(&world, "In Progress").await;
    let defect = pair.until(&maro, "acknowledged").await;
    assert_eq!(moves(&world).await, 1);
    let statuses: Vec<&str> = defect["history"]
        .as_array()
        .unwrap()
        .iter()
        .rev()
        .filter_map(|event| event["status"].as_str())
        .collect();
    assert_eq!(
        statuses,
        ["open", "fixed", "fixed", "acknowledged"],
        "{defect}"
    );
}

async fn a_step_that_asks_a_person_pauses_the_link(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "OPS").await;
    pair.set(&maro, "fixed").await;
    let operation = at_rest(&maro).await;
    assert_eq!(operation["state"], "rejected", "{operation}");
    let state = pair.sync(&maro).await;
    let reason = state["paused_reason"].as_str().unwrap_or_default();
    assert!(reason.contains("asks for Resolution"), "{state}");
    assert_eq!(moves(&world).await, 0);
}

async fn polling_alone_keeps_them_in_step(database: Database) {
    let world = World::polling(database, 400).await;
    world
        .admin("jira/settings", json!({ "admin_webhook": false }))
        .await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.in_jira(&world, "Done").await;
    pair.until(&maro, "fixed").await;
    pair.set(&maro, "open").await;
    pair.until_in_jira(&world, "To Do").await;
    assert_eq!(moves(&world).await, 1);
}

async fn an_issue_that_moves_stays_linked_and_one_that_is_deleted_is_gone(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let path = format!("jira/issues/{}/move", pair.id);
    let moved = world.admin(&path, json!({ "to": "NOLAB" })).await;
    let key = moved["key"].as_str().unwrap();
    pair.until_noted(&maro, &format!("is {key} now")).await;
    assert_eq!(pair.shown(&maro).await["jira_issue_key"], key);
    pair.in_jira(&world, "Done").await;
    pair.until(&maro, "fixed").await;

    let url = format!("admin/jira/issues/{}", pair.id);
    let url = world.sandbox.url().join(&url).unwrap();
    assert!(
        world
            .http
            .delete(url)
            .send()
            .await
            .unwrap()
            .status()
            .is_success()
    );
    pair.until_noted(&maro, "was deleted in Jira").await;
    pair.set(&maro, "open").await;
    at_rest(&maro).await;
    assert_eq!(moves(&world).await, 0);
}

async fn data_center_is_kept_in_step_too(database: Database) {
    let world = World::polling(database, 400).await;
    world
        .admin("jira/settings", json!({ "admin_webhook": false }))
        .await;
    let url = world.sandbox.data_center_url().to_string();
    let changes = [
        ("JIRA_URL", url.as_str()),
        ("JIRA_USERNAME", ""),
        ("JIRA_API_TOKEN", ""),
        ("JIRA_PERSONAL_TOKEN", &world.options.jira_personal_token),
    ];
    let maro = world.maro_with(&changes).await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    pair.in_jira(&world, "To Do").await;
    pair.until(&maro, "open").await;
}

async fn a_move_is_made_after_jira_was_away(database: Database) {
    let world = World::polling(database, NEVER).await;
    let maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    world.fault("jira:*:/rest/api/3/issue/:status:status=503:times=6");
    pair.set(&maro, "fixed").await;
    pair.until_in_jira(&world, "Done").await;
    assert_eq!(at_rest(&maro).await["state"], "confirmed");
    assert_eq!(pair.shown(&maro).await["status"], "fixed");
}

async fn each_death_of_the_process_ends_in_one_move(database: Database) {
    if !cfg!(feature = "failpoints") {
        eprintln!("SKIPPED: the binary has no failpoints; run `cargo xtask test`");
        return;
    }
    let world = World::polling(database, NEVER).await;
    let mut maro = world.maro().await;
    let pair = Pair::new(&world, &maro, "SCRUM").await;
    let mut status = "fixed";
    // Looking needs an outcome that is not clear.
    for point in &maro_app::failpoints::MOVE_PATH {
        maro.kill();
        let doomed = format!("{point}=return");
        maro = world.maro_with(&[("FAILPOINTS", &doomed)]).await;
        if point.ends_with("look") {
            world.fault("jira:POST:/transitions$:drop-after:times=1");
        }
        // It may die before it answers, but not before it has stored the status.
        let path = format!("api/v1/defects/{}/status", pair.defect);
        let request = maro.request(Method::POST, &path);
        let _ = request.json(&json!({ "status": status })).send().await;
        maro.until_killed(point).await;
        maro = world.maro().await;
        let place = if status == "fixed" { "Done" } else { "To Do" };
        pair.until_in_jira(&world, place).await;
        let operation = at_rest(&maro).await;
        assert_eq!(operation["state"], "confirmed", "{point}: {operation}");
        assert_eq!(pair.shown(&maro).await["status"], status, "{point}");
        // Every death counts as a change of its own.
        world
            .database
            .tamper("UPDATE finding_links SET flips = 0")
            .await;
        status = if status == "fixed" { "open" } else { "fixed" };
    }
}
