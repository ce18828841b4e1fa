//! Jira misbehaves on the create: never a second request without a person, and the truth comes out.

use serde_json::json;

use crate::support::{CHANNELS, Database, Maro, World, both_databases, eventually, on_sqlite};

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
);

async fn where_jira_has_nothing_a_person_is_asked(database: Database) {
    run(
        database,
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

async fn run(database: Database, cases: &[Case]) {
    let world = World::new(database).await;
    let maro = world.maro().await;
    for (number, case) in cases.iter().enumerate() {
        let settings = json!({ "webhooks": case.webhooks, "index_lag_ms": case.index_lag_ms });
        world.admin("jira/settings", settings).await;
        check(&world, &maro, number, case).await;
    }
    let posts: u64 = cases.iter().map(|case| case.posts).sum();
    assert_eq!(world.create_requests().await, posts, "at the end");
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

async fn check(world: &World, maro: &Maro, number: usize, case: &Case) {
    let name = format!("Case {number} {}", case.fault);
    let title = format!("Case number {number}");
    let before = world.create_requests().await;
    world.fault(&format!(
        "jira:POST:/rest/api/3/issue$:{}:times=1",
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
    let posts = world.create_requests().await - before;
    assert_eq!(posts, case.posts, "{name}");
}
