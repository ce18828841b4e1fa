//! `maro audit verify`: checks that nobody changed the past.

use std::process::ExitCode;

use maro_store::audit::{self, VerifyError};

use crate::cli::Audit;
use crate::config::Config;
use crate::server::open_store;

/// Verifies the chain; ends with 1 when it is broken.
pub(crate) async fn run(config: &Config, command: &Audit) -> anyhow::Result<ExitCode> {
    let Audit::Verify = command;
    let store = open_store(config, false).await?;
    let result = audit::verify(&store).await;
    store.close().await;
    match result {
        Ok((entries, hash)) => {
            println!("The audit log is whole: {entries} entries, last hash {hash}");
            Ok(ExitCode::SUCCESS)
        }
        Err(VerifyError::Store(err)) => Err(err.into()),
        Err(broken) => {
            println!("The audit log is broken: {broken}");
            Ok(ExitCode::FAILURE)
        }
    }
}
