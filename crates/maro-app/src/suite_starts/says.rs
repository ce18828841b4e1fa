//! What a runner says about a start, in a request that it has signed.

use maro_core::ids::StartId;
use maro_core::suite_starts::StartState;
use maro_store::{StoreError, suite_starts as rows};

use super::report::{end, say};
use crate::App;

/// What a runner says.
#[derive(Debug, Clone)]
pub struct RunnerSays {
    /// Which start it means.
    pub start: StartId,
    /// How it stands: running, finished or failed.
    pub state: StartState,
    /// In its own words.
    pub note: String,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// There is no such start.
    Unknown,
    /// This is how it stands now. What is over stays as it is.
    Stands(StartState),
}

/// Takes a runner's word.
pub async fn runner_says(app: &App, says: &RunnerSays) -> Result<Heard, StoreError> {
    if says.state.is_over() {
        end(app, says.start, says.state, &says.note).await?;
    } else {
        say(app, says.start, &says.note).await?;
    }
    let start = rows::find(app.store(), says.start).await?;
    Ok(start.map_or(Heard::Unknown, |start| Heard::Stands(start.state)))
}
