//! `maro dev samples`: every message and form that Maro can produce, for validators that are not ours.

use maro_app::slack::{cards, form_samples};
use serde_json::{Value, json};

use crate::cli::Dev;
use crate::config::Config;
use crate::server::build_app;

/// Prints the samples as a JSON array of `{name, kind, payload}`.
pub(crate) async fn run(command: &Dev) -> anyhow::Result<()> {
    let Dev::Samples = command;
    let folder = std::env::temp_dir().join(format!("maro-samples-{}", std::process::id()));
    let config = Config::for_sandbox(&folder, None, None)?;
    let app = build_app(&config, false).await?;
    let messages = cards::samples(&app).into_iter().map(|(name, card)| {
        json!({ "name": name, "kind": "message", "payload": { "text": card.text, "blocks": card.blocks } })
    });
    let forms = form_samples()
        .into_iter()
        .map(|(name, view)| json!({ "name": name, "kind": "modal", "payload": view }));
    let full = json!({ "name": "view_full", "kind": "modal", "payload": cards::full_sample(&app) });
    let samples: Vec<Value> = messages.chain(forms).chain([full]).collect();
    println!("{}", serde_json::to_string_pretty(&samples)?);
    app.store().close().await;
    std::fs::remove_dir_all(&folder)?;
    Ok(())
}
