//! The migration history: one list, complete, in order.
//!
//! A migration that is written and not listed never runs; one that is listed out of order runs
//! before what it builds on.

use std::path::Path;

/// Complains about migrations that the list in `mod.rs` leaves out or misorders.
pub(crate) fn check(dir: &Path) -> anyhow::Result<Vec<String>> {
    let Ok(list) = std::fs::read_to_string(dir.join("mod.rs")) else {
        return Ok(vec![format!(
            "{}: there is no list of migrations [migrations]",
            dir.display()
        )]);
    };
    let mut names = Vec::new();
    for entry in std::fs::read_dir(dir)? {
        let path = entry?.path();
        let name = path
            .file_stem()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name
            .strip_prefix('m')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
        {
            names.push(name);
        }
    }
    names.sort();
    Ok(compare(&names, &list))
}

fn compare(names: &[String], list: &str) -> Vec<String> {
    let mut faults = Vec::new();
    let mut furthest = 0;
    for migration in names {
        let found: Vec<usize> = list
            .match_indices(&format!("{migration}::"))
            .map(|(at, _)| at)
            .collect();
        match found.as_slice() {
            [at] if *at >= furthest => furthest = *at,
            [_] => faults.push(format!(
                "migration {migration} is listed out of order [migrations]"
            )),
            [] => faults.push(format!("migration {migration} is not listed [migrations]")),
            _ => faults.push(format!(
                "migration {migration} is listed twice [migrations]"
            )),
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_migration_is_listed_once_and_in_order() {
        let names = ["m001_a".to_owned(), "m002_b".to_owned()];
        let cases = [
            ("m001_a::Migration, m002_b::Migration", 0),
            ("m002_b::Migration, m001_a::Migration", 1),
            ("m001_a::Migration", 1),
            ("m001_a::Migration, m001_a::Migration, m002_b::Migration", 1),
        ];
        for (list, complaints) in cases {
            assert_eq!(compare(&names, list).len(), complaints, "{list}");
        }
    }
}
