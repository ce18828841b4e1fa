//! Group commit: deliveries that wait at the same time share one transaction.
//!
//! While a batch commits, the next one gathers. There is no idle task: a lane begins with the first
//! delivery that waits and ends with the last, so shutdown only waits for what is under way.
//!
//! **Invariant:** a delivery is answered after its batch is durable, and never stored for a caller
//! that has gone before the batch began.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::oneshot;
use tokio_util::task::TaskTracker;

use super::postgres::PostgresSink;
use super::sqlite::SqliteSink;
use super::{NewDelivery, Stored};
use crate::{Store, StoreError};

/// Largest batch: enough to share a commit well, little enough to keep it short.
pub(super) const LARGEST_BATCH: usize = 256;
/// What may wait before more is refused.
const LONGEST_QUEUE: usize = 10_000;
/// And how many bytes.
const LARGEST_QUEUE: usize = 64 * 1024 * 1024;

/// Stores deliveries; those that wait at the same time share one commit. Cheap to clone.
#[derive(Clone)]
pub struct InboxWriter(Arc<Shared>);

struct Shared {
    tasks: TaskTracker,
    sink: Sink,
    queue: Mutex<Queue>,
}

#[derive(Debug, Default)]
struct Queue {
    deliveries: Vec<Waiting>,
    bytes: usize,
    done: Vec<Finished>,
    lanes: usize,
}

/// A delivery whose caller waits for the commit.
#[derive(Debug)]
struct Waiting {
    delivery: NewDelivery,
    reply: oneshot::Sender<Result<Stored, StoreError>>,
}

/// A delivery that was handled without a transaction of its own.
#[derive(Debug)]
struct Finished {
    id: String,
    epoch: i64,
    reply: oneshot::Sender<Result<bool, StoreError>>,
}

/// What a batch did: the ids that were new, and the ids that were settled.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) new: HashSet<String>,
    pub(super) settled: HashSet<String>,
}

enum Sink {
    Sqlite(SqliteSink),
    Postgres(Box<PostgresSink>),
}

impl Sink {
    /// SQLite has one writer. PostgreSQL writes one batch while the log of another is flushed.
    fn lanes(&self) -> usize {
        match self {
            Self::Sqlite(_) => 1,
            Self::Postgres(_) => 2,
        }
    }

    async fn write(
        &self,
        new: &[&NewDelivery],
        done: &[(&str, i64)],
    ) -> Result<Written, StoreError> {
        match self {
            Self::Sqlite(sink) => sink.write(new, done).await,
            Self::Postgres(sink) => sink.write(new, done).await,
        }
    }
}

/// Leaves out what waits, and how the database is reached.
impl fmt::Debug for InboxWriter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("InboxWriter").finish_non_exhaustive()
    }
}

impl InboxWriter {
    /// Makes a writer. Its work runs under `tasks`.
    #[must_use]
    pub fn start(store: Store, tasks: &TaskTracker) -> Self {
        let sink = match store.postgres_options() {
            Some(options) => Sink::Postgres(Box::new(PostgresSink::new(options.clone()))),
            None => Sink::Sqlite(SqliteSink::new(store)),
        };
        Self(Arc::new(Shared {
            tasks: tasks.clone(),
            sink,
            queue: Mutex::default(),
        }))
    }

    /// Stores a delivery. When this returns, it is durable.
    pub async fn store(&self, delivery: NewDelivery) -> Result<Stored, StoreError> {
        // PostgreSQL cannot hold a zero byte, and one such delivery would fail its whole batch.
        if [&delivery.id, &delivery.payload, &delivery.owner]
            .iter()
            .any(|s| s.contains('\0'))
        {
            return Err(StoreError::ZeroByte);
        }
        let (reply, answer) = oneshot::channel();
        let begin = {
            let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
            if !queue.has_room(delivery.payload.len()) {
                return Err(StoreError::Busy);
            }
            queue.bytes += delivery.payload.len();
            queue.deliveries.push(Waiting { delivery, reply });
            queue.may_begin_lane(self.0.sink.lanes())
        };
        self.begin_lane(begin);
        answer.await.map_err(|_| StoreError::ShuttingDown)?
    }

