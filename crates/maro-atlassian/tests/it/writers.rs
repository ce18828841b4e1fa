//! Wiki markup and storage format hold the same text as the document on Cloud.

use maro_atlassian::Flavor;
use maro_atlassian::markdown::{sections, to_body, to_storage};
use proptest::prelude::*;

const EVERYTHING: &str = "# Login\n\nFails on **Safari**, *always*, see [the log](https://example.com/log?a=b|c).\n\
    Second line with `x_y` and ~~nothing~~ and un**like**ly.\n\n\
    - one\n- two\n  - deeper\n  - [more](https://example.com)\n\n1. first\n2. second\n\n\
    3) three\n4) four\n\n- [x] done\n- [ ] open\n  - [ ] below\n\n\
    > quoted\n> - in a list\n\n```rust\nlet x = 1;\n```\n\n```js\nf({a: 1})\n```\n\n---\n\n\
    | a | b |\n|---|---|\n| 1 | |";

fn wiki(markdown: &str) -> String {
    to_body(Flavor::DataCenter, markdown)
        .as_str()
        .expect("wiki markup is a string")
        .to_owned()
}

#[test]
fn wiki_markup_reads_like_the_text_it_came_from() {
    insta::assert_snapshot!(wiki(EVERYTHING));
}

#[test]
fn what_could_be_read_as_markup_is_escaped() {
    let cases = [
        ("a {code} b", r"a \{code\} b"),
        ("\\* no list", r"\* no list"),
        ("see \\[x|y\\]", r"see \[x\|y\]"),
        ("!image.png!", r"\!image.png\!"),
        ("h1. no heading", r"h1\. no heading"),
        ("bq. no quote", r"bq\. no quote"),
        ("snake_case and well-known", "snake_case and well-known"),
        ("1 - 2 + 3", "1 - 2 + 3"),
        ("a -- b", r"a \-\- b"),
        ("_not closed", r"\_not closed"),
        ("what?? no", r"what\?\? no"),
        (r"C:\\temp", "C:&#92;temp"),
        ("(!) :) (x)", r"\(\!) \:) \(x)"),
        ("&amp;nbsp; & co", "&amp;nbsp; & co"),
        ("`a*b` and `}`", r"{{a*b}} and {{\}}}"),
        ("<https://x.example/a[1]>", "[https://x.example/a%5B1%5D]"),
    ];
    for (markdown, expected) in cases {
        assert_eq!(wiki(markdown), expected, "{markdown}");
    }
}

#[test]
fn code_cannot_end_its_macro() {
    let text = wiki("```rust\n{code}\n```");
    assert_eq!(text, "{noformat}\n{code}\n{noformat}");
    let text = wiki("```\n{code}\n{noformat}\n```");
    assert_eq!(text, "\\{code\\}\n\\{noformat\\}");
}

#[test]
fn sections_are_wiki_markup_on_data_center() {
    let body = sections(
        Flavor::DataCenter,
        &[("Problem", "It fails."), ("Solution", "")],
    );
    assert_eq!(body, "h2. Problem\n\nIt fails.");
}

#[test]
fn storage_format_reads_like_the_text_it_came_from() {
    let storage = to_storage(EVERYTHING);
    assert_well_formed(&storage);
    insta::assert_snapshot!(storage.replace("><", ">\n<"));
}

#[test]
fn hostile_text_stays_text_in_storage_format() {
    let storage = to_storage(
        "<ac:link/> & \"x\" \u{1}\n\n```a\"b\n]]><ri:user/>\n```\n\n[x](https://e.example/?a=1&b=\"2)",
    );
    assert_well_formed(&storage);
    insta::assert_snapshot!(storage);
}

proptest! {
    #[test]
    fn random_markdown_is_well_formed(text in r"([#*>|`\[\]()!<&\-_~ \n0-9.x\\{}]|https://a.b|</p>|\]\]>){0,120}") {
        assert_well_formed(&to_storage(&text));
        let _ = wiki(&text);
    }
}

#[test]
fn every_word_survives_in_wiki_markup() {
    let text = wiki(EVERYTHING);
    for word in [
        "Login",
        "Safari",
        "always",
        "nothing",
        "deeper",
        "second",
        "4. four",
        "below",
        "quoted",
        "let x = 1;",
    ] {
        assert!(text.contains(word), "{word}\n{text}");
    }
    // A long run of blanks must not take long.
    assert_eq!(wiki(&format!("a{}b", " ".repeat(200_000))).len(), 200_002);
}

/// A small check of XML's rules: tags nest, nothing else holds `<` or a bare `&`.
fn assert_well_formed(xml: &str) {
    let mut open: Vec<&str> = Vec::new();
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        assert_entities(&rest[..at]);
        rest = &rest[at..];
        if let Some(inner) = rest.strip_prefix("<![CDATA[") {
            let end = inner.find("]]>").expect("CDATA ends");
            rest = &inner[end + 3..];
            continue;
        }
        let end = rest.find('>').expect("a tag ends");
        let tag = &rest[1..end];
        assert!(!tag.contains('<'), "{tag}");
        rest = &rest[end + 1..];
        if let Some(name) = tag.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "{xml}");
        } else if !tag.ends_with('/') {
            assert_entities(tag);
            open.push(tag.split(' ').next().unwrap_or_default());
        }
    }
    assert_entities(rest);
    assert!(open.is_empty(), "{open:?} in {xml}");
}

fn assert_entities(text: &str) {
    for (at, _) in text.match_indices('&') {
        let known = ["&amp;", "&lt;", "&gt;", "&quot;"];
        assert!(
            known.iter().any(|entity| text[at..].starts_with(entity)),
            "{text}"
        );
    }
}
