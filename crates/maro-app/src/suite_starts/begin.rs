//! Beginning what was asked for, each start by one instance.

use chrono::TimeDelta;
use maro_core::suite_starts::StartState;
use maro_store::StoreError;
use maro_store::suite_starts::{self as rows, Begun};

use super::report::{end, say};
use super::{command, http};
use crate::App;
use crate::settings::{Runner, RunnerWay};

/// How long a start is ours without a sign of life of this instance: longer than any stall.
pub(super) fn lease(app: &App) -> TimeDelta {
    let lease = app.settings().timings.lease * 4;
    TimeDelta::from_std(lease).unwrap_or(TimeDelta::MAX)
}

const NOT_ALLOWED: &str = "The runner of this suite is not configured any more.";
const MAY_HAVE_BEGUN: &str = "The runner did not answer; it may have begun all the same.";

/// Begins everything that is wanted, in the background. Returns how many.
pub(crate) async fn begin(app: &App) -> Result<usize, StoreError> {
    let now = app.now();
    let begun = rows::begin(app.store(), app.owner(), now, now + lease(app)).await?;
    let count = begun.len();
    for begun in begun {
        let app = app.clone();
        app.clone().tasks().spawn(async move {
            let id = begun.start.id;
            if let Err(err) = carry_out(&app, begun).await {
                let err: &(dyn std::error::Error + 'static) = &err;
                tracing::error!(error = err, start.id = %id, "a start was not settled");
            }
        });
    }
    Ok(count)
}

async fn carry_out(app: &App, begun: Begun) -> Result<(), StoreError> {
    let id = begun.start.id;
    say(app, id, "").await?;
    let runners = app.settings().runners.iter();
    let runner = runners
        .into_iter()
        .find(|runner| runner.suite == begun.start.suite);
    let Some(runner) = runner else {
        return end(app, id, StartState::Failed, NOT_ALLOWED).await;
    };
    match &runner.way {
        RunnerWay::Http { url, secret } => {
            let called = http::call(app, &begun.start, url, secret).await;
            wait_for_word(app, &begun, runner, called).await
        }
        RunnerWay::Command { .. } => {
            let (state, note) = command::run(app, &begun, runner).await?;
            end(app, id, state, &note).await
        }
    }
}

/// The runner was called; from now on it must say what becomes of it.
async fn wait_for_word(
    app: &App,
    begun: &Begun,
    runner: &Runner,
    called: http::Called,
) -> Result<(), StoreError> {
    let id = begun.start.id;
    let note = match called {
        http::Called::Taken => "",
        http::Called::Unclear => MAY_HAVE_BEGUN,
        http::Called::Refused(why) => return end(app, id, StartState::Failed, &why).await,
    };
    rows::hold(app.store(), begun, app.now() + runner.patience).await?;
    match note {
        "" => Ok(()),
        note => say(app, id, note).await.map(drop),
    }
}
