//! Small pieces of markup that many pages have: icons, badges, times.
//!
//! **Invariant:** a [`Markup`] is made here and in [`super::adf`] only, and every text from outside
//! goes through [`escape`] first.

use std::fmt::{self, Write as _};

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};

/// Markup that needs no escaping.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Markup(String);

impl Markup {
    /// Takes text that is markup already; everything from outside in it must have been escaped.
    pub(super) fn from_safe(text: String) -> Self {
        Self(text)
    }

    /// Plain text.
    pub(crate) fn text(text: &str) -> Self {
        Self(escape(text))
    }

    /// A machine's word.
    pub(crate) fn code(text: &str) -> Self {
        Self(format!("<code>{}</code>", escape(text)))
    }

    /// Words beside each other, each in a frame.
    pub(crate) fn tags(words: &[String]) -> Self {
        let mut markup = String::new();
        for word in words {
            let _ = write!(markup, "<span class=\"tag\">{}</span> ", escape(word)); // Cannot fail.
        }
        Self(markup)
    }

    /// A link inside Maro.
    pub(crate) fn link(path: &str, label: &str) -> Self {
        Self(format!(
            "<a href=\"{}\">{}</a>",
            escape(path),
            escape(label)
        ))
    }

    /// A link to an issue, in a tab of its own; without an address, the key alone.
    pub(crate) fn issue(key: Option<&str>, url: Option<&str>) -> Self {
        let url = url.filter(|url| url.starts_with("https://") || url.starts_with("http://"));
        match (key, url) {
            (Some(key), Some(url)) => Self(format!(
                "<a href=\"{}\" rel=\"noreferrer\">{}</a>",
                escape(url),
                escape(key)
            )),
            (Some(key), None) => Self::text(key),
            (None, _) => Self("<span class=\"soft\">none yet</span>".to_owned()),
        }
    }

    /// Whether there is nothing.
    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl fmt::Display for Markup {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Writes text so that it is text in HTML, also between quotes.
pub(super) fn escape(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

/// An icon from the sprite; decoration only, a word always stands beside it.
pub(crate) fn icon(name: &str) -> Markup {
    let version = crate::assets::version();
    Markup(format!(
        "<svg class=\"icon\" aria-hidden=\"true\" focusable=\"false\"><use href=\"/assets/{version}/icons.svg#{name}\"/></svg>"
    ))
}

/// A badge: colour, icon and word say the same.
pub(crate) fn badge(tone: &'static str, symbol: &'static str, word: &str) -> Markup {
    Markup(format!(
        "<span class=\"badge {tone}\">{}{}</span>",
        icon(symbol),
        escape(word)
    ))
}

/// A time, as its distance from now; the exact time is in the tooltip and for machines.
pub(crate) fn when(at: DateTime<Utc>, now: DateTime<Utc>) -> Markup {
    let machine = at.to_rfc3339_opts(SecondsFormat::Secs, true);
    let exact = at.format("%-d %B %Y, %H:%M:%S UTC");
    Markup(format!(
        "<time datetime=\"{machine}\" title=\"{exact}\">{}</time>",
        distance(at, now)
    ))
}

fn distance(at: DateTime<Utc>, now: DateTime<Utc>) -> String {
    let gone = now - at;
    let (span, ahead) = if gone < TimeDelta::zero() {
        (-gone, true)
    } else {
        (gone, false)
    };
    let words = match (
        span.num_seconds(),
        span.num_minutes(),
        span.num_hours(),
        span.num_days(),
    ) {
        (..5, ..) => return "just now".to_owned(),
        (seconds @ ..60, ..) => format!("{seconds} s"),
        (_, minutes @ ..60, ..) => format!("{minutes} min"),
        (_, _, hours @ ..24, _) => format!("{hours} h"),
        (_, _, _, days @ ..14) => format!("{days} d"),
        _ => return at.format("%-d %b %Y").to_string(),
    };
    if ahead {
        format!("in {words}")
    } else {
        format!("{words} ago")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn distances_read_well() {
        let now = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
        for (seconds, words) in [
            (0, "just now"),
            (42, "42 s ago"),
            (-90, "in 1 min"),
            (3 * 3600, "3 h ago"),
            (2 * 86400, "2 d ago"),
            (400 * 86400, "11 Dec 2025"),
        ] {
            assert_eq!(distance(now - TimeDelta::seconds(seconds), now), words);
        }
    }

    #[test]
    fn text_from_outside_stays_text() {
        let link = Markup::issue(Some("<b>"), Some("javascript:alert(1)"));
        assert_eq!(link.to_string(), "&lt;b&gt;");
        assert_eq!(
            Markup::tags(&["<\"'&".into()]).to_string(),
            "<span class=\"tag\">&lt;&quot;&#39;&amp;</span> "
        );
    }
}
