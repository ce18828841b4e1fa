//! What Jira says about its projects: cached, so that a form opens at once.
//!
//! A value that is old is still used, and read anew in the background. A value that was never read
//! is waited for; callers with a deadline put their own time-out around it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use maro_atlassian::rest::{CreateField, CreateIssueType, Project};
use maro_atlassian::{Flavor, JiraError};
use maro_core::drafts::DraftContent;
use serde_json::Value;

use crate::App;
use crate::connections::Jira;

const FRESH: Duration = Duration::from_mins(10);
/// How long a send waits for the create screen; its claim must not run out over it.
const PATIENCE: Duration = Duration::from_secs(3);

/// The type of the custom field *Epic Link*. Its value is the key of an epic.
const EPIC_LINK: &str = "com.pyxis.greenhopper.jira:gh-epic-link";

/// The caches. Keys are project keys, or project and issue type.
#[derive(Debug, Default)]
pub(crate) struct Metadata {
    projects: Cache<Vec<Project>>,
    types: Cache<Vec<CreateIssueType>>,
    fields: Cache<Vec<CreateField>>,
}

/// Why nothing is known.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MetadataError {
    /// There is no connection to Jira.
    #[error("Jira is not configured")]
    NotConfigured,
    /// Jira did not tell.
    #[error(transparent)]
    Jira(#[from] JiraError),
}

impl Metadata {
    /// The projects that Maro's account sees.
    pub(crate) async fn projects(&self, app: &App) -> Result<Arc<Vec<Project>>, MetadataError> {
        let read = |app: App| async move { Ok(jira(&app)?.rest().projects("").await?) };
        self.projects
            .read(app, "", |metadata| &metadata.projects, read)
            .await
    }

    /// Forgets everything: it was read from another site, or as another account.
    pub(crate) fn forget(&self) {
        self.projects.forget();
        self.types.forget();
        self.fields.forget();
    }

    /// Forgets the create screens of a project: Jira or a person says that they changed.
    pub(crate) fn forget_screens(&self, project: &str) {
        self.types.forget_if(|key| key == project);
        let prefix = format!("{project}/");
        self.fields.forget_if(|key| key.starts_with(&prefix));
    }

    /// The issue types that can be created in a project.
    pub(crate) async fn issue_types(
        &self,
        app: &App,
        project: &str,
    ) -> Result<Arc<Vec<CreateIssueType>>, MetadataError> {
        let key = project.to_owned();
        let read =
            move |app: App| async move { Ok(jira(&app)?.rest().create_issue_types(&key).await?) };
        self.types
            .read(app, project, |metadata| &metadata.types, read)
            .await
    }

    /// The fields on the create screen of an issue type.
    pub(crate) async fn fields(
        &self,
        app: &App,
        project: &str,
        issue_type: &str,
    ) -> Result<Arc<Vec<CreateField>>, MetadataError> {
        let types = self.issue_types(app, project).await?;
        let Some(found) = types.iter().find(|t| t.name == issue_type) else {
            return Ok(Arc::new(Vec::new()));
        };
        let (key, id) = (project.to_owned(), found.id.clone());
        let name = format!("{project}/{id}");
        let read =
            move |app: App| async move { Ok(jira(&app)?.rest().create_fields(&key, &id).await?) };
        self.fields
            .read(app, &name, |metadata| &metadata.fields, read)
            .await
    }

    /// The names of the priorities that a project offers for an issue type.
    pub(crate) async fn priorities(
        &self,
        app: &App,
        project: &str,
        issue_type: &str,
    ) -> Result<Vec<String>, MetadataError> {
        let fields = self.fields(app, project, issue_type).await?;
        let priority = fields.iter().find(|field| field.field_id == "priority");
        Ok(priority
            .map(|field| {
                field
                    .allowed_values
                    .iter()
                    .filter_map(|value| value.name.clone())
                    .collect()
            })
            .unwrap_or_default())
    }

    /// The names of required fields that no draft has.
    pub(crate) async fn fields_we_cannot_fill(
        &self,
        app: &App,
        project: &str,
        issue_type: &str,
    ) -> Result<Vec<String>, MetadataError> {
        const OURS: [&str; 7] = [
            "summary",
            "project",
            "issuetype",
            "description",
            "priority",
            "labels",
            "parent",
        ];
        let fields = self.fields(app, project, issue_type).await?;
        let missing = fields
            .iter()
            .filter(|field| field.must_be_given() && !OURS.contains(&field.field_id.as_str()))
            // Jira fills in the account that creates.
            .filter(|field| field.field_id != "reporter");
        Ok(missing.map(|field| field.name.clone()).collect())
    }

