//! Roles by extractor: a handler that names `AtLeast<ApproverRole>` is reached by approvers only.

use std::marker::PhantomData;

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use maro_app::App;
use maro_app::model::{Actor, Identity, Role};

use super::WebSession;
use crate::pages::PageError;

/// A role that a handler asks for.
pub(crate) trait NeededRole {
    /// The least role that is let in.
    const ROLE: Role;
}

macro_rules! needed_role {
    ($(#[$doc:meta])* $name:ident => $role:expr) => {
        $(#[$doc])*
        pub(crate) struct $name;
        impl NeededRole for $name {
            const ROLE: Role = $role;
        }
    };
}

needed_role!(
    /// May look.
    ViewerRole => Role::Viewer
);
needed_role!(
    /// May draft, track and replay.
    MemberRole => Role::Member
);
needed_role!(
    /// May approve, discard and decide.
    ApproverRole => Role::Approver
);
needed_role!(
    /// May do everything, connections and people included.
    AdminRole => Role::Admin
);

/// A signed-in person with at least the role `R`.
pub(crate) struct AtLeast<R> {
    /// Their session.
    pub(crate) session: WebSession,
    role: PhantomData<R>,
}

impl<R> AtLeast<R> {
    /// Under which names policy knows the person.
    pub(crate) fn identity(&self) -> Identity {
        maro_app::people::identity_of_person(&self.session.person)
    }

    /// The person as an actor.
    pub(crate) fn actor(&self) -> Actor {
        Actor::Person(self.session.person.id)
    }
}

impl<R: NeededRole> FromRequestParts<App> for AtLeast<R> {
    type Rejection = PageError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, PageError> {
        let Some(session) = super::find(app, &parts.headers).await? else {
            let next = (parts.method == Method::GET).then(|| parts.uri.to_string());
            return Err(PageError::SignIn { next });
        };
        if session.person.role < R::ROLE {
            return Err(PageError::Forbidden(R::ROLE));
        }
        Ok(Self {
            session,
            role: PhantomData,
        })
    }
}
