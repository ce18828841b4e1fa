//! Markdown that is meant to hurt: the stack, the clock and the reader stay unharmed.

use std::time::{Duration, Instant};

use maro_atlassian::adf::{DESCRIPTION_LIMIT, measure, to_text};
use maro_atlassian::markdown::{INPUT_LIMIT, to_adf};

#[test]
fn deep_nesting_neither_overflows_nor_takes_long() {
    let n = 10_000;
    let lists: Vec<String> = (0..400)
        .map(|depth| format!("{}- x", "  ".repeat(depth)))
        .collect();
    let lists = lists.join("\n");
    let mut backticks: Vec<String> = (1..600).map(|k| "`".repeat(k)).collect();
    backticks.push("end".to_owned());
    let backticks = backticks.join(" ");
    let cases = [
        ("quotes", format!("{}end", "> ".repeat(n))),
        ("items", format!("{}end", "- ".repeat(n))),
        ("numbers", format!("{}end", "1. ".repeat(n))),
        ("lists", format!("{lists}\n\nend")),
        ("brackets", format!("{}end", "[".repeat(n))),
        (
            "images",
            format!("{}end{}", "![".repeat(n), "](http://x.example)".repeat(n)),
        ),
        ("stars", format!("{}end{}", "*a ".repeat(n), "*".repeat(n))),
        ("backticks", backticks),
        ("tags", format!("{}end", "<a ".repeat(n))),
        (
            "tables",
            format!("|{}\n|{}\nend", "a|".repeat(2_000), "-|".repeat(2_000)),
        ),
        (
            "addresses",
            format!("{}end", "http://x.example/(( ".repeat(n)),
        ),
        (
            "almost addresses",
            format!("{}end", "httphttp://".repeat(n)),
        ),
    ];
    for (name, markdown) in cases {
        let begin = Instant::now();
        let text = to_text(&to_adf(&markdown));
        assert!(text.contains("end"), "{name} lost its text");
        assert!(
            begin.elapsed() < Duration::from_secs(20),
            "{name} took {:?}",
            begin.elapsed()
        );
        eprintln!("{name}: {:?}", begin.elapsed());
    }
}

#[test]
fn a_cut_is_said() {
    let document = to_adf(&"ä ".repeat(INPUT_LIMIT));
    assert!(measure(&document) > DESCRIPTION_LIMIT);
    assert!(
        to_text(&document).ends_with("(The text is cut here: it is longer than 262144 bytes.)")
    );
}

#[test]
fn what_adf_cannot_hold_is_written_out() {
    let cases = [
        (
            "[click](javascript:alert(1))",
            "click (javascript:alert(1))",
        ),
        ("[here](/wiki/x)", "here (/wiki/x)"),
        ("[x](http://a\\b.example)", "x (http://a\\b.example)"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        (
            "![shot](https://x.example/a.png)",
            "shot (https://x.example/a.png)",
        ),
        ("![](https://x.example/a.png)", "https://x.example/a.png"),
        (
            "[![badge](http://i.example)](http://t.example)",
            "badge (http://i.example) (http://t.example)",
        ),
        ("<me@example.com>", "me@example.com (mailto:me@example.com)"),
        (
            "- # heading\n- > quote\n- a\n  - b",
            "• heading\n• > quote\n• a\n  • b",
        ),
        ("- [ ] a\n- b", "• [ ] a\n• b"),
        (
            "> # heading\n> ---\n> > deeper",
            "> heading\n> \n> ---\n> \n> > deeper",
        ),
        ("one\ntwo<br>three", "one\ntwo\nthree"),
        (
            "see https://x.example/a_b, (http://y.example/(z)).",
            "see https://x.example/a_b, (http://y.example/(z)).",
        ),
        ("", ""),
    ];
    for (markdown, text) in cases {
        assert_eq!(to_text(&to_adf(markdown)), text, "{markdown:?}");
    }
}
