//! A hundred clicks on one Approve at the same moment, spread over the instances there are.

use serde_json::json;

use crate::support::{CHANNELS, Database, Maro, World, eventually};

const CLICKS: usize = 100;

/// Quick, but for the lease of work: as in production it outlives every call to Slack. On a busy
/// machine a shorter one runs out while an answer is on its way, and the answer is sent again.
const LEDGER: &str = "
[ledger]
search_after_ms = [100, 200, 400]
watch_every_ms = 300
first_deferral_ms = 200
limit_pause_ms = 200
send_deadline_ms = 1500
lease_ms = 3000
work_lease_ms = 60000
poll_ms = 50
";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundred_clicks_on_two_instances_make_one_issue_in_each_of_fifty_rounds() {
    let Some(database) = Database::postgres().await else {
        return;
    };
    let world = World::with_file(database, LEDGER).await;
    let first = world.maro().await;
    let second = world.maro().await;
    click_a_lot(&world, &[&first, &second], 50).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn hundred_clicks_on_one_instance_with_a_file_make_one_issue_in_each_of_ten_rounds() {
    let world = World::with_file(Database::sqlite(), LEDGER).await;
    let maro = world.maro().await;
    click_a_lot(&world, &[&maro], 10).await;
}

async fn click_a_lot(world: &World, instances: &[&Maro], rounds: usize) {
    // Slack gives an answer to everybody; its limits are not what is tested here.
    let settings = json!({ "rate_limit": false, "ack_timeout_ms": 20_000, "retry_scale": 0.002 });
    world.admin("settings", settings).await;
    let mut titles = Vec::new();
    let mut next = drafted(instances, 0).await;
    for round in 0..rounds {
        // The next draft is shown while this one is approved.
        let (after, ()) = tokio::join!(
            drafted(instances, round + 1),
            one_round(world, instances, &next, round)
        );
        titles.push(next.title);
        next = after;
    }
    everybody_else_is_answered(world, instances[0], rounds).await;
    let seen = world.look().await;
    for title in titles {
        assert_eq!(seen.issues(&title).len(), 1, "{title}");
    }
    assert_eq!(
        world.create_requests().await,
        u64::try_from(rounds).unwrap()
    );
    assert_eq!(seen.count("Ticket created:"), rounds, "each is told once");
}

struct Drafted {
    session: String,
    channel: &'static str,
    title: String,
}

async fn drafted(instances: &[&Maro], round: usize) -> Drafted {
    let (title, channel) = (format!("Round {round} of many clicks"), CHANNELS[round % 3]);
    let draft = instances[0].draft(channel, &title).await;
    let session = draft["session"].as_str().unwrap().to_owned();
    Drafted {
        session,
        channel,
        title,
    }
}

async fn one_round(world: &World, instances: &[&Maro], draft: &Drafted, round: usize) {
    let preview = world.until_preview_in(draft.channel, &draft.title).await;
    let urls: Vec<&str> = instances.iter().map(|maro| maro.url.as_str()).collect();
    let clicks = json!({
        "user": "amira", "channel": draft.channel, "ts": preview["ts"],
        "action_id": "draft_approve", "times": CLICKS, "to": urls,
    });
    let answers = world.admin("slack/click", clicks).await;
    let answers = answers["answers"].as_array().unwrap();
    assert_eq!(answers.len(), CLICKS);
    for answer in answers {
        assert_eq!(answer["status"], 200, "round {round}: {answer}");
    }
    eventually(&format!("round {round} is created"), async || {
        let session = instances[0].session(&draft.session).await;
        (session["session"]["phase"] == "created").then_some(())
    })
    .await;
}

/// Every click but the one that approved gets a sentence, once.
async fn everybody_else_is_answered(world: &World, maro: &Maro, rounds: usize) {
    let all = (CLICKS - 1) * rounds;
    eventually("every delivery was handled", async || {
        (world.look().await.told("U0AMIRA").len() >= all).then_some(())
    })
    .await;
    maro.until_outbox_is_empty().await;
    let seen = world.look().await;
    let told = seen.told("U0AMIRA");
    assert_eq!(told.len(), all, "one answer per click");
    for text in told {
        let known = text == "Operation already in progress"
            || text.starts_with("Ticket was already created: <");
        assert!(known, "{text}");
    }
}
