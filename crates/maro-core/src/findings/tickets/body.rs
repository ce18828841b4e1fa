//! The description of a ticket: what is known of the finding, in sections of Markdown.
//!
//! Free text is Markdown as it was reported. What a test case printed is shown as it is, and single
//! facts are written so that nothing in them is a mark.

use crate::findings::{Defect, FindingKind};
use crate::text::make_visible;

use super::Facts;

/// The sections of the description: heading and Markdown. No text is longer than `limit` characters;
/// where one was cut, the section says so.
#[must_use]
pub fn sections(facts: &Facts<'_>, limit: usize) -> Vec<(&'static str, String)> {
    let defect = facts.defect;
    let texts = [
        ("Description", &defect.description),
        ("Steps to reproduce", &defect.steps),
        ("Expected result", &defect.expected),
        ("Actual result", &defect.actual),
    ];
    let mut sections = vec![(heading(defect.kind), details(facts))];
    for (heading, text) in texts {
        let text = make_visible(text.trim());
        if !text.is_empty() {
            sections.push((heading, long_text(defect, &text, limit)));
        }
    }
    sections
}

fn heading(kind: FindingKind) -> &'static str {
    match kind {
        FindingKind::Defect => "Defect details",
        FindingKind::Alert => "Alert details",
        FindingKind::EdgeCase => "Edge case details",
    }
}

fn details(facts: &Facts<'_>) -> String {
    let defect = facts.defect;
    let times = match defect.count {
        1 => "once".to_owned(),
        count => format!("{count} times"),
    };
    let day = |at: chrono::DateTime<chrono::Utc>| at.format("%Y-%m-%d %H:%M UTC");
    let mut lines = vec![
        format!("- **Severity:** {}", defect.severity.as_str()),
        format!("- **Status:** {}", plain(defect.status.as_str())),
        format!("- **Found by:** {}", plain(&defect.source)),
        format!(
            "- **Seen:** {times}, first {}, last {}",
            day(defect.first_seen),
            day(defect.last_seen)
        ),
    ];
    if let Some(link) = facts.link {
        lines.push(format!("- **In Maro:** <{link}>"));
    }
    lines.join("\n")
}

fn long_text(defect: &Defect, text: &str, limit: usize) -> String {
    let length = text.chars().count();
    let is_cut = length > limit;
    let kept: String = text.chars().take(limit).collect();
    let shown = if defect.case_key.is_some() {
        fenced(&kept)
    } else {
        kept
    };
    if is_cut {
        format!("{shown}\n\n*Cut here: the whole text has {length} characters; Maro has it.*")
    } else {
        shown
    }
}

/// A block that no line of the text can close.
fn fenced(text: &str) -> String {
    let runs = text.split(|c| c != '`').map(str::len);
    let fence = "`".repeat(runs.max().unwrap_or(0).max(2) + 1);
    format!("{fence}\n{text}\n{fence}")
}

/// Text in which nothing is a mark of Markdown.
fn plain(text: &str) -> String {
    let escaped = text.chars().flat_map(|c| {
        c.is_ascii_punctuation()
            .then_some('\\')
            .into_iter()
            .chain([c])
    });
    escaped.collect()
}

#[cfg(test)]
mod tests {
    use super::super::facts::tests::defect;
    use super::*;

    #[test]
    fn the_sections_say_what_is_known() {
        let defect = Defect {
            source: "night*ly".into(),
            ..defect()
        };
        let facts = Facts {
            defect: &defect,
            link: Some("https://maro.example/defects/1"),
        };
        let text: Vec<String> = sections(&facts, 100)
            .into_iter()
            .map(|(heading, text)| format!("## {heading}\n{text}"))
            .collect();
        insta::assert_snapshot!(text.join("\n"), @r"
        ## Defect details
        - **Severity:** high
        - **Status:** open
        - **Found by:** night\*ly
        - **Seen:** once, first 1970-01-01 00:00 UTC, last 1970-01-01 00:00 UTC
        - **In Maro:** <https://maro.example/defects/1>
        ## Description
        It fails on *Safari*.
        ## Steps to reproduce
        1. Open
        2. Log in
        ## Expected result
        A page
        ## Actual result
        An error
        ");
    }

    #[test]
    fn what_a_case_printed_stays_as_it_is_and_what_is_cut_is_said() {
        let defect = Defect {
            case_key: Some(7),
            description: "```\n# no heading".into(),
            ..defect()
        };
        let facts = Facts {
            defect: &defect,
            link: None,
        };
        let whole = &sections(&facts, 100)[1].1;
        assert_eq!(whole, "````\n```\n# no heading\n````");
        let cut = &sections(&facts, 5)[1].1;
        assert_eq!(
            cut,
            "````\n```\n#\n````\n\n*Cut here: the whole text has 16 characters; Maro has it.*"
        );
    }
}
