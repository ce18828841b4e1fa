//! Workspaces: where the app is installed, with which tokens, and what happens when it is removed.
//!
//! The workspace of the operator's token needs no installation; others come by OAuth. A row says
//! that the app works in a workspace or that it does no more, and then nothing is sent there: what
//! waits is parked as dead letters, and goes out when somebody installs the app again.
//!
//! **Invariants**
//! * A new pair of tokens is committed before it is used, and one instance at a time asks for it.
//! * Only Slack's definite word ends an installation; no answer is not one.
//! * The answer to a consent counts once, for ten minutes, from the browser that asked.

mod authorize;
mod callback;
mod clients;
mod concerns;
mod disconnect;
mod ended;
mod list;
mod problem;
mod rotate;
mod tokens;

pub use authorize::{CALLBACK_PATH, authorize, callback_url};
pub use callback::{ConsentAnswer, Installed, callback};
pub(crate) use clients::{Workspaces, load};
pub(crate) use concerns::{concerns, unasked};
pub use disconnect::{Disconnected, disconnect};
pub(crate) use ended::{PARKED, end_if_definite, handle_removal, works_again};
pub(crate) use list::installations;
pub use list::{Workspace, list};
pub use problem::InstallProblem;
pub(crate) use rotate::rotate_due;
pub(crate) use tokens::WorkspaceTokens;

use maro_slack::SlackError;
use maro_slack::oauth::{OAuthClient, OAuthConfig};

use crate::App;

/// Whether the app can be installed in a workspace now, else why not.
pub fn can_install(app: &App) -> Result<(), InstallProblem> {
    oauth_client(app)
        .ok_or(InstallProblem::NoClient)?
        .map_err(InstallProblem::Slack)?;
    callback_url(app).map(drop).ok_or(InstallProblem::NoAddress)
}

/// The app as an OAuth client, when its id and secret are configured.
fn oauth_client(app: &App) -> Option<Result<OAuthClient, SlackError>> {
    let settings = app.slack_settings()?;
    Some(OAuthClient::new(OAuthConfig {
        api_url: settings.api_url.clone(),
        client_id: settings.client_id.clone()?,
        client_secret: settings.client_secret.clone()?,
    }))
}
