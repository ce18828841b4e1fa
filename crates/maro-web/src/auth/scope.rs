//! Scopes by extractor: `Scoped<DraftsWrite>` is a caller of the API who may write drafts.
//!
//! Callers show a bearer token, or come from a signed-in page; then their role gives the scopes.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use maro_app::App;
use maro_app::model::{Actor, Identity, Role, Scope};
use maro_app::tokens;

use crate::problem::Problem;

/// A scope that a handler asks for.
pub(crate) trait NeededScope {
    /// The scope.
    const SCOPE: Scope;
}

macro_rules! needed_scope {
    ($($name:ident),*) => {$(
        /// Asks for the scope of the same name.
        pub(crate) struct $name;
        impl NeededScope for $name {
            const SCOPE: Scope = Scope::$name;
        }
    )*};
}

needed_scope!(
    Read,
    DraftsWrite,
    ApprovalsWrite,
    TrackingWrite,
    OutboxWrite,
    AuditRead,
    IntegrationsRead,
    IntegrationsWrite,
    FindingsRead,
    FindingsWrite,
    RulesRead,
    RulesWrite
);

/// A caller who may do what the scope `S` says.
pub(crate) struct Scoped<S> {
    /// Who calls.
    pub(crate) identity: Identity,
    /// Their name, where they are a person.
    pub(crate) name: Option<String>,
    scope: PhantomData<S>,
}

impl<S> Scoped<S> {
    /// Who calls, as the audit log writes it.
    pub(crate) fn actor(&self) -> Actor {
        self.identity.actor.clone()
    }
}

impl<S: NeededScope> FromRequestParts<App> for Scoped<S> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let caller = match bearer(&parts.headers)? {
            Some(token) => by_token(app, token).await?,
            None => by_session(app, &parts.headers).await?,
        };
        if !caller.scopes.contains(&S::SCOPE) {
            let detail = format!("This needs the scope \"{}\".", S::SCOPE.as_str());
            return Err(Problem::new(StatusCode::FORBIDDEN, "missing_scope", detail));
        }
        Ok(Self {
            identity: caller.identity,
            name: caller.name,
            scope: PhantomData,
        })
    }
}

struct Caller {
    identity: Identity,
    name: Option<String>,
    scopes: Vec<Scope>,
}

fn bearer(headers: &HeaderMap) -> Result<Option<&str>, Problem> {
    let Some(value) = headers.get(header::AUTHORIZATION) else {
        return Ok(None);
    };
    let text = value.to_str().unwrap_or_default();
    match text.split_once(' ') {
        Some((scheme, token)) if scheme.eq_ignore_ascii_case("bearer") => Ok(Some(token.trim())),
        _ => Err(unauthorized(
            "Send the token as \"Authorization: Bearer maro_…\".",
        )),
    }
}

async fn by_token(app: &App, token: &str) -> Result<Caller, Problem> {
    let holder = tokens::authenticate(app, token)
        .await
        .map_err(|err| Problem::unavailable(&err))?;
    let holder =
        holder.ok_or_else(|| unauthorized("This token is unknown, expired or revoked."))?;
    Ok(Caller {
        identity: Identity::bare(holder.actor),
        name: None,
        scopes: holder.scopes,
    })
}

async fn by_session(app: &App, headers: &HeaderMap) -> Result<Caller, Problem> {
    let session = super::find(app, headers)
        .await
        .map_err(|err| Problem::unavailable(&err))?;
    let session = session.ok_or_else(|| {
        unauthorized("Send a token as \"Authorization: Bearer maro_…\", or sign in.")
    })?;
    Ok(Caller {
        identity: maro_app::people::identity_of_person(&session.person),
        scopes: scopes_of(session.person.role),
        name: Some(session.person.name),
    })
}

/// What a role may do through the API: the same as on the pages.
fn scopes_of(role: Role) -> Vec<Scope> {
    let needed = |scope: &Scope| match scope {
        Scope::Read
        | Scope::AuditRead
        | Scope::IntegrationsRead
        | Scope::FindingsRead
        | Scope::RulesRead => Role::Viewer,
        Scope::DraftsWrite | Scope::TrackingWrite | Scope::OutboxWrite | Scope::FindingsWrite => {
            Role::Member
        }
        Scope::ApprovalsWrite => Role::Approver,
        Scope::IntegrationsWrite | Scope::RulesWrite => Role::Admin,
    };
    Scope::ALL
        .into_iter()
        .filter(|scope| role >= needed(scope))
        .collect()
}

fn unauthorized(detail: &str) -> Problem {
    Problem::new(StatusCode::UNAUTHORIZED, "unauthorized", detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_role_may_do_what_the_roles_before_it_may() {
        let viewer = [
            Scope::Read,
            Scope::AuditRead,
            Scope::IntegrationsRead,
            Scope::FindingsRead,
            Scope::RulesRead,
        ];
        assert_eq!(scopes_of(Role::Viewer), viewer);
        assert!(!scopes_of(Role::Member).contains(&Scope::ApprovalsWrite));
        assert!(!scopes_of(Role::Approver).contains(&Scope::IntegrationsWrite));
        assert_eq!(scopes_of(Role::Admin), Scope::ALL);
    }
}
