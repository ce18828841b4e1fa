//! Kinds of findings, and how fingerprints tell them apart.
//!
//! **Invariant:** all kinds share one table, and no finding of one kind ever counts as one of another:
//! the fingerprint of whatever is no defect begins with the word of its kind.

/// What kind of finding it is. All kinds are counted and settled alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FindingKind {
    /// Something is wrong.
    Defect,
    /// A monitor noticed something.
    Alert,
    /// Something unusual, to be looked at.
    EdgeCase,
}

impl FindingKind {
    /// All kinds.
    pub const ALL: [Self; 3] = [Self::Defect, Self::Alert, Self::EdgeCase];

    /// The word that is stored and that the API uses.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Defect => "defect",
            Self::Alert => "alert",
            Self::EdgeCase => "edge_case",
        }
    }

    /// Reads the stored word.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|known| known.as_str() == text)
    }

    /// The fingerprint among all kinds, so that an alert never counts as a defect. One that has the
    /// word of its kind already stays as it is, so that what was read can be sent again.
    #[must_use]
    pub fn fingerprint(self, own: &str) -> String {
        match self {
            Self::Defect => own.to_owned(),
            kind => format!("{}:{}", kind.as_str(), kind.own(own)),
        }
    }

    /// The fingerprint without the word of this kind.
    pub(super) fn own(self, fingerprint: &str) -> &str {
        if self == Self::Defect {
            return fingerprint;
        }
        let rest = fingerprint.strip_prefix(self.as_str());
        rest.and_then(|rest| rest.strip_prefix(':'))
            .unwrap_or(fingerprint)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for kind in FindingKind::ALL {
            assert_eq!(FindingKind::parse(kind.as_str()), Some(kind));
        }
    }

    #[test]
    fn a_fingerprint_has_the_word_of_its_kind_once() {
        let cases = [
            (FindingKind::Defect, "x", "x"),
            (FindingKind::Alert, "x", "alert:x"),
            (FindingKind::Alert, "alert:x", "alert:x"),
            (FindingKind::Alert, "alerts:x", "alert:alerts:x"),
            (FindingKind::EdgeCase, "x", "edge_case:x"),
            (FindingKind::EdgeCase, "alert:x", "edge_case:alert:x"),
        ];
        for (kind, own, stored) in cases {
            assert_eq!(kind.fingerprint(own), stored, "{kind:?} {own}");
        }
    }
}
