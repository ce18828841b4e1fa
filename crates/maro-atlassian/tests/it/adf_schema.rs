//! Every document validates against Atlassian's schema, and keeps the rules that the schema leaves out.
//!
//! The sources: all examples of the CommonMark specification (in the test suite of the parser's
//! package, read where cargo unpacked it), a table of constructs, and random Markdown.

use std::path::PathBuf;
use std::process::Command;
use std::sync::LazyLock;

use maro_atlassian::Flavor;
use maro_atlassian::markdown::{sections, to_adf};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::shared;

static SCHEMA: LazyLock<Option<jsonschema::Validator>> = LazyLock::new(|| {
    let text = std::fs::read_to_string(shared("specs/adf-schema.full.json")?).ok()?;
    let schema = serde_json::from_str(&text).expect("the schema is JSON");
    Some(jsonschema::draft4::new(&schema).expect("the schema is a schema"))
});

/// Checks a document; returns what is wrong with it.
fn problem(document: &Value) -> Option<String> {
    if let Some(schema) = &*SCHEMA
        && !schema.is_valid(document)
    {
        return Some(format!("not valid: {document}"));
    }
    rule_broken(document, false)
}

/// The rules of Jira's editor that the schema does not know.
fn rule_broken(node: &Value, in_code: bool) -> Option<String> {
    let kind = node["type"].as_str()?;
    let content = node["content"].as_array().map_or(&[][..], Vec::as_slice);
    let wrong = match kind {
        "text" => {
            let text = node["text"].as_str()?;
            text.is_empty() || (!in_code && text.contains('\n')) || has_bad_link(node)
        }
        "listItem" => !matches!(
            content.first()?["type"].as_str(),
            Some("paragraph" | "codeBlock")
        ),
        "taskList" => content.first()?["type"] != "taskItem",
        _ => false,
    };
    if wrong {
        return Some(format!("breaks a rule: {node}"));
    }
    content
        .iter()
        .find_map(|child| rule_broken(child, kind == "codeBlock"))
}

fn has_bad_link(text: &Value) -> bool {
    let marks = text["marks"].as_array().map_or(&[][..], Vec::as_slice);
    let hrefs = marks
        .iter()
        .filter_map(|mark| mark["attrs"]["href"].as_str());
    hrefs.map(str::to_ascii_lowercase).any(|href| {
        !["http://", "https://", "mailto:"]
            .iter()
            .any(|scheme| href.starts_with(scheme))
    })
}

/// The folder of the parser's test suite, where cargo unpacked the package.
fn suite() -> Option<PathBuf> {
    let output = Command::new(env!("CARGO"))
        .args([
            "metadata",
            "--offline",
            "--format-version",
            "1",
            "--manifest-path",
        ])
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"))
        .output()
        .ok()?;
    let metadata: Value = serde_json::from_slice(&output.stdout).ok()?;
    let packages = metadata["packages"].as_array()?;
    let parser = packages
        .iter()
        .find(|package| package["name"] == "pulldown-cmark")?;
    let folder = PathBuf::from(parser["manifest_path"].as_str()?)
        .parent()?
        .join("tests/suite");
    folder.exists().then_some(folder)
}

/// The sources of all examples in a file of the suite.
fn examples(file: &str) -> Vec<String> {
    let parts = file.split("let original = r##\"").skip(1);
    parts
        .filter_map(|part| Some(part.split_once("\"##;")?.0.to_owned()))
        .collect()
}

#[test]
fn all_commonmark_examples_validate() {
    let Some(folder) = suite() else {
        eprintln!("SKIPPED: the test suite of pulldown-cmark is not there");
        return;
    };
    let mut checked = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let found = examples(&std::fs::read_to_string(&path).unwrap());
        if path.ends_with("spec.rs") {
            assert_eq!(found.len(), 652, "CommonMark 0.31.2 has 652 examples");
        }
        for markdown in found {
            let wrong = problem(&to_adf(&markdown));
            assert_eq!(wrong, None, "{}: {markdown:?}", path.display());
            checked += 1;
        }
    }
    assert!(checked >= 652, "only {checked} examples");
}

