//! The rules of the demo: failing suites and bad findings are told in #checkout, and what is critical
//! becomes a ticket.

use std::time::Duration;

use maro_app::{App, rules};
use maro_store::news;

const RULES: &str = r##"
[[rules]]
name = "failing-suites"
when = { kinds = ["suite_run"] }
notify = { to = "#checkout", interval = "10s" }

[[rules]]
name = "bad-findings"
when = { kinds = ["defect", "alert"], min_severity = "high" }
notify = { to = "#checkout", interval = "10s" }

[[rules]]
name = "critical-tickets"
when = { kinds = ["defect", "alert"], min_severity = "critical" }
ticket = { plan = { project = "SCRUM" } }
"##;

const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// Waits until the past is judged, which nobody is told of, and makes the rules then.
pub(super) async fn make(app: &App) -> anyhow::Result<()> {
    while !news::oldest(app.store(), 1).await?.is_empty() {
        tokio::select! {
            () = app.stop_token().cancelled() => return Ok(()),
            () = tokio::time::sleep(BETWEEN_LOOKS) => {}
        }
    }
    rules::take_file(app, RULES).await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_valid() {
        assert_eq!(rules::check_file(RULES).unwrap().len(), 3);
    }
}