    /// The field that takes the parent of this draft, where it is not `parent`: Data Center keeps the
    /// epic of a standard issue in *Epic Link*, a custom field with a number of its own in each
    /// installation, known by its type. Unknown counts as `parent`: a refusal is definite and tells.
    pub(crate) async fn epic_link(&self, app: &App, content: &DraftContent) -> Option<String> {
        let jira = app.jira()?;
        let by_key = jira.rest().flavor() == Flavor::DataCenter && jira.mcp().is_none();
        if !by_key || content.parent.is_none() {
            return None;
        }
        let fields = self.fields(app, &content.project, &content.issue_type);
        let fields = tokio::time::timeout(PATIENCE, fields).await.ok()?.ok()?;
        let has_parent = fields.iter().any(|field| field.field_id == "parent");
        let mut links = fields
            .iter()
            .filter(|field| field.schema.custom.as_deref() == Some(EPIC_LINK));
        let link = links.next().filter(|_| !has_parent)?;
        Some(link.field_id.clone())
    }

    /// Whether the create screen of a request takes labels. Unknown counts as yes: a refusal is
    /// definite and tells, a missing marker is silent.
    pub(crate) async fn takes_labels(&self, app: &App, request: &Value) -> bool {
        let (project, issue_type) = screen_of(request);
        let fields = tokio::time::timeout(PATIENCE, self.fields(app, project, issue_type)).await;
        match fields {
            Ok(Ok(fields)) => has_labels(&fields),
            _ => true,
        }
    }

    /// The same from what was read before, without asking Jira.
    pub(crate) fn is_known_to_take_labels(&self, request: &Value) -> bool {
        let (project, issue_type) = screen_of(request);
        let Some((_, types)) = self.types.find(project) else {
            return true;
        };
        let Some(found) = types.iter().find(|t| t.name == issue_type) else {
            return true;
        };
        let fields = self.fields.find(&format!("{project}/{}", found.id));
        fields.is_none_or(|(_, fields)| has_labels(&fields))
    }
}

fn screen_of(request: &Value) -> (&str, &str) {
    let fields = &request["fields"];
    let project = fields["project"]["key"].as_str().unwrap_or_default();
    (
        project,
        fields["issuetype"]["name"].as_str().unwrap_or_default(),
    )
}

fn has_labels(fields: &[CreateField]) -> bool {
    fields.is_empty() || fields.iter().any(|field| field.field_id == "labels")
}

fn jira(app: &App) -> Result<Jira, MetadataError> {
    app.jira().ok_or(MetadataError::NotConfigured)
}

#[derive(Debug)]
struct Cache<T> {
    values: Mutex<HashMap<String, (Instant, Arc<T>)>>,
    /// Held while Jira is asked, so that many callers ask once.
    reading: tokio::sync::Mutex<()>,
}

impl<T> Default for Cache<T> {
    fn default() -> Self {
        Self {
            values: Mutex::default(),
            reading: tokio::sync::Mutex::default(),
        }
    }
}

impl<T: Send + Sync + 'static> Cache<T> {
    fn find(&self, key: &str) -> Option<(Instant, Arc<T>)> {
        self.values
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .get(key)
            .cloned()
    }

    fn forget(&self) {
        self.forget_if(|_| true);
    }

    fn forget_if(&self, is_wrong: impl Fn(&str) -> bool) {
        let mut values = self.values.lock().unwrap_or_else(PoisonError::into_inner);
        values.retain(|key, _| !is_wrong(key));
    }

    fn keep(&self, key: &str, value: T) -> Arc<T> {
        let value = Arc::new(value);
        let entry = (Instant::now(), Arc::clone(&value));
        self.values
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .insert(key.to_owned(), entry);
        value
    }

    async fn read<F>(
        &self,
        app: &App,
        key: &str,
        own: fn(&Metadata) -> &Self,
        ask: impl FnOnce(App) -> F + Send + 'static,
    ) -> Result<Arc<T>, MetadataError>
    where
        F: Future<Output = Result<T, MetadataError>> + Send,
    {
        match self.find(key) {
            Some((at, value)) if at.elapsed() < FRESH => Ok(value),
            Some((_, value)) => {
                let (app, key) = (app.clone(), key.to_owned());
                app.tasks().clone().spawn(async move {
                    let cache = own(app.metadata());
                    let Ok(_reading) = cache.reading.try_lock() else {
                        return;
                    };
                    if let Ok(fresh) = ask(app.clone()).await {
                        cache.keep(&key, fresh);
                    }
                });
                Ok(value)
            }
            None => {
                let _reading = self.reading.lock().await;
                if let Some((_, value)) = self.find(key) {
                    return Ok(value);
                }
                Ok(self.keep(key, ask(app.clone()).await?))
            }
        }
    }
}
