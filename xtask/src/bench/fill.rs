//! Findings by the hundred thousand, as a busy year leaves them.

use super::database::Database;

const RUNS: u32 = 100_000;
const DEFECTS: u32 = 20_000;

/// How a database writes what the other writes otherwise.
struct Dialect {
    id: &'static str,
    hours_ago: fn(u32) -> String,
    day: &'static str,
    numbers: fn(u32) -> String,
}

const POSTGRES: Dialect = Dialect {
    id: "gen_random_uuid()",
    hours_ago: |most| format!("now() - (i % {most}) * interval '1 hour'"),
    day: "current_date - i / 40",
    numbers: |count| format!("generate_series(1, {count}) AS i"),
};

const SQLITE: Dialect = Dialect {
    id: "randomblob(16)",
    hours_ago: |most| {
        format!("strftime('%Y-%m-%dT%H:%M:%S+00:00', 'now', '-' || (i % {most}) || ' hours')")
    },
    day: "date('now', '-' || (i / 40) || ' days')",
    numbers: |count| {
        format!(
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {count})
              SELECT i FROM n)"
        )
    },
};

impl Database {
    /// Adds runs and defects, and tells the database to look at them.
    pub(super) fn fill_findings(&self) -> anyhow::Result<()> {
        let dialect = match self {
            Self::Postgres { .. } => POSTGRES,
            Self::Sqlite { .. } => SQLITE,
        };
        let statements = [
            dialect.runs(),
            dialect.defects(),
            dialect.days(),
            "INSERT INTO suites (name) SELECT DISTINCT suite FROM suite_runs WHERE true
             ON CONFLICT DO NOTHING"
                .to_owned(),
            "ANALYZE".to_owned(),
        ];
        for statement in statements {
            self.ask(&statement)?;
        }
        Ok(())
    }
}

impl Dialect {
    fn runs(&self) -> String {
        let (id, at) = (self.id, (self.hours_ago)(4_000));
        let numbers = (self.numbers)(RUNS);
        format!(
            "INSERT INTO suite_runs (id, suite, outcome, tests, passed, failed, errors, skipped,
                flaky, left_out, duration_ms, reported_at, reporter)
             SELECT {id}, 'suite-' || (i % 40), CASE WHEN i % 9 = 0 THEN 'failed' ELSE 'passed' END,
                100, 99, 1, 0, 0, 0, 0, 60000, {at}, 'operator' FROM {numbers}"
        )
    }

    fn defects(&self) -> String {
        let (id, first, last) = (self.id, (self.hours_ago)(4_000), (self.hours_ago)(300));
        let numbers = (self.numbers)(DEFECTS);
        format!(
            "INSERT INTO defects (id, fingerprint, title, severity, status, description, steps,
                expected, actual, source, reporter, status_since, first_seen, last_seen, count,
                regressions, kind)
             SELECT {id}, 'filled-' || i, 'title of defect ' || i,
                CASE i % 4 WHEN 0 THEN 'critical' WHEN 1 THEN 'high' ELSE 'medium' END,
                CASE WHEN i % 20 = 0 THEN 'open' ELSE 'fixed' END,
                'What is wrong, in a few words that take some room in the row.', '', '', '',
                'suite-' || (i % 40), 'operator', {last}, {first}, {last}, 3, 0, 'defect'
             FROM {numbers}"
        )
    }

    fn days(&self) -> String {
        let (day, numbers) = (self.day, (self.numbers)(40 * 90));
        format!(
            "INSERT INTO suite_days (suite, day, runs, passed, failed, cases, cases_failed,
                cases_flaky, duration_ms)
             SELECT 'suite-' || (i % 40), {day}, 9, 8, 1, 900, 9, 0, 540000 FROM {numbers}"
        )
    }
}
