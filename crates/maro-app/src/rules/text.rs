//! Rules as text: the TOML of the file and of the editor.

use maro_core::rules::Rule;
use serde::{Deserialize, Serialize};

/// The text is no rule, or no file of rules.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct TextError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it, with the field's name where it is known.
    pub message: String,
}

/// A file of rules: `[[rules]]` tables.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rules {
    #[serde(default)]
    rules: Vec<Rule>,
}

/// Reads one rule, as the editor holds it.
pub fn read(text: &str) -> Result<Rule, TextError> {
    toml::from_str(text).map_err(|err| fault(text, &err))
}

/// Writes one rule. A constant that TOML cannot hold, such as a null, is the only thing that fails.
pub fn write(rule: &Rule) -> Result<String, TextError> {
    toml::to_string_pretty(rule).map_err(|err| TextError {
        line: 1,
        message: err.to_string(),
    })
}

/// Reads a file of rules.
pub(super) fn read_all(text: &str) -> Result<Vec<Rule>, TextError> {
    let file: Rules = toml::from_str(text).map_err(|err| fault(text, &err))?;
    Ok(file.rules)
}

/// The line on which the rule of that number begins.
pub(super) fn line_of_rule(text: &str, number: usize) -> usize {
    let heads = text.lines().enumerate();
    let mut heads = heads.filter(|(_, line)| line.trim_start().starts_with("[[rules]]"));
    heads.nth(number).map_or(1, |(line, _)| line + 1)
}

fn fault(text: &str, err: &toml::de::Error) -> TextError {
    let before = err.span().and_then(|span| text.get(..span.start));
    TextError {
        line: before.map_or(1, |before| before.matches('\n').count() + 1),
        message: err.message().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        let text = "name = \"ci\"\n\n[when]\nkinds = [\"suite_run\"]\n\n[notify]\nto = \"#ci\"\n\
            quiet_hours = { from = \"22:00\", to = \"07:00\" }\n\n[ticket]\nafter = 2\n\n\
            [ticket.plan]\nproject = \"OPS\"\n\n[ticket.plan.fields]\n\
            customfield_1 = { constant = \"x\" }\n";
        let rule = read(text).unwrap();
        assert_eq!(read(&write(&rule).unwrap()).unwrap(), rule);
    }

    #[test]
    fn mistakes_name_their_line() {
        let err = read("name = \"ci\"\n[notify]\nto = \"ci\"\n").unwrap_err();
        assert_eq!(err.line, 3, "{err}");
        assert!(err.message.contains("is no place"), "{err}");
        let err = read("name = \"ci\"\nwenn = 1\n").unwrap_err();
        assert!(
            err.to_string().starts_with("line 2: unknown field `wenn`"),
            "{err}"
        );
        let file = "[[rules]]\nname = \"a\"\n\n[[rules]]\nname = \"b\"\n";
        assert_eq!(read_all(file).map(|rules| rules.len()), Ok(2));
        assert_eq!(line_of_rule(file, 1), 4);
    }
}
