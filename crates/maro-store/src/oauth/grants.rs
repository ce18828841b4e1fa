//! Grants: what a person allowed the app, with the tokens that came of it.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use sea_orm::{ActiveModelTrait as _, EntityTrait as _, IntoActiveModel as _};
use serde::{Deserialize, Serialize};

use crate::entities::oauth_grant::{Entity, Model};
use crate::row::{actor, from_json, micros, to_json, word};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// What a grant is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GrantState {
    /// A person has yet to say which site it is for.
    PendingSite,
    /// In use.
    Connected,
    /// The provider ended it; a person has to consent again.
    Dead,
}

impl GrantState {
    /// The word that is stored.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PendingSite => "pending_site",
            Self::Connected => "connected",
            Self::Dead => "dead",
        }
    }

    fn parse(text: &str) -> Option<Self> {
        [Self::PendingSite, Self::Connected, Self::Dead]
            .into_iter()
            .find(|state| state.as_str() == text)
    }
}

/// A site that a grant reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantedSite {
    /// Its cloud id.
    pub id: String,
    /// Where people find it.
    pub url: String,
    /// What they call it.
    pub name: String,
    /// What the grant allows there.
    pub scopes: Vec<String>,
}

/// A grant and its current pair of tokens, sealed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Which one.
    pub id: String,
    /// What it is good for.
    pub state: GrantState,
    /// The app that it was given to.
    pub client_id: String,
    /// Sealed.
    pub access_token: String,
    /// Sealed.
    pub refresh_token: String,
    /// The refresh token before this one, sealed; it works for some minutes more.
    pub previous_refresh_token: Option<String>,
    /// What was granted.
    pub scopes: Vec<String>,
    /// Who consented.
    pub account_id: String,
    /// Their name then.
    pub account_name: String,
    /// The site that was chosen.
    pub cloud_id: Option<String>,
    /// The sites that could be chosen from.
    pub sites: Vec<GrantedSite>,
    /// Counts the pairs; no number comes twice, not even for another grant.
    pub generation: i64,
    /// When the person consented.
    pub granted_at: DateTime<Utc>,
    /// When the pair came; the refresh token before it was used then.
    pub obtained_at: DateTime<Utc>,
    /// When the access token ends.
    pub expires_at: DateTime<Utc>,
    /// Set when the pair was fetched because the access token before it was rejected.
    pub rejected_at: Option<DateTime<Utc>>,
    /// How often renewing failed since the pair came.
    pub failures: i64,
    /// When it may be tried again.
    pub next_try_at: Option<DateTime<Utc>>,
    /// Why renewing failed last, or why the grant is dead.
    pub problem: Option<String>,
    /// Who connected it.
    pub connected_by: Actor,
    /// When the row was changed last.
    pub updated_at: DateTime<Utc>,
}

impl Grant {
    /// The site that was chosen.
    #[must_use]
    pub fn site(&self) -> Option<&GrantedSite> {
        let chosen = self.cloud_id.as_deref()?;
        self.sites.iter().find(|site| site.id == chosen)
    }
}

/// Finds a grant.
pub async fn find(conn: &impl Reader, id: &str) -> Result<Option<Grant>, StoreError> {
    let row = Entity::find_by_id(id).one(conn.inner()).await?;
    row.map(Grant::try_from).transpose()
}

/// Stores a grant in place of any other with the same id. Nobody's claim survives that.
pub async fn put(tx: &Tx, grant: &Grant) -> Result<(), StoreError> {
    delete(tx, &grant.id).await?;
    row(grant).into_active_model().insert(tx.inner()).await?;
    Ok(())
}

/// Deletes a grant; that there is none is fine.
pub async fn delete(tx: &Tx, id: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(tx.inner()).await?;
    Ok(())
}

fn row(grant: &Grant) -> Model {
    Model {
        id: grant.id.clone(),
        state: grant.state.as_str().to_owned(),
        client_id: grant.client_id.clone(),
        access_token: grant.access_token.clone(),
        refresh_token: grant.refresh_token.clone(),
        previous_refresh_token: grant.previous_refresh_token.clone(),
        scopes: grant.scopes.join(" "),
        account_id: grant.account_id.clone(),
        account_name: grant.account_name.clone(),
        cloud_id: grant.cloud_id.clone(),
        sites: to_json(&grant.sites),
        generation: grant.generation,
        granted_at: micros(grant.granted_at),
        obtained_at: micros(grant.obtained_at),
        expires_at: micros(grant.expires_at),
        rejected_at: grant.rejected_at.map(micros),
        lease_owner: None,
        lease_epoch: 0,
        lease_until: None,
        failures: grant.failures,
        next_try_at: grant.next_try_at.map(micros),
        problem: grant.problem.clone(),
        connected_by: grant.connected_by.to_string(),
        updated_at: micros(grant.updated_at),
    }
}

impl TryFrom<Model> for Grant {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("oauth_grants {}", row.id);
        Ok(Self {
            state: word(GrantState::parse, &row.state, &what)?,
            sites: from_json(&row.sites, &what)?,
            connected_by: actor(&row.connected_by, &what)?,
            scopes: row.scopes.split_whitespace().map(str::to_owned).collect(),
            id: row.id,
            client_id: row.client_id,
            access_token: row.access_token,
            refresh_token: row.refresh_token,
            previous_refresh_token: row.previous_refresh_token,
            account_id: row.account_id,
            account_name: row.account_name,
            cloud_id: row.cloud_id,
            generation: row.generation,
            granted_at: row.granted_at,
            obtained_at: row.obtained_at,
            expires_at: row.expires_at,
            rejected_at: row.rejected_at,
            failures: row.failures,
            next_try_at: row.next_try_at,
            problem: row.problem,
            updated_at: row.updated_at,
        })
    }
}
