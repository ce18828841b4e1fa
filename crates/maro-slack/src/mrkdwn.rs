//! Slack's own markup, written safely.
//!
//! Slack parses `<…>` in text as links, mentions and dates; everything that people typed must go
//! through [`escape`] or [`from_user`] before it is put into markup. Nothing here knows of lengths:
//! the constructors of [`crate::blocks`] clip.

use url::Url;

/// Goes between `@` and a word, so that Slack sees no mention and people see no difference.
const WORD_JOINER: char = '\u{2060}';

/// Escapes the three characters that Slack's markup gives a meaning.
#[must_use]
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

/// Takes the effect from every mention in `text`: `<!channel>`, `<@U…>`, `<#C…>`, `@here`.
///
/// Markup that was escaped already stays as it is.
#[must_use]
pub fn neutralise_mentions(text: &str) -> String {
    let text = text
        .replace("<!", "&lt;!")
        .replace("<@", "&lt;@")
        .replace("<#", "&lt;#");
    let mut neutral = String::with_capacity(text.len());
    let mut rest = text.as_str();
    while let Some(at) = rest.find('@') {
        let (before, after) = rest.split_at(at + 1);
        neutral.push_str(before);
        if is_broadcast(after) {
            neutral.push(WORD_JOINER);
        }
        rest = after;
    }
    neutral.push_str(rest);
    neutral
}

/// Makes text that a person typed safe for markup: it is shown as typed and mentions nobody.
#[must_use]
pub fn from_user(text: &str) -> String {
    neutralise_mentions(&escape(text))
}

/// Shows `text` between code fences, as typed.
#[must_use]
pub fn preformatted(text: &str) -> String {
    // A fence inside would end the block and let the rest be parsed as markup.
    let text = from_user(text).replace("```", &format!("`{WORD_JOINER}`{WORD_JOINER}`"));
    format!("```\n{text}\n```")
}

/// Links `label` to `url`.
///
/// Only web and mail addresses become links, anything else is shown as text. A label that looks
/// like an address itself is replaced by the real one, so that a link cannot pretend.
#[must_use]
pub fn link(url: &str, label: &str) -> String {
    let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
    let Some(target) = linkable(url) else {
        return from_user(if label.is_empty() { url } else { &label });
    };
    let label = if label.is_empty() || label.contains("://") {
        target.clone()
    } else {
        label
    };
    // Slack ends the address at the first bar and the link at the first angle bracket.
    let target = target
        .replace('|', "%7C")
        .replace('<', "%3C")
        .replace('>', "%3E");
    format!(
        "<{}|{}>",
        target.replace('&', "&amp;"),
        from_user(&label).replace('|', "¦")
    )
}

/// Mentions a person; an id that is none is shown as text.
#[must_use]
pub fn mention(user_id: &str) -> String {
    if is_id(user_id) {
        format!("<@{user_id}>")
    } else {
        from_user(user_id)
    }
}

/// Names a channel; an id that is none is shown as text.
#[must_use]
pub fn channel(channel_id: &str) -> String {
    if is_id(channel_id) {
        format!("<#{channel_id}>")
    } else {
        from_user(channel_id)
    }
}

/// Shows a moment in the reader's own time zone; `fallback` is for clients that cannot.
#[must_use]
pub fn date(unix_seconds: i64, fallback: &str) -> String {
    let fallback = from_user(fallback).replace('|', "¦");
    format!("<!date^{unix_seconds}^{{date_short_pretty}} at {{time}}|{fallback}>")
}

fn is_broadcast(after_at: &str) -> bool {
    ["here", "channel", "everyone", "group"].iter().any(|word| {
        after_at
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
    })
}

fn is_id(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b.is_ascii_digit())
}

fn linkable(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    matches!(url.scheme(), "http" | "https" | "mailto").then(|| url.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn user_text_mentions_nobody() {
        let cases = [
            ("a < b & c > d", "a &lt; b &amp; c &gt; d"),
            ("<!channel> now", "&lt;!channel&gt; now"),
            ("<@U123> look", "&lt;@U123&gt; look"),
            (
                "ping @here and @Everyone",
                "ping @\u{2060}here and @\u{2060}Everyone",
            ),
            ("mail amira@example.com", "mail amira@example.com"),
            ("@", "@"),
            ("@é", "@é"),
        ];
        for (text, safe) in cases {
            assert_eq!(from_user(text), safe);
        }
        assert_eq!(neutralise_mentions("<!here|x>"), "&lt;!here|x>");
    }

    #[test]
    fn a_fence_in_the_text_does_not_end_the_block() {
        let shown = preformatted("a\n```\n<!here>");
        assert_eq!(shown.matches("```").count(), 2);
        assert!(!shown.contains("<!"));
    }

    #[test]
    fn links_cannot_be_broken_out_of() {
        let cases = [
            (
                "https://jira.example.com/browse/A-1",
                "A-1",
                "<https://jira.example.com/browse/A-1|A-1>",
            ),
            (
                "https://e.com/?a=1&b=2",
                "x",
                "<https://e.com/?a=1&amp;b=2|x>",
            ),
            (
                "https://e.com/a|b>",
                "x|y>z\n!",
                "<https://e.com/a%7Cb%3E|x¦y&gt;z !>",
            ),
            (
                "https://e.com/",
                "https://bank.com",
                "<https://e.com/|https://e.com/>",
            ),
            ("javascript:alert(1)", "click", "click"),
            ("not a url", "", "not a url"),
        ];
        for (url, label, expected) in cases {
            assert_eq!(link(url, label), expected);
        }
    }

    #[test]
    fn only_ids_become_mentions() {
        assert_eq!(mention("U0AMIRA"), "<@U0AMIRA>");
        assert_eq!(mention("!channel"), "!channel");
        assert_eq!(channel("C1>"), "C1&gt;");
        assert_eq!(
            date(1, "a|b"),
            "<!date^1^{date_short_pretty} at {time}|a¦b>"
        );
    }
}
