//! Jira misbehaves on the create: never a second request without a person, and the truth comes out.

use serde_json::json;

use crate::support::{
    CHANNELS, Database, Maro, Road, World, both_databases, eventually, on_sqlite,
};

/// What goes wrong, and what must come of it without anybody's help.
struct Case {
    fault: &'static str,
    webhooks: bool,
    index_lag_ms: u32,
    ends: &'static str,
    posts: u64,
    issues: usize,
}

const FOUND: Case = Case {
    fault: "",
    webhooks: false,
    index_lag_ms: 0,
    ends: "confirmed",
    posts: 1,
    issues: 1,
};
const ASKED: Case = Case {
    ends: "needs_human",
    issues: 0,
    ..FOUND
};
const SENT_LATER: Case = Case { posts: 2, ..FOUND };

both_databases!(an_unclear_answer_is_looked_into_and_never_sent_again);

async fn an_unclear_answer_is_looked_into_and_never_sent_again(database: Database) {
    run(
        database,
        Road::Token,
        &[
            Case {
                fault: "drop-after",
                ..FOUND
            },
            Case {
                fault: "drop-after",
                webhooks: true,
                ..FOUND
            },
            Case {
                fault: "drop-after",
                index_lag_ms: 400,
                ..FOUND
            },
            Case {
                fault: "drop-after",
                index_lag_ms: 1500,
                ..FOUND
            },
            Case {
                fault: "late:ms=250",
                ..FOUND
            },
            Case {
                fault: "late:ms=1500",
                ..FOUND
            },
            Case {
                fault: "late:ms=250",
                webhooks: true,
                ..FOUND
            },
            Case {
                fault: "truncate",
                ..FOUND
            },
            Case {
                fault: "cut-off",
                ..FOUND
            },
            Case {
                fault: "late-answer:ms=2500",
                ..FOUND
            },
        ],
    )
    .await;
}

on_sqlite!(
    where_jira_has_nothing_a_person_is_asked,
    what_was_not_taken_is_sent_later,
    the_gateway_changes_nothing_about_it,
    data_center_changes_nothing_about_it,
    jira_dies_in_a_create_and_comes_back,
    evidence_counts_in_whatever_order_webhooks_bring_it,
);

async fn where_jira_has_nothing_a_person_is_asked(database: Database) {
    run(
        database,
        Road::Token,
        &[
            Case {
                fault: "drop-before",
                ..ASKED
            },
            Case {
                fault: "status:status=500",
                ..ASKED
            },
            Case {
                fault: "status:status=502",
                ..ASKED
            },
            Case {
                fault: "status:status=503",
                ..ASKED
            },
            Case {
                fault: "status:status=504",
                ..ASKED
            },
            Case {
                fault: "html:status=200",
                ..ASKED
            },
            Case {
                fault: "html:status=502",
                ..ASKED
            },
            Case {
                fault: "hang",
                ..ASKED
            },
        ],
    )
    .await;
}

async fn what_was_not_taken_is_sent_later(database: Database) {
    run(
        database,
        Road::Token,
        &[
            Case {
                fault: "status:status=429:retry-after=1",
                ..SENT_LATER
            },
            Case {
                fault: "status:status=429:retry-after=date+2",
                ..SENT_LATER
            },
            Case {
                fault: "status:status=429",
                ..SENT_LATER
            },
            Case {
                fault: "status:status=401",
                ..SENT_LATER
            },
        ],
    )
    .await;
}

/// One of each kind, for the roads on which the same code runs.
const ONE_OF_EACH: &[Case] = &[
    Case {
        fault: "drop-after",
        ..FOUND
    },
    Case {
        fault: "late:ms=250",
        ..FOUND
    },
    Case {
        fault: "cut-off",
        ..FOUND
    },
    Case {
        fault: "late-answer:ms=2500",
        ..FOUND
    },
    Case {
        fault: "drop-before",
        ..ASKED
    },
    Case {
        fault: "status:status=502",
        ..ASKED
    },
    Case {
        fault: "hang",
        ..ASKED
    },
    Case {
        fault: "status:status=429",
        ..SENT_LATER
    },
];

async fn the_gateway_changes_nothing_about_it(database: Database) {
    run(database, Road::Gateway, ONE_OF_EACH).await;
}

async fn data_center_changes_nothing_about_it(database: Database) {
    run(database, Road::DataCenter, ONE_OF_EACH).await;
}

