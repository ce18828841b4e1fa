//! `kill -9` at every failpoint of the create path, again and again, on both databases.
//!
//! Each round: a process that dies at the failpoint gets an approval, dies, and another one goes on.
//! Then the oracle: at most one issue per session; a confirmed operation names a real issue; what was
//! acknowledged is not lost; what nobody can know lies in front of a person; a session is created
//! exactly when its operation is confirmed; and people are told once.

use serde_json::{Value, json};

use crate::support::{CHANNELS, Database, Maro, World, eventually, kills};

/// Kills per failpoint and database, unless `MARO_TEST_KILLS` says otherwise.
const KILLS: usize = 20;
const LANES: usize = 4;

/// As quick as a busy machine allows: a lease must be longer than the work in it.
pub(crate) const LEDGER: &str = "
[ledger]
search_after_ms = [50, 100, 150]
watch_every_ms = 200
first_deferral_ms = 100
limit_pause_ms = 100
send_deadline_ms = 1000
lease_ms = 1600
work_lease_ms = 2500
poll_ms = 250
";

macro_rules! killed_at {
    ($($story:ident => $failpoint:literal),+ $(,)?) => {
        $(mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::kill_again_and_again(super::sqlite(), $failpoint).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(databases) = super::postgres().await {
                    super::kill_again_and_again(databases, $failpoint).await;
                }
            }
        })+

        #[test]
        fn every_failpoint_of_the_create_path_has_a_test() {
            assert_eq!([$($failpoint),+], maro_app::failpoints::CREATE_PATH);
        }
    };
}

killed_at! {
    before_a_delivery_is_stored => "inbox.before_commit",
    after_a_delivery_is_stored => "inbox.after_commit",
    before_an_approval_is_stored => "approve.before_commit",
    after_an_approval_is_stored => "approve.after_commit",
    before_the_claim => "claim.before",
    after_the_claim_is_stored => "claim.after_commit",
    before_the_write => "send.before_write",
    after_the_answer => "send.after_answer",
    before_the_outcome_is_stored => "settle.before_commit",
    after_the_outcome_is_stored => "settle.after_commit",
    before_the_search => "search.before_read",
    after_the_search => "search.after_read",
    after_a_message_is_claimed => "outbox.after_claim",
    before_a_message_is_sent => "outbox.before_send",
    after_a_message_is_sent => "outbox.after_send",
    after_a_message_is_settled => "outbox.after_settle",
}

fn sqlite() -> [Database; LANES] {
    std::array::from_fn(|_| Database::sqlite())
}

async fn postgres() -> Option<[Database; LANES]> {
    let mut databases = Vec::new();
    for _ in 0..LANES {
        databases.push(Database::postgres().await?);
    }
    databases.try_into().ok()
}

/// Most of a round is waiting for leases, so several worlds go through it at the same time.
async fn kill_again_and_again(databases: [Database; LANES], failpoint: &str) {
    if !cfg!(feature = "failpoints") {
        eprintln!(
            "SKIPPED: {failpoint}, because the binary has no failpoints; run `cargo xtask test`"
        );
        return;
    }
    let rounds = kills(KILLS).div_ceil(LANES);
    let [first, second, third, fourth] = databases;
    tokio::join!(
        lane(first, failpoint, rounds),
        lane(second, failpoint, rounds),
        lane(third, failpoint, rounds),
        lane(fourth, failpoint, rounds),
    );
}

async fn lane(database: Database, failpoint: &str, rounds: usize) {
    let world = World::with_file(database, LEDGER).await;
    if failpoint.starts_with("search.") {
        // Otherwise the webhook brings the evidence and nothing is searched.
        world
            .admin("jira/settings", json!({ "webhooks": false }))
            .await;
    }
    let mut sessions = Vec::new();
    let mut maro = world.maro().await;
    for round in 0..rounds {
        let (session, preview) = drafted(&world, &maro, round).await;
        maro.until_outbox_is_empty().await;
        maro.kill();
        die_at(&world, failpoint, &preview).await;
        maro = world.maro().await;
        recover(&world, &maro, &session, &preview).await;
        sessions.push(session);
    }
    maro.until_outbox_is_empty().await;
    for (round, session) in sessions.iter().enumerate() {
        judge(&world, &maro, session, &title(round)).await;
    }
    let told = world.look().await.count("Ticket created:");
    assert_eq!(told, sessions.len(), "each ticket is told once");
}

