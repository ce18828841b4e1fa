//! Group commit of defects: those that are reported at the same time share one transaction.
//!
//! While a batch commits, the next one gathers. There is no idle task: the work begins with the first
//! report that waits and ends with the last, so shutdown only waits for what is under way.
//!
//! **Invariant:** a report is answered after its batch is durable, and one that its caller has given
//! up before the batch began is not stored.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use maro_core::findings::{Defect, What};
use maro_store::idempotency::{self, RequestKey, Used};
use maro_store::{StoreError, Tx};
use tokio::sync::oneshot;

use super::RecordError;
use super::raise::{measure, raise};
use super::report_defect::SightingAnswer;
use crate::App;
use crate::failpoints::reach;
use crate::happening::Happening;

/// Enough to share a commit well, little enough to keep it short.
const LARGEST_BATCH: usize = 256;
/// What may wait before more is refused.
const LONGEST_QUEUE: usize = 10_000;

/// A defect that was reported, as it is if this is the first time.
pub(super) struct Reported {
    pub(super) defect: Defect,
    pub(super) key: Option<RequestKey>,
}

type Answer = Result<SightingAnswer, RecordError>;

/// Reports that wait for the next batch.
#[derive(Default)]
pub(crate) struct Sightings(Mutex<Queue>);

#[derive(Default)]
struct Queue {
    waiting: Vec<(Reported, oneshot::Sender<Answer>)>,
    at_work: bool,
}

impl Sightings {
    /// Stores one report together with others.
    pub(super) async fn store(&self, app: &App, reported: Reported) -> Answer {
        let (reply, answer) = oneshot::channel();
        let begin = {
            let mut queue = self.queue();
            if queue.waiting.len() >= LONGEST_QUEUE {
                return Err(StoreError::Busy.into());
            }
            queue.waiting.push((reported, reply));
            !std::mem::replace(&mut queue.at_work, true)
        };
        if begin {
            let work = Work(app.clone());
            app.tasks().spawn(async move { work.run().await });
        }
        answer.await.map_err(|_| StoreError::ShuttingDown)?
    }

    fn queue(&self) -> MutexGuard<'_, Queue> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One batch after another, until nothing waits.
struct Work(App);

/// Work that panics leaves its place too, or nobody would begin again.
impl Drop for Work {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.sightings().queue().at_work = false;
        }
    }
}

impl Work {
    async fn run(self) {
        while let Some(mut batch) = self.take_or_leave() {
            batch.retain(|(_, reply)| !reply.is_closed());
            if !batch.is_empty() {
                self.write(batch).await;
            }
        }
    }

    /// Both under one lock, or a report could come in between and find nobody.
    fn take_or_leave(&self) -> Option<Vec<(Reported, oneshot::Sender<Answer>)>> {
        let mut queue = self.0.sightings().queue();
        if queue.waiting.is_empty() {
            queue.at_work = false;
            return None;
        }
        let count = queue.waiting.len().min(LARGEST_BATCH);
        Some(queue.waiting.drain(..count).collect())
    }

    async fn write(&self, batch: Vec<(Reported, oneshot::Sender<Answer>)>) {
        let (reports, replies): (Vec<_>, Vec<_>) = batch.into_iter().unzip();
        let recorded = match record(&self.0, &reports).await {
            Err(error) if error.is_deadlock() => record(&self.0, &reports).await,
            recorded => recorded,
        };
        match recorded {
            Ok(answers) => {
                for (reply, answer) in replies.into_iter().zip(answers) {
                    let _ = reply.send(answer);
                }
            }
            Err(error) => {
                let cause: &(dyn std::error::Error + 'static) = &error;
                tracing::error!(error = cause, "a batch of defects was not stored");
                for reply in replies {
                    let _ = reply.send(Err(error.for_each_waiter().into()));
                }
            }
        }
    }
}

/// Stores a batch in one transaction.
async fn record(app: &App, reports: &[Reported]) -> Result<Vec<Answer>, StoreError> {
    let now = app.now();
    let tx = app.store().begin().await?;
    let mut before = take_keys(&tx, reports, now).await?;
    let seen = reports
        .iter()
        .enumerate()
        .filter(|(place, _)| !before.contains_key(place))
        .map(|(_, reported)| reported.defect.clone())
        .collect();
    let mut raised = raise(app, &tx, seen, now).await?;
    let mut kinds = Vec::with_capacity(reports.len());
    let mut answers = Vec::with_capacity(reports.len());
    for (place, reported) in reports.iter().enumerate() {
        if let Some(answer) = before.remove(&place) {
            // What was answered before was counted then.
            answers.push(answer);
            continue;
        }
        let raised = raised.get_mut(&reported.defect.fingerprint);
        let raised = raised.ok_or(StoreError::Busy)?;
        kinds.push(raised.kind());
        let answer = SightingAnswer {
            id: raised.defect.id,
            fingerprint: raised.defect.fingerprint.clone(),
            status: raised.defect.status.as_str().to_owned(),
            count: raised.defect.count,
            // Of several at once, one is the first.
            is_new: std::mem::take(&mut raised.is_new),
            reopened: std::mem::take(&mut raised.reopened),
        };
        if let Some(key) = &reported.key {
            let kept = serde_json::to_string(&answer).unwrap_or_default();
            idempotency::answer(&tx, key, &kept).await?;
        }
        answers.push(Ok(answer));
    }
    reach("report.before_commit");
    tx.commit().await?;
    reach("report.after_commit");
    if kinds.iter().any(|kind| *kind != What::Repeated.as_str()) {
        app.announce(Happening::Findings);
    }
    measure(kinds);
    Ok(answers)
}

/// The answers of reports that were sent before, by their place. One order for all instances, or two
/// batches with the same keys could wait for each other.
async fn take_keys(
    tx: &Tx,
    reports: &[Reported],
    now: chrono::DateTime<chrono::Utc>,
) -> Result<HashMap<usize, Answer>, StoreError> {
    let mut keyed: Vec<(usize, &RequestKey)> = reports
        .iter()
        .enumerate()
        .filter_map(|(place, reported)| Some((place, reported.key.as_ref()?)))
        .collect();
    keyed.sort_by_cached_key(|(_, key)| (key.caller.to_string(), key.key.clone()));
    let mut before = HashMap::new();
    for (place, key) in keyed {
        let answer = match idempotency::take(tx, key, now).await? {
            Used::New => continue,
            Used::ByAnother => Err(RecordError::KeyReused),
            // Twice at the same moment; the first has no answer yet.
            Used::Before(kept) if kept.is_empty() => Err(StoreError::Busy.into()),
            Used::Before(kept) => SightingAnswer::kept(&kept).map_err(RecordError::from),
        };
        before.insert(place, answer);
    }
    Ok(before)
}
