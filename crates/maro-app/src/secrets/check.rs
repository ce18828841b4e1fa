//! Whether everything that is kept can be opened.

use maro_store::StoreError;
use maro_store::sealed_values::{self, COLUMNS};

use crate::App;
use crate::connections::check::Finding;

/// Opens every sealed value. A value that does not open names its place, never itself.
pub async fn check(app: &App) -> Result<Vec<Finding>, StoreError> {
    let mut sealed = Vec::new();
    let tx = app.store().begin().await?;
    for column in &COLUMNS {
        for (key, value) in sealed_values::list(&tx, column).await? {
            sealed.push((column.place(&key), value));
        }
    }
    tx.rollback().await?;
    let mut findings = Vec::new();
    for (place, value) in &sealed {
        if let Err(err) = app.sealer().open(place, value) {
            let next = "Bring back the key that it was sealed with, or give the secret again on the page Connections.";
            findings.push(Finding::bad(format!("{err}."), next));
        }
    }
    if findings.is_empty() {
        let number = sealed.len();
        findings.push(Finding::good(format!("All {number} sealed values open.")));
    }
    Ok(findings)
}
