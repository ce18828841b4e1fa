//! Tokens and secrets on their way into rows and out of them.

use maro_store::oauth::Grant;
use maro_store::sealed_values::{
    OAUTH_ACCESS_TOKEN, OAUTH_PREVIOUS_REFRESH_TOKEN, OAUTH_REFRESH_TOKEN, SealedColumn,
};
use secrecy::SecretString;

use crate::App;
use crate::secrets::SealError;

/// Seals a value for the row `id`.
pub(super) fn seal(app: &App, column: &SealedColumn, id: &str, secret: &SecretString) -> String {
    app.sealer().seal(&column.place(id), secret)
}

/// Opens a value of the row `id`.
pub(super) fn open(
    app: &App,
    column: &SealedColumn,
    id: &str,
    sealed: &str,
) -> Result<SecretString, SealError> {
    app.sealer().open(&column.place(id), sealed)
}

/// The access token of a grant.
pub(super) fn access_token(app: &App, grant: &Grant) -> Result<SecretString, SealError> {
    open(app, &OAUTH_ACCESS_TOKEN, &grant.id, &grant.access_token)
}

/// The refresh token of a grant.
pub(super) fn refresh_token(app: &App, grant: &Grant) -> Result<SecretString, SealError> {
    open(app, &OAUTH_REFRESH_TOKEN, &grant.id, &grant.refresh_token)
}

/// The refresh token that was replaced last.
pub(super) fn previous(app: &App, grant: &Grant) -> Result<Option<SecretString>, SealError> {
    let Some(sealed) = grant.previous_refresh_token.as_deref() else {
        return Ok(None);
    };
    open(app, &OAUTH_PREVIOUS_REFRESH_TOKEN, &grant.id, sealed).map(Some)
}

/// The same grant for the row `id`: a sealed value opens in its own row only.
pub(super) fn moved_to(app: &App, grant: Grant, id: &str) -> Result<Grant, SealError> {
    let access = access_token(app, &grant)?;
    let refresh = refresh_token(app, &grant)?;
    Ok(Grant {
        id: id.to_owned(),
        access_token: seal(app, &OAUTH_ACCESS_TOKEN, id, &access),
        refresh_token: seal(app, &OAUTH_REFRESH_TOKEN, id, &refresh),
        previous_refresh_token: None,
        ..grant
    })
}
