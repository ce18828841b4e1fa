//! A body piece by piece, for a parser that would take in all that is ready and keep what it cannot
//! tell yet, however much that is.
//!
//! **Invariant:** between two things that the parser found there are at most [`MOST_BETWEEN`] bytes,
//! so that a header without an end does not fill the memory.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use axum::body::Bytes;
use futures_util::{Stream, StreamExt as _, stream};

/// What a form may have between two parts, or before the first.
const MOST_BETWEEN: usize = 1024 * 1024;
/// What is said of more.
pub(super) const TOO_MUCH_AROUND: &str = "The form has more than 1 MB around its files. Is the boundary in the Content-Type the one in the body?";

/// How much came since the parser found something.
#[derive(Clone, Default)]
pub(super) struct Progress(Arc<AtomicUsize>);

impl Progress {
    /// The parser found something.
    pub(super) fn made(&self) {
        self.0.store(0, Ordering::Relaxed);
    }

    fn came(&self, bytes: usize) -> Result<(), io::Error> {
        let since = self.0.fetch_add(bytes, Ordering::Relaxed);
        if since > MOST_BETWEEN {
            return Err(io::Error::other(TOO_MUCH_AROUND));
        }
        Ok(())
    }
}

/// Gives one piece at a time: after each, the parser looks at what it has.
pub(super) fn one_by_one<E>(
    pieces: impl Stream<Item = Result<Bytes, E>> + Send,
    progress: Progress,
) -> impl Stream<Item = Result<Bytes, io::Error>> + Send
where
    E: Into<Box<dyn std::error::Error + Send + Sync>>,
{
    let mut pieces = Box::pin(pieces);
    let mut rests = false;
    stream::poll_fn(move |context| {
        rests = !rests;
        if !rests {
            context.waker().wake_by_ref();
            return Poll::Pending;
        }
        let piece = pieces.poll_next_unpin(context);
        if piece.is_pending() {
            rests = false;
        }
        piece.map(|piece| {
            let piece = piece?.map_err(io::Error::other);
            Some(piece.and_then(|piece| progress.came(piece.len()).map(|()| piece)))
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_is_never_understood_is_cut() {
        let progress = Progress::default();
        let piece = Bytes::from(vec![b'a'; 64 * 1024]);
        let endless = stream::repeat_with(move || Ok::<_, io::Error>(piece.clone()));
        let mut pieces = std::pin::pin!(one_by_one(endless, progress.clone()));
        for _ in 0..100 {
            assert!(pieces.next().await.unwrap().is_ok());
            progress.made();
        }
        let taken = pieces.take_while(|piece| std::future::ready(piece.is_ok()));
        assert!(taken.count().await <= 18);
    }
}
