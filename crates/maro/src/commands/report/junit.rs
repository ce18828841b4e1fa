//! `maro report junit FILES…`: report files, which become one suite run.

use std::sync::Arc;

use reqwest::Body;
use serde_json::Value;

use super::Ending;
use super::answer::send;
use super::form::Form;
use super::place::Place;
use super::progress::Progress;
use crate::cli::{ReportJunit, ReportPlace};

/// Sends the files.
pub(super) async fn run(place: ReportPlace, args: ReportJunit) -> anyhow::Result<Ending> {
    let place = Place::find(place)?;
    let form = Form::of(&args.files)?;
    let key = super::key(args.idempotency_key.as_ref());
    let progress = Arc::new(Progress::new(form.length(), args.quiet));
    let about = about(&args);
    let sent = send(|| {
        progress.restart();
        let request = place.post("api/v1/reports/junit")?.query(&about);
        Ok(request
            .header("idempotency-key", &key)
            .header("content-type", form.content_type())
            .body(Body::wrap(form.body(Arc::clone(&progress)))))
    })
    .await;
    progress.done();
    Ok(match sent? {
        Ok(run) => ending(&run, args.fail_on_failure),
        Err(ending) => ending,
    })
}

fn about(args: &ReportJunit) -> Vec<(&'static str, String)> {
    let given = [
        ("suite", &args.suite),
        ("branch", &args.branch),
        ("revision", &args.revision),
        ("environment", &args.environment),
        ("url", &args.build_url),
    ];
    let given = given.into_iter();
    given
        .filter_map(|(name, value)| Some((name, value.clone()?)))
        .collect()
}

/// Says what was recorded.
fn ending(run: &Value, fail_on_failure: bool) -> Ending {
    let word = |name: &str| run[name].as_str().unwrap_or_default().to_owned();
    let count = |name: &str| run["totals"][name].as_u64().unwrap_or_default();
    println!(
        "{}: {}, {} tests, {} failed, {} errors, {} skipped, {} flaky (run {})",
        word("suite"),
        word("outcome"),
        count("tests"),
        count("failed"),
        count("errors"),
        count("skipped"),
        count("flaky"),
        word("id"),
    );
    if fail_on_failure && word("outcome") != "passed" {
        return Ending::TestsFailed;
    }
    Ending::Recorded
}
