//! The database, and whether Maro can be put together from it.

use maro_app::App;

use super::report::{Report, good};
use crate::config::Config;
use crate::server::{build_app, open_store};

/// Opens the database; gives the application when there can be one.
pub(super) async fn check(config: &Config, report: &mut Report) -> Option<App> {
    match open_store(config, false).await {
        Ok(store) => {
            good(&format!(
                "database: {} answers and is up to date",
                store.backend_name()
            ));
            store.close().await;
        }
        Err(err) => {
            report.bad(
                &format!("database: {err:#}"),
                "check MARO_DATABASE_URL and that the server is running",
            );
            return None;
        }
    }
    match build_app(config, false).await {
        Ok(app) => Some(app),
        Err(err) => {
            report.bad(
                &format!("configuration: {err:#}"),
                "correct what is named; `maro serve` would not start either",
            );
            None
        }
    }
}
