//! The validator agrees with the published JSON schema.

use serde_json::{Value, json};

use super::{AdfError, paragraphs, validate};

/// One document per line, with the verdict of the published schema.
const CASES: &str = include_str!("cases.jsonl");

fn cases() -> Vec<(bool, Value)> {
    let read = |line: &str| {
        let mut case: Value = serde_json::from_str(line).unwrap();
        (case["valid"] == true, case["document"].take())
    };
    CASES.lines().map(read).collect()
}

fn with_text(text: &str) -> Value {
    let text = json!({"type": "text", "text": text});
    json!({"type": "doc", "version": 1, "content": [{"type": "paragraph", "content": [text]}]})
}

#[test]
fn documents_are_judged_as_expected() {
    for (valid, document) in cases() {
        let verdict = validate(&document);
        assert_eq!(verdict.is_ok(), valid, "{document}: {verdict:?}");
    }
}

#[test]
fn the_published_schema_judges_alike() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../shared/specs/adf-schema.full.json"
    );
    let Ok(schema) = std::fs::read_to_string(path) else {
        eprintln!("SKIPPED: the ADF schema is not at {path}");
        return;
    };
    let schema: Value = serde_json::from_str(&schema).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (valid, document) in cases() {
        assert_eq!(validator.is_valid(&document), valid, "{document}");
    }
}

#[test]
fn line_breaks_are_refused_in_text_outside_code() {
    assert!(matches!(
        validate(&with_text("a\nb")),
        Err(AdfError::Invalid(_))
    ));
}

#[test]
fn the_serialized_length_counts() {
    let around = with_text("").to_string().len();
    let long = |total: usize| validate(&with_text(&"x".repeat(total - around)));

    assert_eq!(long(32_767), Ok(()));
    assert_eq!(long(32_768), Err(AdfError::TooLong));
}

#[test]
fn plain_text_becomes_a_valid_document() {
    let document = paragraphs("One\nline\n\nTwo\r\n\r\n\n");

    assert_eq!(validate(&document), Ok(()));
    assert_eq!(document["content"].as_array().unwrap().len(), 2);
}
