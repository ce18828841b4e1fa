//! The scopes that Maro asks for: Jira and Confluence with one grant.
//!
//! Classic scopes, as Atlassian recommends, and granular ones where there is no other way: version 2 of
//! Confluence's API, which pages and spaces go by, answers a classic one "scope does not match". What
//! each is for is documented at developer.atlassian.com, "Scopes for OAuth 2.0 (3LO) and Forge apps".

/// Everything that Maro asks for.
pub const SCOPES: [&str; 11] = [
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "manage:jira-webhook",
    "read:confluence-user",
    "search:confluence",
    "read:space:confluence",
    "read:page:confluence",
    "write:page:confluence",
    "read:me",
    "offline_access",
];

/// Without these there is no connection: no ticket, nobody to act as, or no second hour.
pub const ESSENTIAL: [&str; 5] = [
    "read:jira-work",
    "write:jira-work",
    "read:jira-user",
    "read:me",
    "offline_access",
];

/// What was asked for and not granted, in the order of [`SCOPES`].
#[must_use]
pub fn missing(granted: &[String]) -> Vec<&'static str> {
    SCOPES
        .into_iter()
        .filter(|scope| granted.iter().all(|granted| granted != scope))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_not_granted_is_named() {
        let granted: Vec<String> = SCOPES.map(str::to_owned).into();
        assert!(missing(&granted).is_empty());
        assert_eq!(missing(&granted[1..]), ["read:jira-work"]);
        assert!(ESSENTIAL.iter().all(|scope| SCOPES.contains(scope)));
    }
}
