//! What a person brings back from Atlassian: a code, or a reason why there is none.
//!
//! This is the one GET that changes something, because the protocol wants it so. The state makes it
//! safe: it counts once, for ten minutes, from the browser that asked.

use maro_atlassian::oauth::{ESSENTIAL, OAuthClient, Site, TokenPair, missing};
use maro_core::text::{clip, one_line};
use maro_store::oauth::{Grant, GrantState, GrantedSite, PendingConsent, grants, states};
use maro_store::sealed_values::{OAUTH_ACCESS_TOKEN, OAUTH_REFRESH_TOKEN, OAUTH_VERIFIER};
use secrecy::SecretString;
use serde_json::json;
use url::Url;

use super::authorize::state_id;
use super::registration::{self, Registration};
use super::sealed::{open, seal};
use super::{CURRENT, Caller, OAuthProblem, PENDING, connect};
use crate::App;
use crate::audit::record_alone;

/// Where Atlassian sends people back to.
pub const CALLBACK_PATH: &str = "/api/v1/jira/oauth/callback";

const STATE_LENGTH: usize = 64;
const LONGEST_CODE: usize = 4_096;
/// Without it a site is of no use for tickets.
const JIRA: &str = "read:jira-work";

/// What came with the browser.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// The code.
    pub code: Option<SecretString>,
    /// The word that Maro sent along.
    pub state: String,
    /// Atlassian's word for what went wrong.
    pub error: Option<String>,
    /// Atlassian's sentence for it.
    pub error_description: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// Maro is connected.
    Connected {
        /// The address of the site.
        site: String,
        /// What was asked for and not granted; some things will not work.
        missing: Vec<&'static str>,
    },
    /// The grant reaches several sites, or not the one that was named; a person has to choose.
    ChooseSite,
}

/// Takes an answer. Everything that is refused is in the audit log.
pub async fn callback(app: &App, caller: &Caller, answer: Answer) -> Result<Outcome, OAuthProblem> {
    let outcome = take(app, caller, answer).await;
    if let Err(problem) = &outcome {
        let details = json!({ "reason": problem.code() });
        record_alone(app, &caller.actor, "oauth.refused", &CURRENT, details).await?;
    }
    outcome
}

async fn take(app: &App, caller: &Caller, answer: Answer) -> Result<Outcome, OAuthProblem> {
    let consent = expected(app, caller, &answer.state).await?;
    let registration = registration::find(app).await?.ok_or(OAuthProblem::NoApp)?;
    if registration.client_id != consent.client_id {
        return Err(OAuthProblem::UnexpectedAnswer);
    }
    let code = code_of(answer)?;
    let client = registration::client(app, &registration)?;
    let verifier = open(app, &OAUTH_VERIFIER, &consent.id, &consent.verifier)?;
    let redirect_uri: Url = consent
        .redirect_uri
        .parse()
        .map_err(|_| OAuthProblem::UnexpectedAnswer)?;
    let pair = client.exchange(&code, &redirect_uri, &verifier).await?;
    let grant = examine(app, caller, &client, (&registration, pair)).await?;
    let missing = missing(&grant.scopes);
    let Some(site) = grant.site().map(|site| site.url.clone()) else {
        keep_until_chosen(app, grant).await?;
        return Ok(Outcome::ChooseSite);
    };
    connect::put_in_force(app, caller, grant).await?;
    Ok(Outcome::Connected { site, missing })
}

/// Takes the question out that this answers. It is gone afterwards, whatever comes of it.
async fn expected(app: &App, caller: &Caller, state: &str) -> Result<PendingConsent, OAuthProblem> {
    if state.len() != STATE_LENGTH {
        return Err(OAuthProblem::UnexpectedAnswer);
    }
    let tx = app.store().begin().await?;
    let consent = states::take(&tx, &state_id(state)).await?;
    tx.commit().await?;
    consent
        .filter(|consent| consent.expires_at > app.now() && caller.may_answer(&consent.begun_by))
        .ok_or(OAuthProblem::UnexpectedAnswer)
}

fn code_of(answer: Answer) -> Result<SecretString, OAuthProblem> {
    use secrecy::ExposeSecret as _;
    if let Some(error) = answer.error {
        if error == "access_denied" {
            return Err(OAuthProblem::Declined);
        }
        let said = answer.error_description.unwrap_or(error);
        return Err(OAuthProblem::Refused(clip(&one_line(&said), 200)));
    }
    answer
        .code
        .filter(|code| (1..=LONGEST_CODE).contains(&code.expose_secret().len()))
        .ok_or_else(|| OAuthProblem::Refused("the answer has no code".into()))
}

