//! The OAuth app that a customer registered, as it was typed in.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use sea_orm::sea_query::OnConflict;
use sea_orm::{EntityTrait as _, IntoActiveModel as _};

use crate::entities::oauth_app::{Column, Entity, Model};
use crate::row::{actor, micros};
use crate::store::sealed::Sealed as _;
use crate::{Reader, StoreError, Tx};

/// A registered app.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    /// Which one; there is one per provider.
    pub id: String,
    /// Its id at the provider.
    pub client_id: String,
    /// Its secret, sealed.
    pub client_secret: String,
    /// The site that is to be connected, if somebody said so.
    pub site_url: Option<String>,
    /// The project that new drafts begin with.
    pub default_project: Option<String>,
    /// When it was saved.
    pub updated_at: DateTime<Utc>,
    /// Who saved it.
    pub updated_by: Actor,
}

/// Finds an app.
pub async fn find(conn: &impl Reader, id: &str) -> Result<Option<App>, StoreError> {
    let row = Entity::find_by_id(id).one(conn.inner()).await?;
    row.map(App::try_from).transpose()
}

/// Stores an app in place of any other with the same id.
pub async fn put(tx: &Tx, app: &App) -> Result<(), StoreError> {
    let row = Model {
        id: app.id.clone(),
        client_id: app.client_id.clone(),
        client_secret: app.client_secret.clone(),
        site_url: app.site_url.clone(),
        default_project: app.default_project.clone(),
        updated_at: micros(app.updated_at),
        updated_by: app.updated_by.to_string(),
    };
    let replace = OnConflict::column(Column::Id)
        .update_columns([
            Column::ClientId,
            Column::ClientSecret,
            Column::SiteUrl,
            Column::DefaultProject,
            Column::UpdatedAt,
            Column::UpdatedBy,
        ])
        .to_owned();
    Entity::insert(row.into_active_model())
        .on_conflict(replace)
        .exec_without_returning(tx.inner())
        .await?;
    Ok(())
}

/// Deletes an app; that there is none is fine.
pub async fn delete(tx: &Tx, id: &str) -> Result<(), StoreError> {
    Entity::delete_by_id(id).exec(tx.inner()).await?;
    Ok(())
}

impl TryFrom<Model> for App {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        Ok(Self {
            updated_by: actor(&row.updated_by, "who saved the OAuth app")?,
            id: row.id,
            client_id: row.client_id,
            client_secret: row.client_secret,
            site_url: row.site_url,
            default_project: row.default_project,
            updated_at: row.updated_at,
        })
    }
}
