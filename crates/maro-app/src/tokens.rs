//! API tokens: made once, stored as a hash, checked on every request.

use chrono::{DateTime, Utc};
use maro_core::actor::Actor;
use maro_core::hash::sha256_hex;
use maro_core::ids::TokenId;
use maro_core::people::Scope;
use maro_store::StoreError;
use maro_store::tokens::{self, ApiToken};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;
use subtle::ConstantTimeEq as _;

use crate::audit::record;
use crate::{App, clock};

/// Every token begins with this, so that secret scanners recognise it.
pub const PREFIX: &str = "maro_";

/// Who holds a token that was accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenHolder {
    /// As whom they act.
    pub actor: Actor,
    /// What they may do.
    pub scopes: Vec<Scope>,
}

/// Makes a token. The secret is returned once and never stored.
pub async fn create(
    app: &App,
    name: &str,
    scopes: Vec<Scope>,
    expires_at: Option<DateTime<Utc>>,
    by: &Actor,
) -> Result<(ApiToken, SecretString), StoreError> {
    let secret = format!("{PREFIX}{}{}", clock::nonce(), clock::nonce());
    let token = ApiToken {
        id: TokenId(clock::new_id()),
        name: name.to_owned(),
        hash: sha256_hex(secret.as_bytes()),
        scopes,
        created_by: by.clone(),
        created_at: app.now(),
        expires_at,
        last_used_at: None,
        revoked_at: None,
    };
    let tx = app.store().begin().await?;
    tokens::insert(&tx, &token).await?;
    let scopes: Vec<&str> = token.scopes.iter().map(|scope| scope.as_str()).collect();
    let details = json!({ "name": token.name, "scopes": scopes });
    record(app, &tx, by, "token.created", &token.id, details).await?;
    tx.commit().await?;
    Ok((token, secret.into()))
}

/// Revokes a token. Returns `false` when there was none to revoke.
pub async fn revoke(app: &App, id: TokenId, by: &Actor) -> Result<bool, StoreError> {
    let tx = app.store().begin().await?;
    if !tokens::revoke(&tx, id, app.now()).await? {
        return Ok(false);
    }
    record(app, &tx, by, "token.revoked", &id, json!({})).await?;
    tx.commit().await?;
    Ok(true)
}

/// Lists all tokens, without their secrets.
pub async fn list(app: &App) -> Result<Vec<ApiToken>, StoreError> {
    tokens::list(app.store()).await
}

/// Finds the holder of a token; `None` when it is unknown, expired or revoked.
pub async fn authenticate(app: &App, secret: &str) -> Result<Option<TokenHolder>, StoreError> {
    if is_bootstrap(app, secret) {
        return Ok(Some(TokenHolder {
            actor: Actor::Operator,
            scopes: Scope::ALL.to_vec(),
        }));
    }
    if !secret.starts_with(PREFIX) {
        return Ok(None);
    }
    let Some(token) = tokens::find_by_hash(app.store(), &sha256_hex(secret.as_bytes())).await?
    else {
        return Ok(None);
    };
    let now = app.now();
    if token.revoked_at.is_some() || token.expires_at.is_some_and(|at| at <= now) {
        return Ok(None);
    }
    tokens::touch(app.store(), &token, now).await?;
    Ok(Some(TokenHolder {
        actor: Actor::Token(token.id),
        scopes: token.scopes,
    }))
}

fn is_bootstrap(app: &App, secret: &str) -> bool {
    app.settings().api_token.as_ref().is_some_and(|token| {
        let (given, known) = (
            sha256_hex(secret.as_bytes()),
            sha256_hex(token.expose_secret().as_bytes()),
        );
        given.as_bytes().ct_eq(known.as_bytes()).into()
    })
}
