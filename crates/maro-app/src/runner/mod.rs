//! The runner: takes due rows (deliveries, operations, messages), hands each to its use case.
//!
//! The rows are the queue. A claim is durable before work begins; a crash leaves a lease that runs
//! out. A wake-up makes the good case instant, a poll behind it makes the bad case certain.
//!
//! **Invariant:** losing every wake-up costs time, never work.

mod changes;
mod cleanup;
mod connections;
mod deliveries;
mod examine;
mod grants;
mod jira_poll;
mod jira_webhooks;
mod line;
mod listen;
mod messages;
mod operations;
mod probe;
mod queue;
mod rotations;
mod rules;
mod rules_file;
mod sockets;
mod suite_starts;
mod suites;
mod tickets;
mod wakeups;

pub(crate) use wakeups::Wakeups;

use crate::App;
use wakeups::From;

/// Starts all loops. They end when the application stops.
pub fn start(app: &App) {
    let tasks = app.tasks();
    tasks.spawn(deliveries::run(app.clone(), From::People));
    tasks.spawn(deliveries::run(app.clone(), From::Machines));
    tasks.spawn(deliveries::recover(app.clone()));
    tasks.spawn(queue::run::<operations::Operations>(app.clone()));
    tasks.spawn(queue::run::<messages::Messages>(app.clone()));
    tasks.spawn(queue::run::<changes::Changes>(app.clone()));
    tasks.spawn(queue::run::<tickets::Tickets>(app.clone()));
    tasks.spawn(jira_poll::run(app.clone()));
    tasks.spawn(jira_webhooks::run(app.clone()));
    tasks.spawn(cleanup::run(app.clone()));
    tasks.spawn(connections::run(app.clone()));
    tasks.spawn(grants::run(app.clone()));
    tasks.spawn(listen::run(app.clone()));
    tasks.spawn(probe::run(app.clone()));
    tasks.spawn(sockets::run(app.clone()));
    tasks.spawn(crate::health::run(app.clone()));
    tasks.spawn(rotations::run(app.clone()));
    tasks.spawn(rules::run(app.clone()));
    tasks.spawn(rules_file::run(app.clone()));
    tasks.spawn(examine::run(app.clone()));
    tasks.spawn(suites::run(app.clone()));
    tasks.spawn(suite_starts::run(app.clone()));
}
