//! Which findings somebody asks for with `defects …`: a few words that everybody would try.

use crate::findings::{DefectStatus, FindingKind, Severity};

/// Which findings are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FindingQuery {
    /// Only with one of these; all when there is none.
    pub statuses: Vec<DefectStatus>,
    /// Only this bad.
    pub severity: Option<Severity>,
    /// Only of this kind.
    pub kind: Option<FindingKind>,
    /// Only with these words in the title.
    pub words: String,
}

impl FindingQuery {
    /// Reads what follows `defects`. Without a status what is open is meant; `all` is everything.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        let mut all = false;
        let mut words = Vec::new();
        for word in text.split(' ').filter(|word| !word.is_empty()) {
            let known = word.to_lowercase().replace('-', "_");
            if known == "all" {
                all = true;
            } else if let Some(status) = DefectStatus::parse(&known) {
                query.statuses.push(status);
            } else if let Some(severity) = Severity::parse(&known) {
                query.severity = Some(severity);
            } else if let Some(kind) = kind(&known) {
                query.kind = Some(kind);
            } else {
                words.push(word);
            }
        }
        if query.statuses.is_empty() && !all {
            let open = DefectStatus::ALL.into_iter();
            query.statuses = open.filter(|status| status.is_open()).collect();
        }
        query.words = words.join(" ");
        query
    }
}

fn kind(word: &str) -> Option<FindingKind> {
    let plural = word.strip_suffix('s').unwrap_or(word);
    FindingKind::parse(plural)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_that_mean_something_are_taken_out() {
        let open = vec![DefectStatus::Open, DefectStatus::Acknowledged];
        let query = FindingQuery::parse("Critical alerts Login fails");
        assert_eq!(query.severity, Some(Severity::Critical));
        assert_eq!(query.kind, Some(FindingKind::Alert));
        assert_eq!(
            (query.statuses, query.words.as_str()),
            (open.clone(), "Login fails")
        );
        assert_eq!(FindingQuery::parse("").statuses, open);
        assert_eq!(FindingQuery::parse("all").statuses, []);
        let settled = FindingQuery::parse("wont-fix fixed edge-cases");
        assert_eq!(
            settled.statuses,
            [DefectStatus::WontFix, DefectStatus::Fixed]
        );
        assert_eq!(settled.kind, Some(FindingKind::EdgeCase));
    }
}
