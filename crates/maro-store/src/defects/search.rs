//! Finding defects by words of their titles: titles are read newest first and compared here.
//!
//! Without extensions neither database has an index that finds a part of a text, SQLite knows the case
//! of ASCII letters alone, and what PostgreSQL lowers depends on its locale.
//!
//! **Invariant:** a page looks at no more than [`MOST_TITLES`] titles. Where that ends it, the page says
//! from where to go on, so that nothing is out of reach.

use maro_core::findings::Defect;
use sea_orm::{
    ColumnTrait as _, Condition, EntityTrait as _, QueryFilter as _, QueryOrder as _,
    QuerySelect as _, QueryTrait as _,
};
use uuid::Uuid;

use crate::entities::defect::{Column, Entity};
use crate::row::readable;
use crate::store::sealed::Sealed as _;
use crate::{Page, PageRequest, Store, StoreError};

/// How many titles a search looks at for one page.
pub const MOST_TITLES: usize = 10_000;
const TITLES_AT_ONCE: usize = 1_000;

/// A page of the defects that are `wanted` and have these words in their titles.
pub(super) async fn page(
    store: &Store,
    wanted: Condition,
    words: &str,
    page: &PageRequest,
) -> Result<Page<Defect>, StoreError> {
    let words = words.to_lowercase();
    let most = usize::try_from(page.rows()).unwrap_or(usize::MAX);
    let (mut found, mut after) = (Vec::new(), page.after_uuid()?);
    let mut is_end = false;
    for _ in 0..MOST_TITLES / TITLES_AT_ONCE {
        let titles = titles(store, wanted.clone(), after).await?;
        after = titles.last().map(|(id, _)| *id).or(after);
        is_end = titles.len() < TITLES_AT_ONCE;
        let fits = |(_, title): &(Uuid, String)| title.to_lowercase().contains(&words);
        found.extend(titles.into_iter().filter(fits).map(|(id, _)| id));
        if is_end || found.len() > most {
            break;
        }
    }
    let next = if found.len() > most {
        found.truncate(most);
        found.last().copied()
    } else {
        after.filter(|_| !is_end)
    };
    Ok(Page {
        items: load(store, found).await?,
        next: next.map(|id| id.to_string()),
    })
}

async fn titles(
    store: &Store,
    wanted: Condition,
    after: Option<Uuid>,
) -> Result<Vec<(Uuid, String)>, StoreError> {
    let titles = Entity::find()
        .filter(wanted)
        .apply_if(after, |query, after| query.filter(Column::Id.lt(after)))
        .order_by_desc(Column::Id)
        .limit(TITLES_AT_ONCE as u64)
        .select_only()
        .columns([Column::Id, Column::Title]);
    Ok(titles.into_tuple().all(store.inner()).await?)
}

async fn load(store: &Store, ids: Vec<Uuid>) -> Result<Vec<Defect>, StoreError> {
    let rows = Entity::find()
        .filter(Column::Id.is_in(ids))
        .order_by_desc(Column::Id)
        .all(store.inner())
        .await?;
    Ok(readable(rows, |row| row.id).0)
}
