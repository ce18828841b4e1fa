//! The words of rules that are stored, and that the API and pages use.

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident => $word:literal,)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$variant_doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The word that is stored and that the API uses.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)*
                }
            }

            /// Reads the stored word.
            #[must_use]
            pub fn parse(text: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|known| known.as_str() == text)
            }
        }
    };
}

words!(
    /// How people were told.
    ToldBy {
        /// It has a card of its own.
        Card => "card",
        /// It was counted in a digest, and perhaps named there.
        Digest => "digest",
    }
);

words!(
    /// What became of the ticket that a rule wants.
    TicketState {
        /// The rule has made enough in this hour.
        Waiting => "waiting",
        /// It is wanted; its link knows the rest.
        Wanted => "wanted",
    }
);

words!(
    /// What a rule decided about a finding.
    Verdict {
        /// It was not yet seen often enough in a row.
        Counting => "counting",
        /// It has a card.
        Told => "told",
        /// It waits for the next message or digest.
        Held => "held",
        /// It was told in a digest.
        InDigest => "in_digest",
        /// Nobody is told.
        NotTold => "not_told",
    }
);

words!(
    /// Who keeps a rule.
    Origin {
        /// The rules' file; elsewhere it can only be read.
        File => "file",
        /// People, on the pages or by the API.
        Here => "here",
    }
);

words!(
    /// Whether a rule can do what it says.
    RuleState {
        /// It can.
        Healthy => "healthy",
        /// Somebody has to put it right; what it wants waits.
        NeedsAttention => "needs_attention",
    }
);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_back() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::parse(verdict.as_str()), Some(*verdict));
        }
        assert_eq!(Origin::parse("page"), None);
    }
}
