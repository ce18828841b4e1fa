//! The audit log: entries that are chained by hashes, so that a change of the past shows.
//!
//! Storage appends; this module computes and verifies the chain.

use chrono::{DateTime, SecondsFormat, Utc};
use serde_json::{Value, json};

use crate::hash::{canonical, sha256_hex};

/// The `previous` of the first entry.
pub const GENESIS: &str = "0000000000000000000000000000000000000000000000000000000000000000";

/// One thing that happened.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    /// Its place in the chain, from 1.
    pub seq: i64,
    /// When it happened, in microseconds.
    pub at: DateTime<Utc>,
    /// Who did it, as [`crate::actor::Actor`] writes itself.
    pub actor: String,
    /// What was done, for example `operation.confirmed`.
    pub action: String,
    /// What it was done to, for example an operation's id.
    pub subject: String,
    /// What else a reader needs; never secrets.
    pub details: Value,
    /// The hash of the entry before.
    pub previous: String,
    /// The hash of this entry.
    pub hash: String,
}

impl AuditEntry {
    /// Computes the hash that the entry must have.
    #[must_use]
    pub fn expected_hash(&self) -> String {
        let hashed = json!({
            "seq": self.seq,
            "at": self.at.to_rfc3339_opts(SecondsFormat::Micros, true),
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "details": self.details,
            "previous": self.previous,
        });
        sha256_hex(canonical(&hashed).as_bytes())
    }
}

/// Where a chain is broken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokenChain {
    /// An entry is missing, or two have one number.
    #[error("after entry {after} comes entry {found}; an entry was removed or added")]
    Gap {
        /// The last good entry.
        after: i64,
        /// The entry that was found instead of the next.
        found: i64,
    },
    /// An entry was changed.
    #[error("entry {0} does not match its own hash; it was changed")]
    Changed(i64),
    /// An entry does not continue the one before.
    #[error("entry {0} does not continue the entry before it")]
    Unchained(i64),
}

/// Checks a chain piece by piece, so that a log of any length needs little memory.
#[derive(Debug, Clone)]
pub struct ChainCheck {
    seq: i64,
    hash: String,
}

impl Default for ChainCheck {
    fn default() -> Self {
        Self {
            seq: 0,
            hash: GENESIS.to_owned(),
        }
    }
}

impl ChainCheck {
    /// Takes the next entry.
    pub fn push(&mut self, entry: &AuditEntry) -> Result<(), BrokenChain> {
        if entry.seq != self.seq + 1 {
            return Err(BrokenChain::Gap {
                after: self.seq,
                found: entry.seq,
            });
        }
        if entry.previous != self.hash {
            return Err(BrokenChain::Unchained(entry.seq));
        }
        if entry.hash != entry.expected_hash() {
            return Err(BrokenChain::Changed(entry.seq));
        }
        self.seq = entry.seq;
        self.hash.clone_from(&entry.hash);
        Ok(())
    }

    /// Number and hash of the last good entry.
    #[must_use]
    pub fn head(&self) -> (i64, &str) {
        (self.seq, &self.hash)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chain(length: i64) -> Vec<AuditEntry> {
        let mut previous = GENESIS.to_owned();
        (1..=length)
            .map(|seq| {
                let mut entry = AuditEntry {
                    seq,
                    at: DateTime::UNIX_EPOCH,
                    actor: "system".into(),
                    action: "test".into(),
                    subject: seq.to_string(),
                    details: json!({"n": seq}),
                    previous: previous.clone(),
                    hash: String::new(),
                };
                entry.hash = entry.expected_hash();
                previous.clone_from(&entry.hash);
                entry
            })
            .collect()
    }

    fn verify(entries: &[AuditEntry]) -> Result<(), BrokenChain> {
        let mut check = ChainCheck::default();
        entries.iter().try_for_each(|entry| check.push(entry))
    }

    #[test]
    fn an_untouched_chain_holds() {
        assert_eq!(verify(&chain(5)), Ok(()));
    }

    #[test]
    fn every_kind_of_tampering_shows() {
        let mut changed = chain(5);
        changed[2].subject = "other".into();
        assert_eq!(verify(&changed), Err(BrokenChain::Changed(3)));

        let mut removed = chain(5);
        removed.remove(1);
        assert_eq!(
            verify(&removed),
            Err(BrokenChain::Gap { after: 1, found: 3 })
        );

        let mut forged = chain(5);
        forged[2].subject = "other".into();
        forged[2].hash = forged[2].expected_hash();
        assert_eq!(verify(&forged), Err(BrokenChain::Unchained(4)));
    }
}
