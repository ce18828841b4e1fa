//! One draft that waits, as a row of a list.

use maro_app::model::{Session, StoreError};
use maro_app::{App, queries};

use crate::pages::dashboard::Line;
use crate::pages::parts::{Markup, when};
use crate::pages::words::{self, Names};

/// A draft that waits.
pub(in crate::pages) struct Row {
    pub(super) draft: String,
    pub(super) title: String,
    pub(super) project: String,
    pub(super) issue_type: String,
    pub(super) author: String,
    pub(super) channel: String,
    pub(super) when: Markup,
}

/// The row of a session; none when its draft is gone.
pub(in crate::pages) async fn row(
    app: &App,
    session: &Session,
    names: &mut Names,
) -> Result<Option<Row>, StoreError> {
    let Some(id) = session.current_draft else {
        return Ok(None);
    };
    let Some(draft) = queries::draft(app, id).await? else {
        return Ok(None);
    };
    names.learn(session);
    Ok(Some(Row {
        draft: id.to_string(),
        title: draft.content.title,
        project: draft.content.project,
        issue_type: draft.content.issue_type,
        author: names.of(app, &draft.author).await?,
        channel: words::channel(session),
        when: when(draft.created_at, app.now()),
    }))
}

impl Row {
    /// The same in a short list.
    pub(in crate::pages) fn into_line(self) -> Line {
        Line {
            href: format!("/approvals/{}", self.draft),
            title: self.title,
            sub: format!(
                "{} {} · {} · {}",
                self.project, self.issue_type, self.author, self.channel
            ),
            badge: Markup::default(),
            when: self.when,
        }
    }
}
