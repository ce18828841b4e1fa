//! Checking the chain on demand: it reads every entry, so it is a button and not a part of the page.

use axum::extract::State;
use maro_app::App;
use maro_app::audit::{self, VerifyError};

use crate::auth::{AtLeast, MemberRole};
use crate::pages::{Flash, PageError, Told, told};

/// Checks the whole chain and tells the result.
pub(in crate::pages) async fn verify(
    State(app): State<App>,
    _member: AtLeast<MemberRole>,
) -> Result<Told, PageError> {
    let flash = match audit::verify(&app).await {
        Ok((count, hash)) => Flash::good(format!(
            "The chain is intact: {count} entries, the last with the hash {}…",
            hash.chars().take(12).collect::<String>()
        )),
        Err(VerifyError::Store(err)) => return Err(err.into()),
        Err(broken) => Flash::bad(format!("The log cannot be trusted: {broken}.")),
    };
    Ok(told(&app, &flash, "/audit"))
}
