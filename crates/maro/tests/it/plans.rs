//! The plans of what pages and lists ask, with 100 000 runs and 20 000 defects: no large table is
//! read as a whole.
//!
//! Each database is asked itself. PostgreSQL counts how often it read a table from end to end. SQLite
//! explains the statements that Maro logged.

use std::collections::BTreeSet;

use reqwest::StatusCode;
use sea_orm::sqlx::{
    AssertSqlSafe, Connection as _, PgConnection, Row as _, SqliteConnection, query,
};
use serde_json::Value;

use crate::support::{Database, Maro, World, both_databases, browser};

both_databases!(no_page_reads_a_large_table_as_a_whole);

const RUNS: u32 = 100_000;
const DEFECTS: u32 = 20_000;
const LARGE: [&str; 4] = ["suite_runs", "defects", "run_failures", "defect_events"];
const EMAIL: &str = "ada@example.com";
const PASSWORD: &str = "correct horse battery";
const LOGGED: &str = "log = \"info,sqlx::query=debug\"\nlog_json = true\n";

/// Without the search for words: no index that both databases have finds a part of a title, so it
/// reads titles, as many as one page may look at.
const PAGES: [&str; 11] = [
    "",
    "trends?days=90",
    "trends?suite=suite-7",
    "suite-runs",
    "suite-runs?suite=suite-7",
    "suite-runs?outcome=failed",
    "suite-runs?suite=suite-7&outcome=failed",
    "defects",
    "defects?status=unsettled",
    "defects?status=unsettled&severity=high&kind=defect",
    "defects?severity=low&status=fixed",
];

async fn no_page_reads_a_large_table_as_a_whole(database: Database) {
    let world = World::configured(database, LOGGED).await;
    drop(world.maro().await);
    fill(&world.database).await;
    let before = full_reads(&world.database).await;
    let admin = [
        ("MARO_ADMIN_EMAIL", EMAIL),
        ("MARO_ADMIN_PASSWORD", PASSWORD),
    ];
    let maro = world.maro_with(&admin).await;
    look_at_everything(&maro).await;
    let log = maro.log();
    // What a connection counted is certain once it is closed.
    drop(maro);
    match &world.database {
        Database::Sqlite(_) => explain(&world.database, &log).await,
        Database::Postgres(_) => assert_eq!(full_reads(&world.database).await, before),
    }
}

async fn look_at_everything(maro: &Maro) {
    let browser = browser();
    let form = [("email", EMAIL), ("password", PASSWORD)];
    let signed_in = browser.post(maro.url.join("sign-in").unwrap());
    let signed_in = signed_in.form(&form).send().await.unwrap();
    let cookie = signed_in.headers()["set-cookie"].to_str().unwrap();
    let cookie = cookie.split(';').next().unwrap().to_owned();
    for page in PAGES {
        let request = browser.get(maro.url.join(page).unwrap());
        let answer = request.header("cookie", &cookie).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK, "{page}");
    }
    let run = maro.get("api/v1/suite-runs?limit=1").await;
    let defect = maro.get("api/v1/defects?source=suite-7&limit=1").await;
    for (list, path) in [(run, "suite-runs"), (defect, "defects")] {
        let id = list["items"][0]["id"].as_str().unwrap();
        maro.get(&format!("api/v1/{path}/{id}")).await;
    }
}

/// How each database writes an id, a moment some hours ago, and the numbers from 1.
struct Dialect {
    id: &'static str,
    ago: fn(&str) -> String,
    numbers: fn(u32) -> String,
}

const SQLITE: Dialect = Dialect {
    id: "randomblob(16)",
    ago: |hours| format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-' || {hours} || ' hours')"),
    numbers: |count| {
        format!(
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count}) SELECT i FROM n)"
        )
    },
};

const POSTGRES: Dialect = Dialect {
    id: "gen_random_uuid()",
    ago: |hours| format!("now() - {hours} * interval '1 hour'"),
    numbers: |count| format!("(SELECT i FROM generate_series(1, {count}) AS i) AS n"),
};

