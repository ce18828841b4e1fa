//! The gates of the places that one transaction decides about.

use std::collections::BTreeMap;

use maro_core::findings::Place;
use maro_core::rules::Gate;
use maro_store::{StoreError, Tx, rules};

/// Gates by place; each is held from its first look until the transaction ends.
#[derive(Default)]
pub(super) struct Gates(BTreeMap<String, Known>);

struct Known {
    gate: Gate,
    was: Gate,
}

impl Gates {
    /// The gate of a place.
    pub(super) async fn of(&mut self, tx: &Tx, place: &Place) -> Result<&mut Gate, StoreError> {
        let name = place.to_string();
        if !self.0.contains_key(&name) {
            let gate = rules::gate(tx, &name).await?;
            self.0.insert(name.clone(), Known { gate, was: gate });
        }
        let known = self.0.get_mut(&name);
        known.map(|known| &mut known.gate).ok_or(StoreError::Busy)
    }

    /// Stores those that changed.
    pub(super) async fn save(&self, tx: &Tx) -> Result<(), StoreError> {
        for (place, known) in &self.0 {
            if known.gate != known.was {
                rules::save_gate(tx, place, &known.gate).await?;
            }
        }
        Ok(())
    }
}