/// The answer is lost and the search finds nothing: webhooks alone know, and they come late, twice, and
/// that of an edit before that of the create.
async fn evidence_counts_in_whatever_order_webhooks_bring_it(database: Database) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    let settings = json!({ "webhook_copies": 3, "webhook_reorder": true, "index_lag_ms": 600_000 });
    world.admin("jira/settings", settings).await;
    let sessions = ["One", "Two", "Three"].map(|number| format!("Out of order: {number}"));
    for (number, title) in sessions.iter().enumerate() {
        world.fault("jira:POST:/rest/api/3/issue$:drop-after:times=1");
        let session = world.approved(&maro, CHANNELS[number], title).await;
        let key = eventually("Jira has the issue", async || {
            let seen = world.look().await;
            let key = seen.issues(title).first()?["key"].as_str()?.to_owned();
            Some(key)
        })
        .await;
        let edit = json!({ "fields": { "priority": { "name": "High" } } });
        world.admin(&format!("jira/issues/{key}/edit"), edit).await;
        // What is held back to be reordered goes out with the next.
        world
            .admin("jira/settings", json!({ "webhook_reorder": false }))
            .await;
        until_state(&maro, &session, "confirmed", Road::Token).await;
        world
            .admin("jira/settings", json!({ "webhook_reorder": true }))
            .await;
        assert_eq!(world.look().await.issues(title).len(), 1);
        let operation = maro.operation(&session).await.unwrap();
        assert_eq!(operation["jira_key"], key.as_str(), "{operation}");
    }
    assert_eq!(world.create_requests().await, 3);
}

/// It takes the create and is gone before it answers; nothing answers until somebody is asked.
async fn jira_dies_in_a_create_and_comes_back(_: Database) {
    for road in [Road::Token, Road::Gateway, Road::DataCenter] {
        let world = World::new(Database::sqlite()).await;
        let maro = world.maro_on(road, &[]).await;
        world
            .admin("jira/settings", json!({ "webhooks": false }))
            .await;
        // What there is to know about the project is known; only the create is left to do.
        let before = world.approved(&maro, CHANNELS[1], "Jira lives").await;
        until_state(&maro, &before, "confirmed", road).await;
        let draft = maro.draft(CHANNELS[0], "Jira dies").await;
        let preview = world.until_preview("Jira dies").await;
        world.fault(&format!("jira:POST:{}$:drop-after:times=1", road.create()));
        world.fault("jira:*:*:drop-before");
        world.click("amira", &preview, "draft_approve").await;
        let session = draft["session"].as_str().unwrap();
        until_state(&maro, session, "needs_human", road).await;
        world.no_more_faults().await;
        until_state(&maro, session, "confirmed", road).await;
        assert_eq!(world.look().await.issues("Jira dies").len(), 1, "{road:?}");
        assert_eq!(world.creates_on(road).await, 2, "{road:?}");
    }
}

async fn until_state(maro: &Maro, session: &str, state: &str, road: Road) {
    eventually(&format!("{road:?}: the operation is {state}"), async || {
        let operation = maro.operation(session).await?;
        (operation["state"] == state).then_some(())
    })
    .await;
}

async fn run(database: Database, road: Road, cases: &[Case]) {
    let world = World::new(database).await;
    let maro = world.maro_on(road, &[]).await;
    for (number, case) in cases.iter().enumerate() {
        let settings = json!({ "webhooks": case.webhooks, "index_lag_ms": case.index_lag_ms });
        world.admin("jira/settings", settings).await;
        check(&world, &maro, road, (number, case)).await;
    }
    let posts: u64 = cases.iter().map(|case| case.posts).sum();
    assert_eq!(world.creates_on(road).await, posts, "at the end");
    maro.until_outbox_is_empty().await;
    let asked = cases
        .iter()
        .filter(|case| case.ends == "needs_human")
        .count();
    let seen = world.look().await;
    assert!(seen.count("Does this ticket exist in Jira?") >= asked);
    let made = cases.len() - asked;
    assert_eq!(seen.count("Ticket created:"), made, "each is told once");
}

async fn check(world: &World, maro: &Maro, road: Road, (number, case): (usize, &Case)) {
    let name = format!("{road:?}, case {number} {}", case.fault);
    let title = format!("Case number {number}");
    let before = world.creates_on(road).await;
    world.fault(&format!(
        "jira:POST:{}$:{}:times=1",
        road.create(),
        case.fault
    ));
    let session = world.approved(maro, CHANNELS[number % 3], &title).await;
    eventually(&format!("{name} ends as {}", case.ends), async || {
        let operation = maro.operation(&session).await?;
        (operation["state"] == case.ends).then_some(())
    })
    .await;
    let issues = world.look().await.issues(&title).len();
    assert_eq!(issues, case.issues, "{name}");
    let posts = world.creates_on(road).await - before;
    assert_eq!(posts, case.posts, "{name}");
}