async fn fill(database: &Database) {
    let Dialect { id, ago, numbers } = match database {
        Database::Sqlite(_) => SQLITE,
        Database::Postgres(_) => POSTGRES,
    };
    let (at, late) = (ago("(i % 4000)"), ago("(i % 300)"));
    let runs = numbers(RUNS);
    let defects = numbers(DEFECTS);
    let days = numbers(40 * 90);
    let day = match database {
        Database::Sqlite(_) => "date('now', '-' || (i / 40) || ' days')",
        Database::Postgres(_) => "current_date - i / 40",
    };
    for text in [
        format!(
            "INSERT INTO suite_runs (id, suite, outcome, tests, passed, failed, errors, skipped,
                flaky, left_out, duration_ms, reported_at, reporter)
             SELECT {id}, 'suite-' || (i % 40), CASE WHEN i % 9 = 0 THEN 'failed' ELSE 'passed' END,
                100, 99, 1, 0, 0, 0, 0, 60000, {at}, 'operator' FROM {runs}"
        ),
        "INSERT INTO run_failures (run_id, place, suite, class_name, name, kind, message, details, flaky)
         SELECT id, 0, '', 'Class', 'case', 'failure', 'refused', 'at line 7', CAST(0 AS boolean)
         FROM suite_runs WHERE outcome = 'failed'"
            .to_owned(),
        format!(
            "INSERT INTO defects (id, fingerprint, title, severity, status, description, steps,
                expected, actual, source, reporter, status_since, first_seen, last_seen, count,
                regressions, kind)
             SELECT {id}, 'fingerprint-' || i, 'title of defect ' || i,
                CASE i % 4 WHEN 0 THEN 'critical' WHEN 1 THEN 'high' WHEN 2 THEN 'medium' ELSE 'low' END,
                CASE WHEN i % 20 = 0 THEN 'open' WHEN i % 50 = 1 THEN 'acknowledged' ELSE 'fixed' END,
                'What is wrong, in a few words that take some room in the row.', '', '', '',
                'suite-' || (i % 40), 'operator', {late}, {at}, {late}, 3, 0, 'defect' FROM {defects}"
        ),
        format!(
            "INSERT INTO defect_events (id, defect_id, at, status, actor, note)
             SELECT {id}, id, first_seen, 'open', 'operator', '' FROM defects"
        ),
        format!(
            "INSERT INTO suite_days (suite, day, runs, passed, failed, cases, cases_failed,
                cases_flaky, duration_ms)
             SELECT 'suite-' || (i % 40), {day}, 9, 8, 1, 900, 9, 0, 540000 FROM {days}"
        ),
        "INSERT INTO suites (name) SELECT DISTINCT suite FROM suite_runs".to_owned(),
        "ANALYZE".to_owned(),
    ] {
        database.tamper(text).await;
    }
}

/// How often PostgreSQL read each large table from its beginning to its end.
async fn full_reads(database: &Database) -> Vec<(String, i64)> {
    let Database::Postgres(url) = database else {
        return Vec::new();
    };
    let mut server = PgConnection::connect(url).await.unwrap();
    let text = "SELECT relname::text, seq_scan FROM pg_stat_user_tables ORDER BY relname";
    let rows = query(text).fetch_all(&mut server).await.unwrap();
    rows.iter()
        .map(|row| (row.get(0), row.get(1)))
        .filter(|(name, _): &(String, i64)| LARGE.contains(&name.as_str()))
        .collect()
}

/// Asks SQLite for the plan of every statement about a large table.
async fn explain(database: &Database, log: &str) {
    let mut file = SqliteConnection::connect(&database.url()).await.unwrap();
    let statements = statements(log);
    assert!(
        statements.len() > 10,
        "Maro logs its statements: {statements:?}"
    );
    for statement in statements {
        let text = AssertSqlSafe(format!("EXPLAIN QUERY PLAN {statement}"));
        let plan: Vec<String> = query(text)
            .fetch_all(&mut file)
            .await
            .unwrap()
            .iter()
            .map(|row| row.get("detail"))
            .collect();
        let is_scan = |step: &String| {
            let rest = step.strip_prefix("SCAN ");
            rest.is_some_and(|rest| {
                LARGE
                    .iter()
                    .any(|table| rest.split(' ').next() == Some(table))
            })
        };
        let sorts = plan
            .iter()
            .any(|step| step.contains("TEMP B-TREE FOR ORDER BY"));
        // In the order of an index and up to a limit, it reads what it shows.
        let ends_early = statement.contains(" LIMIT ")
            && !sorts
            && plan
                .iter()
                .filter(|step| is_scan(step))
                .all(|step| step.contains(" USING INDEX "));
        assert!(
            ends_early || !plan.iter().any(is_scan),
            "{statement}\n{}",
            plan.join("\n")
        );
    }
}

/// The statements of a log that read a large table.
fn statements(log: &str) -> BTreeSet<String> {
    let lines = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok());
    lines
        .filter(|line| line["target"] == "sqlx::query")
        .filter_map(|line| Some(line["fields"]["db.statement"].as_str()?.trim().to_owned()))
        .filter(|text| text.starts_with("SELECT"))
        .filter(|text| LARGE.iter().any(|table| text.contains(table)))
        .collect()
}
