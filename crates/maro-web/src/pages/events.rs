//! Server-sent events: the names of what changed, so that open pages fetch themselves again.
//!
//! No content travels here; what a page shows is decided when it is rendered for its reader.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::{Event, KeepAlive};
use futures_util::Stream;
use maro_app::App;
use tokio::sync::broadcast::error::RecvError;

use crate::auth::{AtLeast, ViewerRole};

/// After this time the browser connects again, and the session is checked again.
const LONGEST: Duration = Duration::from_mins(10);
const RECONNECT: Duration = Duration::from_secs(2);

/// Streams happenings to a signed-in person.
pub(super) async fn events(
    State(app): State<App>,
    _viewer: AtLeast<ViewerRole>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(stream(&app)).keep_alive(KeepAlive::default())
}

fn stream(app: &App) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
    let mut happenings = app.events();
    let stop = app.stop_token().clone();
    async_stream::stream! {
        let end = tokio::time::sleep(LONGEST);
        tokio::pin!(end);
        yield Ok(Event::default().comment("connected").retry(RECONNECT));
        loop {
            let happening = tokio::select! {
                () = stop.cancelled() => break,
                () = &mut end => break,
                happening = happenings.recv() => happening,
            };
            match happening {
                Ok(happening) => yield Ok(Event::default().event(happening.as_str()).data("")),
                Err(RecvError::Lagged(_)) => yield Ok(Event::default().event("missed").data("")),
                Err(RecvError::Closed) => break,
            }
        }
    }
}
