//! Rules for the crates' manifests: lints and package fields come from the workspace.

use super::Source;

/// Complains about a crate that goes its own way.
pub(crate) fn check(source: Source<'_>) -> Vec<(&'static str, String)> {
    if source.path == "Cargo.toml" {
        return Vec::new();
    }
    let wanted = [
        (
            "[lints]\nworkspace = true",
            "does not take the workspace's lints",
        ),
        (
            "edition.workspace = true",
            "does not take the workspace's edition",
        ),
        (
            "publish.workspace = true",
            "does not take the workspace's publish = false",
        ),
        (
            "license.workspace = true",
            "does not take the workspace's licence",
        ),
        ("\ndescription = \"", "has no description"),
    ];
    wanted
        .iter()
        .filter(|(text, _)| !source.text.contains(text))
        .map(|(_, complaint)| ("manifest", (*complaint).to_owned()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_takes_its_lints_from_the_workspace() {
        let good = "[package]\nname = \"x\"\ndescription = \"X.\"\nedition.workspace = true\n\
                    publish.workspace = true\nlicense.workspace = true\n\n[lints]\nworkspace = true\n";
        assert!(
            check(Source {
                path: "crates/x/Cargo.toml",
                text: good
            })
            .is_empty()
        );
        let bad = good.replace("[lints]\nworkspace = true", "");
        assert_eq!(
            check(Source {
                path: "crates/x/Cargo.toml",
                text: &bad
            })
            .len(),
            1
        );
        assert!(
            check(Source {
                path: "Cargo.toml",
                text: "[workspace]"
            })
            .is_empty()
        );
    }
}
