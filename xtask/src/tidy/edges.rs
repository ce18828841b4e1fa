//! Which crate may use which: one direction, as ARCHITECTURE.md draws it.
//!
//! Development dependencies may also name the sandbox, which the tests run against. The sandbox
//! itself uses nothing of ours, or it would agree with our mistakes.

use serde_json::Value;

const OURS: &str = "maro";
const SANDBOX: &str = "maro-sandbox";

const ALLOWED: &[(&str, &[&str])] = &[
    ("maro-core", &[]),
    ("maro-store", &["maro-core"]),
    ("maro-atlassian", &["maro-core"]),
    ("maro-slack", &["maro-core"]),
    (
        "maro-app",
        &["maro-core", "maro-store", "maro-atlassian", "maro-slack"],
    ),
    ("maro-web", &["maro-app", "maro-core", "maro-slack"]),
    (SANDBOX, &[]),
    (
        "maro",
        &[
            "maro-core",
            "maro-store",
            "maro-atlassian",
            "maro-slack",
            "maro-app",
            "maro-web",
            SANDBOX,
        ],
    ),
    ("xtask", &[]),
];

/// Complains about every edge that is not allowed.
pub(crate) fn check(packages: &[Value]) -> Vec<String> {
    packages.iter().flat_map(check_package).collect()
}

fn check_package(package: &Value) -> Vec<String> {
    let name = package["name"].as_str().unwrap_or_default();
    let Some((_, allowed)) = ALLOWED.iter().find(|(known, _)| *known == name) else {
        return vec![format!(
            "{name}: say in xtask/src/tidy/edges.rs what this crate may use [edges]"
        )];
    };
    let dependencies = package["dependencies"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    dependencies
        .iter()
        .filter_map(|dependency| {
            let target = dependency["name"].as_str()?;
            let ours = target == OURS || target.starts_with("maro-");
            let for_tests = dependency["kind"] == "dev" && target == SANDBOX && name != SANDBOX;
            (ours && !allowed.contains(&target) && !for_tests)
                .then(|| format!("{name}: may not use {target} [edges]"))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_drawn_edges_pass() {
        let cases = [
            ("maro-core", "maro-store", Value::Null, false),
            ("maro-core", "serde", Value::Null, true),
            ("maro-web", "maro-app", Value::Null, true),
            ("maro-web", "maro-store", Value::Null, false),
            ("maro-web", "maro-sandbox", Value::Null, false),
            ("maro-web", "maro-sandbox", json!("dev"), true),
            ("maro-sandbox", "maro-core", json!("dev"), false),
            ("maro", "maro-sandbox", Value::Null, true),
            ("maro-new", "serde", Value::Null, false),
        ];
        for (from, to, kind, allowed) in cases {
            let package = json!({"name": from, "dependencies": [{"name": to, "kind": kind}]});
            assert_eq!(check(&[package]).is_empty(), allowed, "{from} -> {to}");
        }
    }
}
