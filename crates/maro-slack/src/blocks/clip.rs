//! Counting and cutting text for Slack.

use super::limits;

const ELLIPSIS: char = '…';
const FENCE: &str = "\n```";

/// How long Slack may take `text` to be, at most.
pub(crate) fn length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// Replaces text without content, which Slack refuses, by a dash.
pub(super) fn filled(text: &str) -> &str {
    if text.trim().is_empty() { "—" } else { text }
}

/// Cuts to `limit`, with an ellipsis at the end.
pub(super) fn clip(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let mut clipped = head(text, limit.saturating_sub(1)).to_owned();
    clipped.push(ELLIPSIS);
    clipped
}

/// Cuts markup to `limit` without leaving half an entity, half a link or an open code block.
pub(super) fn clip_mrkdwn(text: &str, limit: usize) -> String {
    if length(text) <= limit {
        return text.to_owned();
    }
    let room = limit.saturating_sub(1);
    let in_fence = head(text, room).matches("```").count() % 2 == 1;
    let fence = if in_fence && room > 2 * FENCE.len() {
        FENCE
    } else {
        ""
    };
    let mut cut = head(text, room.saturating_sub(fence.len()));
    if let Some(open) = cut.rfind('<').filter(|open| !cut[*open..].contains('>')) {
        cut = &cut[..open];
    }
    if let Some(open) = cut.rfind('&').filter(|open| !cut[*open..].contains(';')) {
        // Longer tails are an ampersand that stands for itself.
        if cut.len() - open <= "&amp".len() {
            cut = &cut[..open];
        }
    }
    if !fence.is_empty() {
        // Half of a closing fence would pair with ours.
        cut = cut.trim_end_matches('`');
    }
    format!("{cut}{ELLIPSIS}{fence}")
}

/// Cuts an id or a value, to which an ellipsis would be no help.
pub(super) fn cut(text: &str, limit: usize) -> String {
    head(text, limit).to_owned()
}

/// An id within Slack's limit; none when it is empty.
pub(super) fn clip_id(id: &str) -> Option<String> {
    (!id.is_empty()).then(|| cut(id, limits::ID))
}

fn head(text: &str, limit: usize) -> &str {
    let mut used = 0;
    for (at, c) in text.char_indices() {
        used += c.len_utf16();
        if used > limit {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clipping_counts_the_way_slack_may() {
        assert_eq!(clip("abcd", 4), "abcd");
        assert_eq!(clip("abcde", 4), "abc…");
        assert_eq!(clip("🎉🎉🎉", 5), "🎉🎉…");
        assert_eq!(clip("🎉🎉🎉", 4), "🎉…");
        assert_eq!(clip("abc", 0), "…");
    }

    #[test]
    fn markup_is_not_cut_in_half() {
        assert_eq!(clip_mrkdwn("abc &amp; d", 8), "abc …");
        assert_eq!(clip_mrkdwn("see <https://e.com|E> now", 12), "see …");
        assert_eq!(
            clip_mrkdwn("see <https://e.com|E> now", 23),
            "see <https://e.com|E> …"
        );
        assert_eq!(
            clip_mrkdwn("```\nabcdefghijklmnop\n```", 16),
            "```\nabcdefg…\n```"
        );
    }
}
