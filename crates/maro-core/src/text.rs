//! Hostile text made visible.
//!
//! Control, bidirectional, zero-width and tag characters can make a preview read differently from
//! what Jira stores. They are written out as `⟦U+202E⟧` *before* hashing, so that what a person
//! approves is what is sent.

use std::fmt::Write as _;

/// Writes every invisible or direction-changing character out as `⟦U+XXXX⟧`.
///
/// Line feeds and tabs stay; carriage returns before a line feed go; other line ends become `\n`.
#[must_use]
pub fn make_visible(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    let mut visible = String::with_capacity(text.len());
    for c in text.chars() {
        if is_deceptive(c) {
            let _ = write!(visible, "⟦U+{:04X}⟧", u32::from(c)); // Writing to a String cannot fail.
        } else {
            visible.push(c);
        }
    }
    visible
}

/// Like [`make_visible`], on one line: line ends and tabs become spaces, the ends are trimmed.
#[must_use]
pub fn one_line(text: &str) -> String {
    make_visible(text)
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// Shortens to at most `limit` characters, with an ellipsis as the last one.
#[must_use]
pub fn clip(text: &str, limit: usize) -> String {
    if text.chars().count() <= limit {
        return text.to_owned();
    }
    let mut clipped: String = text.chars().take(limit.saturating_sub(1)).collect();
    clipped.push('…');
    clipped
}

fn is_deceptive(c: char) -> bool {
    matches!(u32::from(c),
        0x00..=0x08 | 0x0B..=0x1F | 0x7F..=0x9F            // controls, except tab and line feed
        | 0x00AD | 0x034F | 0x061C | 0x115F..=0x1160 | 0x17B4..=0x17B5 | 0x180B..=0x180F
        | 0x200B..=0x200F | 0x2028..=0x202E | 0x2060..=0x206F // zero width, separators, bidi
        | 0x3164 | 0xFE00..=0xFE0E | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
        | 0x1_BCA0..=0x1_BCA3 | 0x1_D173..=0x1_D17A
        | 0xE_0000..=0xE_0FFF                                // tags, variation selectors
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn deceptive_characters_are_written_out() {
        let cases = [
            ("pay\u{202E}lap", "pay⟦U+202E⟧lap"),
            ("a\u{200B}b", "a⟦U+200B⟧b"),
            ("tag\u{E0041}", "tag⟦U+E0041⟧"),
            ("nul\0", "nul⟦U+0000⟧"),
            ("bom\u{FEFF}", "bom⟦U+FEFF⟧"),
        ];
        for (text, visible) in cases {
            assert_eq!(make_visible(text), visible);
        }
    }

    #[test]
    fn ordinary_text_of_any_language_stays() {
        for text in [
            "Grüße\n\tok",
            "日本語のチケット",
            "שלום",
            "emoji 🎉 ❤\u{FE0F}",
        ] {
            assert_eq!(make_visible(text), text);
        }
    }

    #[test]
    fn line_ends_become_line_feeds() {
        assert_eq!(make_visible("a\r\nb\rc"), "a\nb\nc");
        assert_eq!(one_line(" a\r\n b\t c "), "a b c");
    }

    #[test]
    fn clipping_counts_characters() {
        assert_eq!(clip("äöüß", 4), "äöüß");
        assert_eq!(clip("äöüßx", 4), "äöü…");
    }

    proptest::proptest! {
        #[test]
        fn making_visible_twice_changes_nothing(text in ".*") {
            let once = make_visible(&text);
            proptest::prop_assert_eq!(make_visible(&once), once);
        }
    }
}
