//! Forgetting what was saved about a connection.

use axum::extract::{Path, State};
use maro_app::App;
use maro_app::connections::config::{self, ConfigError};
use secrecy::ExposeSecret as _;

use super::fields::Sent;
use super::{named, path_of};
use crate::auth::{AdminRole, AtLeast};
use crate::pages::form::PageForm;
use crate::pages::{Flash, PageError, Told, told};

/// Deletes the configuration; the environment's values count again.
pub(in crate::pages) async fn forget(
    State(app): State<App>,
    admin: AtLeast<AdminRole>,
    Path(name): Path<String>,
    PageForm(sent): PageForm<Sent>,
) -> Result<Told, PageError> {
    let integration = named(&name)?;
    let version = sent.get("version");
    let version = version.and_then(|version| version.expose_secret().parse().ok());
    let flash = match config::delete(&app, integration, version, &admin.actor()).await {
        Ok(()) => Flash::good("Forgotten. What the environment says counts again."),
        Err(ConfigError::Store(err)) => return Err(err.into()),
        Err(err) => Flash::bad(err.to_string()),
    };
    Ok(told(&app, &flash, &path_of(integration)))
}