#[test]
fn the_check_itself_refuses_what_is_wrong() {
    let doc = |content: Value| json!({"type": "doc", "version": 1, "content": [content]});
    let rules = [
        json!({"type": "paragraph", "content": [{"type": "text", "text": "a\nb"}]}),
        json!({"type": "bulletList", "content": [{"type": "listItem", "content": [{"type": "rule"}]}]}),
        json!({"type": "paragraph", "content": [{"type": "text", "text": "a",
            "marks": [{"type": "link", "attrs": {"href": "javascript:a"}}]}]}),
    ];
    let schema = [
        json!({"type": "blockquote", "content": [{"type": "rule"}]}),
        json!({"type": "heading", "attrs": {"level": 7}}),
        json!({"type": "paragraph", "content": [{"type": "text", "text": "a",
            "marks": [{"type": "code"}, {"type": "strong"}]}]}),
        json!({"type": "image"}),
    ];
    let known = if SCHEMA.is_some() { schema.len() } else { 0 };
    for wrong in rules.into_iter().chain(schema.into_iter().take(known)) {
        assert!(problem(&doc(wrong.clone())).is_some(), "{wrong}");
    }
}

/// Pieces that meet each other in random Markdown.
const PIECES: &[&str] = &[
    "word",
    " ",
    "\n",
    "\n\n",
    "# h",
    "###### six",
    "- ",
    "* ",
    "1. ",
    "7) ",
    "  ",
    "    ",
    "> ",
    "- [ ] ",
    "- [x] done",
    "```\n",
    "```rust\ncode\n```\n",
    "`code`",
    "**",
    "*",
    "_",
    "~~",
    "[a](https://x.example)",
    "[b](javascript:alert(1))",
    "![i](https://x.example/i.png)",
    "![](http://y.example)",
    "[![n](a)](http://b)",
    "<https://auto.example>",
    "<me@example.com>",
    "https://bare.example/x_y).",
    "<b>html</b>",
    "<br>",
    "\n<div>\nblock\n</div>\n\n",
    "---\n",
    "| a | b |\n|---|---|\n| 1 | `2` |\n",
    "\n| x |\n|---|\n",
    "|",
    "\\",
    "\\\n",
    "&amp;",
    "&#0;",
    "\u{0}",
    "\r\n",
    "\t",
    "é🎉",
    "[ref]: http://z.example\n",
    "[ref]",
    "===\n",
    "\u{a0}",
];

#[test]
fn each_piece_validates_in_each_container() {
    for piece in PIECES {
        for container in [
            "",
            "> ",
            "- ",
            "1. ",
            "- [x] ",
            "> - ",
            "- > ",
            "> > ",
            "- - ",
            "> - [ ] ",
            "# ",
            "| a |\n|---|\n| ",
        ] {
            let markdown = format!("{container}{piece}");
            assert_eq!(problem(&to_adf(&markdown)), None, "{markdown:?}");
            let nested = piece.replace('\n', "\n  ");
            let markdown = format!("{container}first\n\n  {nested}\n\n  last");
            assert_eq!(problem(&to_adf(&markdown)), None, "{markdown:?}");
        }
    }
}

#[test]
fn sections_validate_and_cannot_swallow_each_other() {
    let document = sections(
        Flavor::Cloud,
        &[
            ("Problem", "```\nunclosed"),
            ("Empty", " \n"),
            ("Solution", "- [ ] a"),
            ("More", "- [ ] b"),
        ],
    );
    assert_eq!(problem(&document), None);
    insta::assert_snapshot!(maro_atlassian::adf::to_text(&document), @r"
    ## Problem

    ```
    unclosed
    ```

    ## Solution

    [ ] a

    ## More

    [ ] b
    ");
    let ids: Vec<&Value> = document["content"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|b| b["attrs"].get("localId"))
        .collect();
    assert_eq!(ids, ["tasks-1", "tasks-3"]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(400) })]

    #[test]
    fn random_markdown_validates(picks in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let markdown: String = picks.into_iter().map(|n| PIECES[n]).collect();
        prop_assert_eq!(problem(&to_adf(&markdown)), None, "{:?}", markdown);
    }

    #[test]
    fn random_text_validates(text in "\\PC{0,200}") {
        prop_assert_eq!(problem(&to_adf(&text)), None);
    }
}
