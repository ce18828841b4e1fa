//! Long texts in a form: split over several inputs, and joined again as they were.
//!
//! **Invariant:** joining what was split gives the same text.

use maro_slack::blocks::{Block, Input, TextInput};
use maro_slack::payloads::ViewState;

use super::VALUE;

/// Longest part of a text in one input, below Slack's 3,000 so that there is room to edit.
const PART: usize = 2_500;
const INPUT_LIMIT: usize = 3_000;
/// A draft's text has at most 30,000 characters, and a part at least one half of `PART`… but a line
/// end can come early, so reading goes on as long as a form has blocks.
const MOST_PARTS: usize = 100;

/// One input, or several when the text is longer than one holds. The block id says how the parts
/// are joined again: `name.2.n` after a line feed, `name.2.c` without one.
pub(super) fn text_inputs(name: &str, label: &str, text: &str) -> Vec<Block> {
    split(text)
        .into_iter()
        .enumerate()
        .map(|(index, (joint, part))| {
            let block_id = if index == 0 {
                name.to_owned()
            } else {
                format!("{name}.{}.{joint}", index + 1)
            };
            let label = if index == 0 {
                label.to_owned()
            } else {
                format!("{label}, part {}", index + 1)
            };
            let input = TextInput::new(VALUE)
                .multiline()
                .with_max_length(INPUT_LIMIT)
                .with_initial(&part);
            Input::new(&block_id, &label, input).optional().into()
        })
        .collect()
}

fn split(text: &str) -> Vec<(char, String)> {
    let mut parts = Vec::new();
    let mut joint = 'n';
    let mut rest: Vec<char> = text.chars().collect();
    while rest.len() > PART {
        let line_end = rest[..PART]
            .iter()
            .rposition(|c| *c == '\n')
            .filter(|at| *at > 0);
        let (cut, next_joint) = line_end.map_or((PART, 'c'), |at| (at, 'n'));
        let tail = rest.split_off(cut);
        parts.push((joint, rest.iter().collect()));
        rest = if next_joint == 'n' {
            tail[1..].to_vec()
        } else {
            tail
        };
        joint = next_joint;
    }
    parts.push((joint, rest.iter().collect()));
    parts
}

/// Joins the parts of a long text as the form has split them.
pub(in crate::slack) fn joined(state: &ViewState, name: &str) -> String {
    let mut text = state.text(name, VALUE).unwrap_or_default().to_owned();
    for index in 2..=MOST_PARTS {
        for (joint, separator) in [("n", "\n"), ("c", "")] {
            if let Some(part) = state.text(&format!("{name}.{index}.{joint}"), VALUE) {
                text.push_str(separator);
                text.push_str(part);
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_texts_are_split_and_can_be_joined() {
        for text in [
            "short".to_owned(),
            "line\n".repeat(2_000),
            "x".repeat(9_000),
            String::new(),
        ] {
            let mut joined = String::new();
            for (index, (joint, part)) in split(&text).into_iter().enumerate() {
                assert!(part.chars().count() <= PART);
                if index > 0 && joint == 'n' {
                    joined.push('\n');
                }
                joined.push_str(&part);
            }
            assert_eq!(joined, text);
        }
    }
}
