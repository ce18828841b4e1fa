//! Causes: the delivery that made a use case run.
//!
//! **Invariant:** a use case that writes settles its delivery in the same transaction, so that
//! whatever a crash interrupts is either wholly done or done again from the start.

use std::sync::atomic::{AtomicBool, Ordering};

use maro_store::{StoreError, Tx, inbox};

/// Why a use case runs.
#[derive(Debug, Default)]
pub struct Cause {
    delivery: Option<(String, i64)>,
    settled: AtomicBool,
}

impl Cause {
    /// A person at a page, the API or the command line: nothing to settle.
    #[must_use]
    pub fn direct() -> Self {
        Self::default()
    }

    /// A delivery in the inbox, under the claim with this epoch.
    #[must_use]
    pub fn delivery(id: &str, epoch: i64) -> Self {
        Self {
            delivery: Some((id.to_owned(), epoch)),
            settled: AtomicBool::new(false),
        }
    }

    /// Settles the delivery inside `tx`. Returns `false` when somebody else has: then roll back.
    pub async fn settle(&self, tx: &Tx) -> Result<bool, StoreError> {
        let Some((id, epoch)) = &self.delivery else {
            return Ok(true);
        };
        let settled = inbox::settle(tx, id, *epoch).await?;
        self.settled.store(settled, Ordering::Relaxed);
        Ok(settled)
    }

    /// Whether a use case has settled the delivery.
    #[must_use]
    pub fn is_settled(&self) -> bool {
        self.settled.load(Ordering::Relaxed)
    }
}
