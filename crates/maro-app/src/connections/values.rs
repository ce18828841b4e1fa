//! The values of an integration's fields, from the operator or from a stored configuration, and
//! which of the two counts.
//!
//! **Invariant:** a secret that is sent goes only to the address that it was given for. Whoever may
//! change an address must not thereby learn a token that Maro keeps.

use std::collections::BTreeMap;

use maro_core::integrations::Integration;
use secrecy::SecretString;
use url::Url;

use super::fields::{FieldKind, find};

/// The values of one integration's fields, by name.
#[derive(Debug, Clone, Default)]
pub struct Values {
    /// What is no secret. An empty text is a value, too: it says that there is none.
    pub fields: BTreeMap<String, String>,
    /// The secrets.
    pub secrets: BTreeMap<String, SecretString>,
}

/// A secret of a stored configuration, opened.
#[derive(Debug, Clone)]
pub(crate) struct OpenSecret {
    pub(crate) value: SecretString,
    /// The origin that it was given for.
    pub(crate) bound_to: Option<String>,
}

/// A stored configuration with its secrets opened.
#[derive(Debug, Clone, Default)]
pub(crate) struct StoredValues {
    pub(crate) fields: BTreeMap<String, String>,
    pub(crate) secrets: BTreeMap<String, OpenSecret>,
}

impl Values {
    /// Whether nothing is set.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.fields.is_empty() && self.secrets.is_empty()
    }

    /// A field that has a text.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        let text = self.fields.get(name).map(|text| text.trim());
        text.filter(|text| !text.is_empty())
    }

    /// A secret.
    pub(crate) fn secret(&self, name: &str) -> Option<SecretString> {
        self.secrets.get(name).cloned()
    }

    /// The origin of the address, to which secrets are bound.
    pub(crate) fn origin(&self) -> Option<String> {
        let url = Url::parse(self.text("url")?).ok()?;
        Some(url.origin().ascii_serialization())
    }

    /// What counts: each stored field over the operator's, each secret where it may go.
    pub(crate) fn under(&self, integration: Integration, stored: &StoredValues) -> Self {
        let mut fields = self.fields.clone();
        fields.extend(stored.fields.clone());
        let mut counting = Self {
            fields,
            secrets: BTreeMap::new(),
        };
        let (theirs, ours) = (self.origin(), counting.origin());
        let may_go = |name: &str, bound_to: Option<&str>| {
            !is_bound(integration, name) || bound_to.is_some() && bound_to == ours.as_deref()
        };
        for (name, value) in &self.secrets {
            if may_go(name, theirs.as_deref()) {
                counting.secrets.insert(name.clone(), value.clone());
            }
        }
        for (name, secret) in &stored.secrets {
            if may_go(name, secret.bound_to.as_deref()) {
                counting.secrets.insert(name.clone(), secret.value.clone());
            }
        }
        counting
    }
}

/// Whether a secret is sent to the integration's address, and so belongs to it.
pub(crate) fn is_bound(integration: Integration, name: &str) -> bool {
    find(integration, name).is_some_and(|field| field.kind == FieldKind::Secret { is_sent: true })
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret as _;

    use super::*;

    fn operator() -> Values {
        Values {
            fields: BTreeMap::from([
                ("url".to_owned(), "https://acme.atlassian.net/".to_owned()),
                ("default_project".to_owned(), "SCRUM".to_owned()),
            ]),
            secrets: BTreeMap::from([
                ("api_token".to_owned(), "operators".into()),
                ("webhook_secret".to_owned(), "hook".into()),
            ]),
        }
    }

    fn stored(fields: &[(&str, &str)], token: Option<(&str, &str)>) -> StoredValues {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        let secret = token.map(|(value, bound_to)| {
            let secret = OpenSecret {
                value: value.into(),
                bound_to: Some(bound_to.to_owned()),
            };
            ("api_token".to_owned(), secret)
        });
        StoredValues {
            fields: fields.iter().map(owned).collect(),
            secrets: secret.into_iter().collect(),
        }
    }

    fn token(values: &Values) -> Option<String> {
        let token = values.secret("api_token")?;
        Some(token.expose_secret().to_owned())
    }

    #[test]
    fn a_stored_field_stands_over_the_operators_and_the_rest_stays() {
        let stored = stored(&[("default_project", "")], None);
        let counting = operator().under(Integration::Jira, &stored);
        assert_eq!(counting.text("default_project"), None);
        assert_eq!(counting.text("url"), Some("https://acme.atlassian.net/"));
        assert_eq!(token(&counting).as_deref(), Some("operators"));
    }

    #[test]
    fn no_token_follows_a_changed_address() {
        let moved = [("url", "https://thief.example/")];
        let counting = operator().under(Integration::Jira, &stored(&moved, None));
        assert_eq!(token(&counting), None);
        assert!(
            counting.secret("webhook_secret").is_some(),
            "it is never sent"
        );
        let given = stored(&moved, Some(("new", "https://thief.example")));
        let counting = operator().under(Integration::Jira, &given);
        assert_eq!(token(&counting).as_deref(), Some("new"));
    }

    #[test]
    fn a_stored_token_does_not_go_where_the_operator_moves_the_address() {
        let given = stored(&[], Some(("stored", "https://old.example")));
        let counting = operator().under(Integration::Jira, &given);
        assert_eq!(token(&counting).as_deref(), Some("operators"));
    }

    #[test]
    fn the_path_of_an_address_may_change() {
        let path = [("url", "https://acme.atlassian.net/jira")];
        let counting = operator().under(Integration::Jira, &stored(&path, None));
        assert_eq!(token(&counting).as_deref(), Some("operators"));
    }
}