/// Looks at what was granted: scopes, sites, and who did it.
async fn examine(
    app: &App,
    caller: &Caller,
    client: &OAuthClient,
    (registration, pair): (&Registration, TokenPair),
) -> Result<Grant, OAuthProblem> {
    let Some(refresh_token) = &pair.refresh_token else {
        return Err(OAuthProblem::MissingScopes(vec!["offline_access"]));
    };
    let sites = client.sites(&pair.access_token).await?;
    let scopes = granted(&pair, &sites);
    let essential: Vec<&str> = ESSENTIAL
        .into_iter()
        .filter(|scope| missing(&scopes).contains(scope))
        .collect();
    if !essential.is_empty() {
        return Err(OAuthProblem::MissingScopes(essential));
    }
    let sites: Vec<GrantedSite> = sites
        .into_iter()
        .filter(|site| site.scopes.iter().any(|s| s == JIRA))
        .map(kept)
        .collect();
    if sites.is_empty() {
        return Err(OAuthProblem::NoSite);
    }
    let me = client.me(&pair.access_token).await?;
    let now = app.now();
    let life = chrono::TimeDelta::from_std(pair.expires_in).unwrap_or_default();
    Ok(Grant {
        id: PENDING.to_owned(),
        state: GrantState::PendingSite,
        client_id: registration.client_id.clone(),
        access_token: seal(app, &OAUTH_ACCESS_TOKEN, PENDING, &pair.access_token),
        refresh_token: seal(app, &OAUTH_REFRESH_TOKEN, PENDING, refresh_token),
        previous_refresh_token: None,
        scopes,
        account_id: me.account_id,
        account_name: me.name,
        cloud_id: the_only_choice(&sites, registration.site_url.as_deref()),
        sites,
        // Later grants begin higher than earlier ones can have counted.
        generation: now.timestamp_micros(),
        granted_at: now,
        obtained_at: now,
        expires_at: now + life,
        rejected_at: None,
        failures: 0,
        next_try_at: None,
        problem: None,
        connected_by: caller.actor.clone(),
        updated_at: now,
    })
}

/// What the token says, or, if it says nothing, what the sites say.
fn granted(pair: &TokenPair, sites: &[Site]) -> Vec<String> {
    if !pair.scopes.is_empty() {
        return pair.scopes.clone();
    }
    let mut scopes: Vec<String> = sites.iter().flat_map(|site| site.scopes.clone()).collect();
    // A refresh token came, and `read:me` shows itself in the next call.
    scopes.extend(["offline_access".to_owned(), "read:me".to_owned()]);
    scopes.sort();
    scopes.dedup();
    scopes
}

fn kept(site: Site) -> GrantedSite {
    GrantedSite {
        name: clip(&one_line(&site.name), 100),
        id: site.id,
        url: site.url,
        scopes: site.scopes,
    }
}

/// The site that was named beforehand, or the only one there is. Never the first of several.
fn the_only_choice(sites: &[GrantedSite], named: Option<&str>) -> Option<String> {
    let chosen = match (named, sites) {
        (Some(named), _) => sites.iter().find(|site| is_same_site(&site.url, named))?,
        (None, [only]) => only,
        (None, _) => return None,
    };
    Some(chosen.id.clone())
}

fn is_same_site(a: &str, b: &str) -> bool {
    let (Ok(a), Ok(b)) = (Url::parse(a), Url::parse(b)) else {
        return false;
    };
    let path = |url: &Url| url.path().trim_end_matches('/').to_owned();
    a.origin() == b.origin() && path(&a) == path(&b)
}

async fn keep_until_chosen(app: &App, grant: Grant) -> Result<(), OAuthProblem> {
    let tx = app.store().begin().await?;
    grants::put(&tx, &grant).await?;
    tx.commit().await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn site(id: &str, url: &str) -> GrantedSite {
        GrantedSite {
            id: id.into(),
            url: url.into(),
            name: id.into(),
            scopes: vec![JIRA.into()],
        }
    }

    #[test]
    fn the_first_of_several_sites_is_never_taken() {
        let one = [site("a", "https://a.atlassian.net")];
        let two = [one[0].clone(), site("b", "https://b.atlassian.net")];
        let cases: [(&[GrantedSite], Option<&str>, Option<&str>); 6] = [
            (&one, None, Some("a")),
            (&two, None, None),
            (&two, Some("https://b.atlassian.net/"), Some("b")),
            (&two, Some("https://c.atlassian.net"), None),
            (&one, Some("https://c.atlassian.net"), None),
            (&one, Some("http://a.atlassian.net"), None),
        ];
        for (sites, named, expected) in cases {
            assert_eq!(
                the_only_choice(sites, named).as_deref(),
                expected,
                "{named:?}"
            );
        }
    }

    #[test]
    fn a_refusal_of_atlassians_is_short_and_visible() {
        let refused = |error: &str, description: Option<String>| {
            code_of(Answer {
                error: Some(error.into()),
                error_description: description,
                ..Answer::default()
            })
            .unwrap_err()
        };
        assert!(matches!(
            refused("access_denied", None),
            OAuthProblem::Declined
        ));
        let OAuthProblem::Refused(said) = refused("x", Some("\u{202e}".repeat(300))) else {
            panic!("another problem");
        };
        assert!(
            said.starts_with("⟦U+202E⟧") && said.chars().count() <= 200,
            "{said}"
        );
        let none = code_of(Answer::default()).unwrap_err();
        assert!(matches!(none, OAuthProblem::Refused(_)));
    }
}
