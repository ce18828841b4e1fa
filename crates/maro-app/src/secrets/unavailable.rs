//! Why the place of secrets could not do what was asked, and what to do about it.

/// Why Kubernetes did not keep or give a secret. It never holds one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unavailable {
    /// The cargo feature is off.
    #[error("this Maro was built without Kubernetes Secrets")]
    NotBuilt,
    /// A file of the service account cannot be read.
    #[error("{path} cannot be read: {said}")]
    NoAccount {
        /// Which file.
        path: String,
        /// What the system says.
        said: String,
    },
    /// The address or the certificate is of no use.
    #[error("Kubernetes cannot be called: {0}")]
    Client(String),
    /// No answer came, or none that can be read.
    #[error("Kubernetes does not answer: {0}")]
    NoAnswer(String),
    /// The token was not accepted.
    #[error("Kubernetes did not accept the token of Maro's service account")]
    Unauthorized,
    /// The role does not cover this.
    #[error("Maro's service account may not {verb} Secrets: {said}")]
    Forbidden {
        /// What it may not do.
        verb: &'static str,
        /// Kubernetes' own words.
        said: String,
    },
    /// Kubernetes said no for another reason.
    #[error("Kubernetes refused to {verb} a Secret: {said}")]
    Refused {
        /// What was asked.
        verb: &'static str,
        /// Kubernetes' own words.
        said: String,
    },
}

impl Unavailable {
    /// What to do next.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotBuilt => {
                "Build Maro with --features kubernetes, or set MARO_SECRET_STORE=database."
            }
            Self::NoAccount { .. } => {
                "Let the pod mount its service account (automountServiceAccountToken: true), or set MARO_KUBERNETES_ACCOUNT."
            }
            Self::Client(_) | Self::NoAnswer(_) => {
                "Check MARO_KUBERNETES_URL, the network policy and the API server; Maro tries again by itself."
            }
            Self::Unauthorized => "Check which service account the pod runs as.",
            Self::Forbidden { .. } => {
                "Give the service account the Role of docs/operate.md, in the namespace of the Secrets."
            }
            Self::Refused { .. } => "Check the namespace, its quota and its admission rules.",
        }
    }
}
