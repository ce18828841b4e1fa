//! What is configured, without secrets.

use maro_core::integrations::Integration;
use maro_store::StoreError;
use maro_store::integrations::{self, StoredConfig};

use super::{ConfigView, FieldValue, Source};
use crate::App;
use crate::connections::fields::{self, Field};
use crate::connections::values::{StoredValues, Values};
use crate::connections::{LoadError, effective, is_granted, settled};

/// Shows the configuration of an integration.
pub async fn show(app: &App, integration: Integration) -> Result<ConfigView, StoreError> {
    let stored = integrations::find(app.store(), integration).await?;
    let start = effective::start_values(app, integration);
    let opened = match &stored {
        Some(config) => match effective::open(app, app.store(), config).await {
            Err(LoadError::Store(err)) => return Err(err),
            Err(err) => Err(err.to_string()),
            Ok(opened) => opened,
        },
        None => Ok(StoredValues::default()),
    };
    let counting = opened.map(|opened| start.under(integration, &opened));
    let settings = counting.as_ref().map_err(Clone::clone).and_then(|values| {
        let read = settled::read(integration, values, &app.settings().start);
        read.map_err(|problems| effective::sentences(integration, &problems))
    });
    let values = counting.unwrap_or_default();
    let field = |field: &'static Field| describe(field, &values, stored.as_ref());
    Ok(ConfigView {
        integration,
        version: stored.as_ref().map_or(0, |config| config.version),
        fields: fields::of(integration).iter().map(field).collect(),
        is_configured: settings.as_ref().is_ok_and(Option::is_some),
        is_overridden: is_granted(app, integration),
        problem: settings.err(),
        changed: stored.map(|config| (config.updated_at, config.updated_by)),
    })
}

fn describe(field: &'static Field, values: &Values, stored: Option<&StoredConfig>) -> FieldValue {
    let is_stored = stored.is_some_and(|config| {
        config.fields.contains_key(field.name) || config.secrets.contains_key(field.name)
    });
    let is_set = if field.kind.is_secret() {
        values.secrets.contains_key(field.name)
    } else {
        values.text(field.name).is_some()
    };
    let source = if is_stored {
        Source::Stored
    } else {
        Source::Environment
    };
    FieldValue {
        field,
        text: values.text(field.name).map(str::to_owned),
        source: is_set.then_some(source),
    }
}
