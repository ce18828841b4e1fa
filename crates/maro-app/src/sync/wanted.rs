//! Whether a move that was planned is still wanted, right before it is made.

use maro_core::findings::tickets::LinkState;
use maro_core::ids::SessionId;
use maro_core::sync::MoveRequest;
use maro_store::{StoreError, defects, finding_links};

use super::linked::session_of;
use crate::App;

/// Asks whether the defect still wants this of its issue. The error says what came between.
pub(crate) async fn still_wanted(
    app: &App,
    session: &SessionId,
    request: &MoveRequest,
) -> Result<Result<(), String>, StoreError> {
    let Some(defect) = defects::find(app.store(), request.defect).await? else {
        return Ok(Err("the defect is gone".into()));
    };
    let link = finding_links::newest(app.store(), request.defect).await?;
    let link =
        link.filter(|link| link.state == LinkState::Linked && session_of(link.id) == *session);
    let Some(link) = link else {
        return Ok(Err("the issue is not linked any more".into()));
    };
    if let Some(reason) = link.paused_reason {
        return Ok(Err(format!(
            "nothing is carried over at the moment: {reason}"
        )));
    }
    if *app.settings().sync.map.wish(defect.status) != request.wish() {
        let status = defect.status.as_str();
        return Ok(Err(format!("the defect is {status} meanwhile")));
    }
    Ok(Ok(()))
}
