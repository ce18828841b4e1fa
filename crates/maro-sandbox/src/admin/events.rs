//! A stream that says when something changed.

use std::{convert::Infallible, sync::Arc, time::Duration};

use async_stream::stream;
use axum::{
    extract::State,
    response::sse::{Event, KeepAlive, Sse},
};
use futures_util::Stream;
use tokio::time::sleep;

use crate::state::SandboxState;

/// Changes within so much time are told together.
const QUIET: Duration = Duration::from_millis(60);

/// `GET /admin/events`
pub(super) async fn stream(
    State(state): State<Arc<SandboxState>>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let mut changes = state.watch_changes();
    let events = stream! {
        loop {
            let version = *changes.borrow_and_update();
            yield Ok(Event::default().event("change").data(version.to_string()));
            tokio::select! {
                () = state.shutdown.cancelled() => return,
                woken = changes.changed() => if woken.is_err() { return },
            }
            sleep(QUIET).await;
        }
    };
    Sse::new(events).keep_alive(KeepAlive::default())
}
