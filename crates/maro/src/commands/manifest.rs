//! `maro manifest`: the description from which Slack makes the app.

use anyhow::Context as _;
use maro_slack::manifest::{Delivery, Manifest, ManifestOptions};
use url::Url;

use super::print_all;
use crate::cli::{ManifestArgs, ManifestFormat};
use crate::config::Config;

/// Prints the manifest.
pub(crate) fn run(config: &Config, args: &ManifestArgs) -> anyhow::Result<()> {
    let url = args.url.as_ref().or(config.public_url.as_ref());
    let delivery = match (args.socket_mode, url) {
        (true, _) => Delivery::Socket,
        (false, Some(url)) => Delivery::Http(url),
        (false, None) => anyhow::bail!(
            "Slack must know where to deliver: give --url (or set MARO_PUBLIC_URL), \
             or --socket-mode, which needs no public address"
        ),
    };
    let redirect = url.filter(|url| url.scheme() == "https").map(redirect_url);
    let redirect = redirect.transpose()?;
    let manifest = Manifest::new(ManifestOptions {
        commands: &config.commands,
        delivery,
        redirect_url: redirect.as_ref(),
        token_rotation: args.token_rotation,
    });
    print_all(text(&manifest, args.format)?.trim_end())
}

fn text(manifest: &Manifest, format: ManifestFormat) -> anyhow::Result<String> {
    match format {
        ManifestFormat::Json => Ok(serde_json::to_string_pretty(manifest)?),
        ManifestFormat::Yaml => {
            serde_saphyr::to_string(manifest).context("could not write the manifest as YAML")
        }
    }
}

fn redirect_url(public_url: &Url) -> anyhow::Result<Url> {
    let base = public_url.as_str().trim_end_matches('/');
    Ok(format!("{base}{}", maro_app::slack::workspaces::CALLBACK_PATH).parse()?)
}
