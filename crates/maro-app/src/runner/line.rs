//! Deliveries that wait in memory for a worker of this process, bounded by number and by bytes.
//!
//! What finds no place stays in the inbox, and its name is noted: it is read again as soon as a worker
//! is free. Should even the names be too many, or the process end, the lease brings it back.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use maro_store::inbox::Delivery;
use tokio::sync::mpsc;

/// Deliveries that wait in one line.
const WAITING: usize = 5_000;
/// And what they may hold together: a webhook of Jira's may have 2 MB.
const WAITING_BYTES: usize = 32 * 1024 * 1024;
/// Names of those that found no place.
const LEFT: usize = 100_000;

/// One line.
#[derive(Debug)]
pub(super) struct Line {
    sender: mpsc::Sender<Delivery>,
    receiver: Mutex<Option<mpsc::Receiver<Delivery>>>,
    bytes: Arc<AtomicUsize>,
}

impl Default for Line {
    fn default() -> Self {
        let (sender, receiver) = mpsc::channel(WAITING);
        Self {
            sender,
            receiver: Mutex::new(Some(receiver)),
            bytes: Arc::default(),
        }
    }
}

impl Line {
    /// Takes a delivery in, or gives its name back when there is no place.
    pub(super) fn push(&self, delivery: Delivery) -> Result<(), String> {
        let size = delivery.payload.len();
        if self.bytes.fetch_add(size, Ordering::Relaxed) + size > WAITING_BYTES {
            self.bytes.fetch_sub(size, Ordering::Relaxed);
            return Err(delivery.id);
        }
        self.sender.try_send(delivery).map_err(|refused| {
            self.bytes.fetch_sub(size, Ordering::Relaxed);
            refused.into_inner().id
        })
    }

    /// The other end; the runner takes it once.
    pub(super) fn take_end(&self) -> Option<End> {
        let receiver = self
            .receiver
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take()?;
        Some(End {
            receiver,
            bytes: Arc::clone(&self.bytes),
        })
    }
}

/// Where deliveries come out, in the order of their arrival.
#[derive(Debug)]
pub(super) struct End {
    receiver: mpsc::Receiver<Delivery>,
    bytes: Arc<AtomicUsize>,
}

impl End {
    /// The next one.
    pub(super) async fn next(&mut self) -> Option<Delivery> {
        let delivery = self.receiver.recv().await?;
        self.bytes
            .fetch_sub(delivery.payload.len(), Ordering::Relaxed);
        Some(delivery)
    }
}

/// Names of deliveries that are stored and claimed, and wait in no line.
#[derive(Debug, Default)]
pub(super) struct Left(Mutex<VecDeque<String>>);

impl Left {
    /// Notes one.
    pub(super) fn note(&self, id: String) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if left.len() < LEFT {
            left.push_back(id);
        }
    }

    /// Takes the oldest.
    pub(super) fn take(&self, limit: usize) -> Vec<String> {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let limit = limit.min(left.len());
        left.drain(..limit).collect()
    }

    /// Puts back what was taken and could not be read, in its old place.
    pub(super) fn put_back(&self, ids: Vec<String>) {
        let mut left = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for id in ids.into_iter().rev() {
            left.push_front(id);
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use maro_core::inbox::InboxKind;

    use super::*;

    fn delivery(number: usize, size: usize) -> Delivery {
        Delivery {
            id: number.to_string(),
            kind: InboxKind::JiraWebhook,
            payload: "x".repeat(size),
            attempts: 1,
            lease_epoch: 1,
            received_at: DateTime::UNIX_EPOCH,
        }
    }

    #[tokio::test]
    async fn a_line_holds_so_many_and_gives_back_the_names_of_the_rest() {
        let line = Line::default();
        for number in 0..WAITING {
            assert_eq!(line.push(delivery(number, 1)), Ok(()));
        }
        assert_eq!(line.push(delivery(WAITING, 1)), Err(WAITING.to_string()));
        let mut end = line.take_end().unwrap();
        assert_eq!(end.next().await.unwrap().id, "0");
        assert_eq!(line.push(delivery(1, 1)), Ok(()));
    }

    #[tokio::test]
    async fn a_line_holds_so_many_bytes() {
        let line = Line::default();
        assert_eq!(line.push(delivery(1, WAITING_BYTES)), Ok(()));
        assert_eq!(line.push(delivery(2, 1)), Err("2".to_owned()));
        let mut end = line.take_end().unwrap();
        assert_eq!(end.next().await.unwrap().id, "1");
        assert_eq!(line.push(delivery(2, 1)), Ok(()));
    }

    #[test]
    fn names_come_out_in_order() {
        let left = Left::default();
        for name in ["a", "b", "c"] {
            left.note(name.to_owned());
        }
        assert_eq!(left.take(2), ["a", "b"]);
        assert_eq!(left.take(2), ["c"]);
        assert!(left.take(2).is_empty());
    }

    #[test]
    fn names_that_were_put_back_come_first() {
        let left = Left::default();
        for name in ["a", "b", "c"] {
            left.note(name.to_owned());
        }
        left.put_back(left.take(2));
        assert_eq!(left.take(3), ["a", "b", "c"]);
    }
}
