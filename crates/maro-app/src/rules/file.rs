//! The rules' file: rules that are kept in version control and only read elsewhere.

use std::collections::HashSet;
use std::io;

use maro_core::actor::Actor;
use maro_core::rules::{Origin, Rule};
use maro_store::{StoreError, rules};

use super::save::{Kept, forget, keep, standing};
use super::text::{line_of_rule, read_all};
use crate::App;

/// Why a file of rules is refused as a whole.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// Something is wrong on a line.
    #[error("line {line}: {message}")]
    Line {
        /// The line, from 1; for a field, where its rule begins.
        line: usize,
        /// What, with the field's name.
        message: String,
    },
    /// The file could not be read.
    #[error("could not be read: {0}")]
    Unreadable(io::Error),
    /// There is nothing in it.
    #[error("is empty; if it is to have no rules, say so in a comment")]
    Empty,
    /// The database did not answer.
    #[error("could not store the rules")]
    Store(#[from] StoreError),
}

/// Reads the text of a file, and names the first thing that is wrong.
pub fn check_file(text: &str) -> Result<Vec<Rule>, FileError> {
    let read = read_all(text).map_err(|err| FileError::Line {
        line: err.line,
        message: err.message,
    })?;
    let mut names = HashSet::new();
    for (number, rule) in read.iter().enumerate() {
        let line = line_of_rule(text, number);
        let named = |field: &str, message: &str| FileError::Line {
            line,
            message: format!("rule {:?}: {field}: {message}", rule.name),
        };
        if let Some(fault) = rule.faults().first() {
            return Err(named(&fault.field, &fault.message));
        }
        if !names.insert(&rule.name) {
            return Err(named("name", "Another rule of the file has this name."));
        }
    }
    Ok(read)
}

/// Takes up the rules of a file: what is in it is stored, and what came from a file and is in it no
/// more is deleted. What did not change is left alone, so that a restart forgets nothing.
pub async fn take_file(app: &App, text: &str) -> Result<usize, FileError> {
    let read = check_file(text)?;
    let names: HashSet<String> = read.iter().map(|rule| rule.name.clone()).collect();
    let count = read.len();
    let tx = app.store().begin().await?;
    for known in rules::list(&tx).await? {
        if known.origin == Origin::File && !names.contains(&known.rule.name) {
            forget(app, &tx, &known, &Actor::Operator).await?;
        }
    }
    for rule in read {
        let before = rules::find(&tx, &rule.name).await?;
        let is_known = before
            .as_ref()
            .is_some_and(|known| known.origin == Origin::File && known.rule == rule);
        if !is_known {
            let kept = Kept {
                origin: Origin::File,
                standing: standing(app, &rule),
                rule,
            };
            keep(app, &tx, before, kept, &Actor::Operator).await?;
        }
    }
    tx.commit().await?;
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_mistake_is_named_with_its_line_and_field() {
        let good = "[[rules]]\nname = \"a\"\nnotify.to = \"#ci\"\n";
        assert_eq!(check_file(good).unwrap().len(), 1);
        assert!(check_file("").unwrap().is_empty());
        for (text, said) in [
            (
                format!("{good}\n{good}"),
                "line 5: rule \"a\": name: Another rule",
            ),
            (
                format!("\n{good}notify.interval = \"9d\""),
                "line 2: rule \"a\": notify.interval:",
            ),
            ("[[rule]]\n".to_owned(), "line 1: unknown field `rule`"),
        ] {
            let err = check_file(&text).unwrap_err().to_string();
            assert!(err.starts_with(said), "{err}");
        }
    }
}
