//! The ledger: both rules of uniqueness, claims, steps, revivals and lists.

mod claims;
mod lists;
mod revivals;
mod steps;
mod uniqueness;

use maro_core::operations::SendOutcome;
use maro_store::Store;
use maro_store::operations::{self, Inserted};

use crate::support::{committed, operation};

async fn insert(store: &Store, number: u128, session: &str, hash: &str) -> Inserted {
    let row = operation(number, session, hash);
    committed(store, async |tx| {
        operations::insert(tx, &row).await.unwrap()
    })
    .await
}

fn refusal(reason: &str) -> SendOutcome {
    SendOutcome::Refused {
        reason: reason.into(),
        fields: std::collections::BTreeMap::new(),
    }
}

fn not_now() -> SendOutcome {
    SendOutcome::NotNow {
        reason: "busy".into(),
        retry_after: None,
    }
}
