//! Asking for a suite: may it be started here and now?

use maro_core::actor::Actor;
use maro_core::findings::{CardSubject, Place};
use maro_core::ids::{ChannelRef, StartId};
use maro_core::suite_starts::{NotNow, StartState, SuiteStart, may_start};
use maro_core::text::clip;
use maro_slack::mrkdwn::from_user;
use maro_store::{StoreError, suite_starts as rows};
use serde_json::json;

use crate::audit::record;
use crate::cause::Cause;
use crate::findings::cards;
use crate::settings::Runner;
use crate::{App, clock};

const LONGEST_NAME: usize = 80;

/// Asks for a suite, and says what came of it.
pub(crate) async fn ask(
    app: &App,
    suite: &str,
    channel: &ChannelRef,
    by: &Actor,
    cause: &Cause,
) -> Result<String, StoreError> {
    let allowed = allowed(app, &channel.channel);
    let wanted = suite.to_lowercase();
    let runner = allowed
        .iter()
        .find(|runner| runner.suite.to_lowercase() == wanted);
    let Some(runner) = runner else {
        return Ok(unknown(suite, &allowed));
    };
    let tx = app.store().begin().await?;
    let (now, name) = (app.now(), from_user(&runner.suite));
    let last = rows::newest(&tx, &runner.suite).await?;
    if let Err(why) = may_start(last.as_ref(), runner.cooldown, now) {
        return Ok(not_now(&name, why));
    }
    let start = new_start(app, runner, channel, by);
    if !rows::insert(&tx, &start).await? {
        return Ok(not_now(&name, NotNow::Running(now)));
    }
    let subject = CardSubject::Start(start.id);
    cards::tell(app, &tx, &start.place, &subject, None).await?;
    if !cause.settle(&tx).await? {
        return Ok(String::new());
    }
    let details = json!({ "suite": start.suite });
    record(app, &tx, by, "suite.start_asked", &start.id, details).await?;
    tx.commit().await?;
    app.wakeups().outbox();
    Ok(format!(
        "{name} is started; its progress is shown in this channel."
    ))
}

fn allowed<'a>(app: &'a App, channel: &str) -> Vec<&'a Runner> {
    let runners = app.settings().runners.iter();
    runners.filter(|runner| runner.is_for(channel)).collect()
}

fn new_start(app: &App, runner: &Runner, channel: &ChannelRef, by: &Actor) -> SuiteStart {
    SuiteStart {
        id: StartId(clock::new_id()),
        suite: runner.suite.clone(),
        state: StartState::Wanted,
        asked_by: by.clone(),
        place: Place::Channel {
            team: channel.team.clone(),
            channel: channel.channel.clone(),
        },
        asked_at: app.now(),
        began_at: None,
        ended_at: None,
        note: String::new(),
        run: None,
    }
}

fn unknown(suite: &str, allowed: &[&Runner]) -> String {
    let names: Vec<String> = allowed
        .iter()
        .map(|runner| format!("• {}", from_user(&runner.suite)))
        .collect();
    if names.is_empty() {
        return "No suite can be started from this channel. The operator of Maro allows it, \
            with `[[runners]]` in the configuration."
            .to_owned();
    }
    let asked = from_user(&clip(suite, LONGEST_NAME)).replace('`', "'");
    let begin = match asked.as_str() {
        "" => "Which suite?".to_owned(),
        asked => format!("There is no suite `{asked}` that can be started here."),
    };
    format!("{begin} These can be started:\n{}", names.join("\n"))
}

fn not_now(name: &str, why: NotNow) -> String {
    match why {
        NotNow::Running(since) => {
            let since = cards::moment(since);
            format!("{name} is at work already, asked for at {since}. One at a time.")
        }
        NotNow::Cooling(until) => {
            let until = cards::moment(until);
            format!("{name} was started a moment ago. It can be started again at {until}.")
        }
    }
}