pub(crate) fn title(round: usize) -> String {
    format!("Round {round} of kills")
}

pub(crate) async fn drafted(world: &World, maro: &Maro, round: usize) -> (String, Value) {
    let channel = CHANNELS[round % CHANNELS.len()];
    let draft = maro.draft(channel, &title(round)).await;
    let preview = world.until_preview_in(channel, &title(round)).await;
    (draft["session"].as_str().unwrap().to_owned(), preview)
}

/// An approval reaches a process that dies at the failpoint. If nobody took the click, the person
/// sees so and clicks again later.
async fn die_at(world: &World, failpoint: &str, preview: &Value) {
    if failpoint.starts_with("search.") {
        world.fault("jira:POST:/rest/api/3/issue$:drop-after:times=1");
    }
    let (spec, file) = if failpoint == "claim.before" {
        // It is passed at the start too; the next time is for the approval, if nothing polls.
        let patient = LEDGER
            .replace("poll_ms = 250", "poll_ms = 60000")
            .replace("work_lease_ms = 2500", "work_lease_ms = 20000");
        ("claim.before=1*off->return".to_owned(), patient)
    } else {
        (format!("{failpoint}=return"), LEDGER.to_owned())
    };
    let file = world.another_file(&file);
    let changes = [("FAILPOINTS", spec.as_str()), ("MARO_CONFIG", &file)];
    let mut doomed = world.maro_with(&changes).await;
    world.click("amira", preview, "draft_approve").await;
    doomed.until_killed(failpoint).await;
}

/// The next process brings the session to its end, with a person where one is asked.
pub(crate) async fn recover(world: &World, maro: &Maro, session: &str, preview: &Value) {
    let mut asked = false;
    let mut clicked = false;
    eventually(&format!("{session} is settled"), async || {
        let seen = maro.session(session).await;
        if seen["session"]["phase"] == "created" {
            return Some(());
        }
        // A click that was lost before it was acknowledged: the person clicks again.
        let lost = seen["session"]["phase"] == "awaiting_approval";
        if lost && !clicked && !acknowledged(world).await {
            clicked = true;
            world.click("amira", preview, "draft_approve").await;
        }
        let operation = seen["operations"].as_array()?.first()?.clone();
        if operation["state"] == "needs_human" && !asked {
            asked = true;
            answer_the_question(world, maro, &operation).await;
        }
        None
    })
    .await;
}

/// Whether Slack got an answer to the last click.
async fn acknowledged(world: &World) -> bool {
    world.last_delivery().await["status"] == 200
}

/// Nothing is in Jira and Maro asks: somebody looks, and lets it create.
async fn answer_the_question(world: &World, maro: &Maro, operation: &Value) {
    let session = maro.session(operation["session"].as_str().unwrap()).await;
    let title = session["draft"]["content"]["title"].as_str().unwrap();
    let seen = world.look().await;
    assert_eq!(
        seen.issues(title).len(),
        0,
        "{title} exists, but was not found"
    );
    let (status, body) = maro
        .decide(operation, &json!({ "decision": "create_anyway" }))
        .await;
    assert_eq!(status, 200, "{body}");
}

pub(crate) async fn judge(world: &World, maro: &Maro, session: &str, title: &str) {
    let seen = world.look().await;
    let issues = seen.issues(title);
    assert_eq!(issues.len(), 1, "{title}");
    let session = maro.session(session).await;
    assert_eq!(session["session"]["phase"], "created", "{title}");
    assert_eq!(session["session"]["jira_key"], issues[0]["key"], "{title}");
    let operations = session["operations"].as_array().unwrap();
    assert_eq!(operations.len(), 1, "{title}");
    assert_eq!(operations[0]["state"], "confirmed", "{title}");
    assert_eq!(operations[0]["jira_key"], issues[0]["key"], "{title}");
    assert_eq!(operations[0]["jira_id"], issues[0]["id"], "{title}");
    if operations[0]["attempt"] != 1 {
        let id = operations[0]["id"].as_str().unwrap();
        let asked = seen.messages().any(|message| {
            message["text"] == "Does this ticket exist in Jira?"
                && message["blocks"].to_string().contains(id)
        });
        assert!(asked, "{title}: sent again without a question");
    }
}
