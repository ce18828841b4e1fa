//! Failpoints: named places where the tests kill the process.
//!
//! In a normal build [`reach`] is empty. With the cargo feature `failpoints`, the environment
//! `FAILPOINTS=name=return` makes the process end itself with SIGKILL when it gets there.

/// Every place of the create path, in the order in which it is passed.
pub const CREATE_PATH: [&str; 16] = [
    "inbox.before_commit",
    "inbox.after_commit",
    "approve.before_commit",
    "approve.after_commit",
    "claim.before",
    "claim.after_commit",
    "send.before_write",
    "send.after_answer",
    "settle.before_commit",
    "settle.after_commit",
    "search.before_read",
    "search.after_read",
    "outbox.after_claim",
    "outbox.before_send",
    "outbox.after_send",
    "outbox.after_settle",
];

/// Every place of the way on which an issue is moved, beside those of the ledger.
pub const MOVE_PATH: [&str; 7] = [
    "claim.after_commit",
    "move.before_write",
    "move.after_answer",
    "settle.before_commit",
    "settle.after_commit",
    "move.before_look",
    "move.after_look",
];

/// Every place on the way from a report to the ticket that a rule wants of it, and to what people are
/// told, in that order.
pub const RULE_PATH: [&str; 17] = [
    "report.before_commit",
    "report.after_commit",
    "judge.before_commit",
    "judge.after_commit",
    "ticket.after_claim",
    "ticket.after_compose",
    "ticket.before_commit",
    "ticket.after_commit",
    "claim.after_commit",
    "send.before_write",
    "send.after_answer",
    "settle.before_commit",
    "settle.after_commit",
    "outbox.after_claim",
    "outbox.before_send",
    "outbox.after_send",
    "outbox.after_settle",
];

/// What a person's wish for the ticket of a finding has in the place of a report and a verdict.
pub const WISH_PATH: [&str; 2] = ["ticket.before_wish", "ticket.after_wish"];

/// Reads `FAILPOINTS`. The binary calls it once, before anything else.
pub fn start() {
    // Dropping the scenario would forget what it read.
    #[cfg(feature = "failpoints")]
    std::mem::forget(fail::FailScenario::setup());
}

/// Ends the process at `name` when a test asked for it.
#[inline]
pub fn reach(name: &'static str) {
    #[cfg(feature = "failpoints")]
    fail::fail_point!(name, |_| {
        let _ =
            rustix::process::kill_process(rustix::process::getpid(), rustix::process::Signal::KILL);
        loop {
            std::thread::park();
        }
    });
    #[cfg(not(feature = "failpoints"))]
    let _ = name;
}
