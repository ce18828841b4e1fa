//! From Slack's markup to Markdown: what people wrote in a thread becomes a draft's text.

use maro_slack::api::ThreadMessage;

/// Converts Slack's markup: links, mentions and emphasis. `name_of` tells who a member is.
pub(super) fn to_markdown(text: &str, name_of: &dyn Fn(&str) -> String) -> String {
    let mut markdown = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find('<') {
        markdown.push_str(&emphasis(&rest[..start]));
        let after = &rest[start + 1..];
        let Some(end) = after.find('>') else {
            rest = &rest[start..];
            break;
        };
        markdown.push_str(&entity(&after[..end], name_of));
        rest = &after[end + 1..];
    }
    markdown.push_str(&emphasis(rest));
    markdown
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&amp;", "&")
}

fn entity(inner: &str, name_of: &dyn Fn(&str) -> String) -> String {
    let (target, label) = inner
        .split_once('|')
        .map_or((inner, None), |(t, l)| (t, Some(l)));
    if let Some(user) = target.strip_prefix('@') {
        return format!("@{}", label.map_or_else(|| name_of(user), str::to_owned));
    }
    if let Some(channel) = target.strip_prefix('#') {
        return format!("#{}", label.unwrap_or(channel));
    }
    if let Some(special) = target.strip_prefix('!') {
        return format!("@{}", label.unwrap_or(special));
    }
    match label {
        Some(label) if label != target => format!("[{label}]({target})"),
        _ => target.to_owned(),
    }
}

/// `*bold*` is `**bold**` in Markdown, `~gone~` is `~~gone~~`; inside of code nothing changes.
fn emphasis(text: &str) -> String {
    if text.contains('`') {
        return text.to_owned();
    }
    text.split_inclusive(char::is_whitespace)
        .map(emphasise)
        .collect()
}

fn emphasise(word: &str) -> String {
    let trimmed = word.trim_end();
    let space = &word[trimmed.len()..];
    let marked =
        |mark: &char| trimmed.len() > 2 && trimmed.starts_with(*mark) && trimmed.ends_with(*mark);
    match ['*', '~'].iter().find(|mark| marked(mark)) {
        Some(mark) => format!("{mark}{trimmed}{mark}{space}"),
        None => word.to_owned(),
    }
}

/// The first line of the first message that a person wrote, for the title.
pub(super) fn title_of(messages: &[ThreadMessage], name_of: &dyn Fn(&str) -> String) -> String {
    let first = messages
        .iter()
        .find(|message| !message.text.trim().is_empty());
    let text = first
        .map(|message| to_markdown(&message.text, name_of))
        .unwrap_or_default();
    let line = text
        .lines()
        .find(|line| !line.trim().is_empty())
        .unwrap_or_default();
    maro_core::text::clip(line.trim_matches(['*', '#', ' ', '>']), 120)
}

/// The whole thread, one paragraph per message with its author, and the link to it.
pub(super) fn body_of(
    messages: &[ThreadMessage],
    permalink: Option<&str>,
    name_of: &dyn Fn(&str) -> String,
) -> String {
    let mut parts: Vec<String> = messages
        .iter()
        .filter(|message| !message.text.trim().is_empty())
        .map(|message| {
            let author = message.user.as_deref().map_or_else(
                || message.username.clone().unwrap_or_else(|| "a bot".into()),
                name_of,
            );
            format!("**{author}:** {}", to_markdown(&message.text, name_of))
        })
        .collect();
    if let Some(link) = permalink {
        parts.push(format!("From the [Slack thread]({link})."));
    }
    parts.join("\n\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slack_markup_becomes_markdown() {
        let name_of = |user: &str| format!("name-of-{user}");
        let cases = [
            ("plain &amp; simple", "plain & simple"),
            (
                "<https://a.example|docs> here",
                "[docs](https://a.example) here",
            ),
            ("<https://a.example>", "https://a.example"),
            (
                "ask <@U1> in <#C1|payments>",
                "ask @name-of-U1 in #payments",
            ),
            ("<!here> look", "@here look"),
            ("*bold* and ~gone~ now", "**bold** and ~~gone~~ now"),
            ("`*code*`", "`*code*`"),
            ("a < b", "a < b"),
        ];
        for (slack, markdown) in cases {
            assert_eq!(to_markdown(slack, &name_of), markdown);
        }
    }
}
