//! `MARO_SECRET_STORE`: where the secrets are kept that people type.

use std::path::Path;

use anyhow::Context as _;
use maro_app::secrets::KubernetesPlace;
use url::Url;

use super::environment::Environment;

/// Where Kubernetes mounts the service account of a pod.
const ACCOUNT: &str = "/var/run/secrets/kubernetes.io/serviceaccount";

/// Reads the choice; `None` is the database.
pub(super) fn read(env: &Environment) -> anyhow::Result<Option<KubernetesPlace>> {
    match env.text("MARO_SECRET_STORE").as_deref() {
        None | Some("database") => Ok(None),
        Some("kubernetes") => kubernetes(env).map(Some),
        Some(_) => anyhow::bail!("MARO_SECRET_STORE must be database or kubernetes"),
    }
}

fn kubernetes(env: &Environment) -> anyhow::Result<KubernetesPlace> {
    let account = env
        .path("MARO_KUBERNETES_ACCOUNT")
        .unwrap_or_else(|| ACCOUNT.into());
    let url = match env.url("MARO_KUBERNETES_URL")? {
        Some(url) => url,
        None => in_cluster(env)?,
    };
    let authority = account.join("ca.crt");
    Ok(KubernetesPlace {
        namespace: namespace(env, &account)?,
        token_file: account.join("token"),
        ca_file: (url.scheme() == "https" && authority.exists()).then_some(authority),
        url,
    })
}

/// Where a pod finds the API server.
fn in_cluster(env: &Environment) -> anyhow::Result<Url> {
    let host = env.text("KUBERNETES_SERVICE_HOST").context(
        "MARO_SECRET_STORE is kubernetes, but this is no pod (KUBERNETES_SERVICE_HOST is not set); \
         set MARO_KUBERNETES_URL",
    )?;
    let port = env.text("KUBERNETES_SERVICE_PORT");
    let port = port.as_deref().unwrap_or("443");
    let host = if host.contains(':') {
        format!("[{host}]")
    } else {
        host
    };
    Url::parse(&format!("https://{host}:{port}")).context("KUBERNETES_SERVICE_HOST")
}

fn namespace(env: &Environment, account: &Path) -> anyhow::Result<String> {
    let named = env.text("MARO_KUBERNETES_NAMESPACE");
    let pods = || std::fs::read_to_string(account.join("namespace")).ok();
    let namespace = named.or_else(pods).context(
        "MARO_SECRET_STORE is kubernetes, but the namespace is not known; set MARO_KUBERNETES_NAMESPACE",
    )?;
    let namespace = namespace.trim().to_owned();
    let may = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    anyhow::ensure!(
        (1..=63).contains(&namespace.len()) && namespace.chars().all(may),
        "MARO_KUBERNETES_NAMESPACE must be a name of small letters, digits and dashes"
    );
    Ok(namespace)
}
