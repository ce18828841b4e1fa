//! Progress on standard error: a line that renews itself on a terminal, nothing elsewhere.

use std::io::{IsTerminal as _, Write as _, stderr};
use std::sync::atomic::{AtomicU64, Ordering};

/// What is smaller is through before anybody could read it.
const WORTH_SHOWING: u64 = 1024 * 1024;
const WIDTH: usize = 30;

/// How much of an upload was sent.
pub(super) struct Progress {
    total: u64,
    sent: AtomicU64,
    shown: AtomicU64,
    visible: bool,
}

impl Progress {
    pub(super) fn new(total: u64, quiet: bool) -> Self {
        Self {
            total,
            sent: AtomicU64::new(0),
            shown: AtomicU64::new(u64::MAX),
            visible: !quiet && total >= WORTH_SHOWING && stderr().is_terminal(),
        }
    }

    /// Begins again, for another attempt.
    pub(super) fn restart(&self) {
        self.sent.store(0, Ordering::Relaxed);
    }

    /// Counts what went out.
    pub(super) fn add(&self, bytes: u64) {
        let sent = self.sent.fetch_add(bytes, Ordering::Relaxed) + bytes;
        let percent = sent.saturating_mul(100) / self.total.max(1);
        if self.visible && self.shown.swap(percent, Ordering::Relaxed) != percent {
            let _ = write!(stderr(), "\r{}", line(percent, sent));
        }
    }

    /// Leaves the line.
    pub(super) fn done(&self) {
        if self.visible {
            eprintln!();
        }
    }
}

fn line(percent: u64, sent: u64) -> String {
    let done = usize::try_from(percent.min(100)).unwrap_or(100) * WIDTH / 100;
    let bar = "#".repeat(done) + &"-".repeat(WIDTH - done);
    format!("[{bar}] {percent:>3} %  {} kB", sent / 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_shows_how_much_is_sent() {
        assert_eq!(
            line(50, 2048),
            "[###############---------------]  50 %  2 kB"
        );
        assert!(line(100, 0).starts_with(&format!("[{}]", "#".repeat(30))));
    }
}