    /// Settles a delivery that changed nothing else, together with the next batch. It is on its way
    /// when this returns; awaiting the answer tells whether the claim still held.
    pub fn mark_done(
        &self,
        id: String,
        epoch: i64,
    ) -> impl Future<Output = Result<bool, StoreError>> + Send + 'static {
        let (reply, answer) = oneshot::channel();
        let begin = {
            let mut queue = self.0.queue.lock().unwrap_or_else(PoisonError::into_inner);
            queue.done.push(Finished { id, epoch, reply });
            queue.may_begin_lane(self.0.sink.lanes())
        };
        self.begin_lane(begin);
        async move { answer.await.map_err(|_| StoreError::ShuttingDown)? }
    }

    fn begin_lane(&self, begin: bool) {
        if begin {
            let lane = Lane {
                shared: Arc::clone(&self.0),
                left: false,
            };
            self.0.tasks.spawn(async move { lane.run().await });
        }
    }
}

impl Queue {
    fn has_room(&self, bytes: usize) -> bool {
        self.deliveries.len() < LONGEST_QUEUE && self.bytes + bytes <= LARGEST_QUEUE
    }

    fn may_begin_lane(&mut self, most: usize) -> bool {
        let begin = self.lanes < most;
        if begin {
            self.lanes += 1;
        }
        begin
    }

    /// Takes the next batch. `None`: nothing waits, and the lane that asked has left. Both under one
    /// lock, or a delivery could come in between and find nobody.
    fn take_or_leave(&mut self) -> Option<(Vec<Waiting>, Vec<Finished>)> {
        if self.deliveries.is_empty() && self.done.is_empty() {
            self.lanes -= 1;
            return None;
        }
        let deliveries = self.deliveries.len().min(LARGEST_BATCH);
        let done = self.done.len().min(LARGEST_BATCH);
        let batch: Vec<Waiting> = self.deliveries.drain(..deliveries).collect();
        self.bytes -= batch
            .iter()
            .map(|waiting| waiting.delivery.payload.len())
            .sum::<usize>();
        Some((batch, self.done.drain(..done).collect()))
    }
}

/// One batch after another, until nothing waits.
struct Lane {
    shared: Arc<Shared>,
    left: bool,
}

/// A lane that panics leaves its place too, or nobody would work for the next delivery.
impl Drop for Lane {
    fn drop(&mut self) {
        if !self.left {
            self.queue().lanes -= 1;
        }
    }
}

impl Lane {
    async fn run(mut self) {
        while let Some((mut waiting, mut finished)) = self.next_batch() {
            waiting.retain(|waiting| !waiting.reply.is_closed());
            // One order for all, or two batches with the same ids could wait for each other.
            waiting.sort_unstable_by(|a, b| a.delivery.id.cmp(&b.delivery.id));
            finished.sort_unstable_by(|a, b| a.id.cmp(&b.id));
            if !waiting.is_empty() || !finished.is_empty() {
                self.write(waiting, finished).await;
            }
        }
    }

    fn next_batch(&mut self) -> Option<(Vec<Waiting>, Vec<Finished>)> {
        let batch = self.queue().take_or_leave();
        self.left = batch.is_none();
        batch
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.shared
            .queue
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    async fn write(&self, waiting: Vec<Waiting>, finished: Vec<Finished>) {
        let new: Vec<&NewDelivery> = waiting.iter().map(|waiting| &waiting.delivery).collect();
        let done: Vec<(&str, i64)> = finished
            .iter()
            .map(|done| (done.id.as_str(), done.epoch))
            .collect();
        match self.shared.sink.write(&new, &done).await {
            Ok(written) => answer(waiting, finished, written),
            Err(error) => refuse(waiting, finished, &error),
        }
    }
}

fn answer(waiting: Vec<Waiting>, finished: Vec<Finished>, mut written: Written) {
    for Waiting { delivery, reply } in waiting {
        // Of two with one id in the same batch, the first takes the place.
        let stored = if written.new.remove(&delivery.id) {
            Stored::New(delivery.into_claimed())
        } else {
            Stored::Repeated
        };
        let _ = reply.send(Ok(stored));
    }
    for Finished { id, reply, .. } in finished {
        let _ = reply.send(Ok(written.settled.remove(&id)));
    }
}

fn refuse(waiting: Vec<Waiting>, finished: Vec<Finished>, error: &StoreError) {
    tracing::error!(
        error = error as &dyn std::error::Error,
        "a batch of deliveries was not stored"
    );
    for waiting in waiting {
        let _ = waiting.reply.send(Err(error.for_each_waiter()));
    }
    for finished in finished {
        let _ = finished.reply.send(Err(error.for_each_waiter()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_waits_is_bounded_by_bytes_too() {
        let queue = Queue {
            bytes: LARGEST_QUEUE - 10,
            ..Queue::default()
        };
        assert!(queue.has_room(10));
        assert!(!queue.has_room(11));
    }
}
