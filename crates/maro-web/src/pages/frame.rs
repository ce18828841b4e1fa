//! The frame around every page: navigation, who is signed in, what the last form said.

use maro_app::model::Role;
use serde::{Deserialize, Serialize};

use crate::auth::WebSession;

/// A sentence that is shown once, on the page after a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Flash {
    good: bool,
    /// The sentence.
    pub(crate) text: String,
}

impl Flash {
    /// It worked.
    pub(crate) fn good(text: impl Into<String>) -> Self {
        Self {
            good: true,
            text: text.into(),
        }
    }

    /// It did not.
    pub(crate) fn bad(text: impl Into<String>) -> Self {
        Self {
            good: false,
            text: text.into(),
        }
    }

    /// The class and the icon.
    pub(crate) fn tone(&self) -> &'static str {
        if self.good { "good" } else { "bad" }
    }

    /// How urgently screen readers say it.
    pub(crate) fn role(&self) -> &'static str {
        if self.good { "status" } else { "alert" }
    }
}

/// The entries of the navigation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Section {
    Dashboard,
    Approvals,
    Operations,
    Sessions,
    Tracked,
    Runs,
    Trends,
    Defects,
    Rules,
    Outbox,
    Activity,
    Audit,
    Connections,
    People,
}

impl Section {
    const ALL: [Self; 14] = [
        Self::Dashboard,
        Self::Approvals,
        Self::Operations,
        Self::Sessions,
        Self::Tracked,
        Self::Runs,
        Self::Trends,
        Self::Defects,
        Self::Rules,
        Self::Outbox,
        Self::Activity,
        Self::Audit,
        Self::Connections,
        Self::People,
    ];

    fn entry(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Dashboard => ("/", "home", "Dashboard"),
            Self::Approvals => ("/approvals", "approve", "Approvals"),
            Self::Operations => ("/operations", "operations", "Operations"),
            Self::Sessions => ("/sessions", "sessions", "Sessions"),
            Self::Tracked => ("/tracked", "tracked", "Tracked issues"),
            Self::Runs => ("/suite-runs", "runs", "Suite runs"),
            Self::Trends => ("/trends", "trend", "Trends"),
            Self::Defects => ("/defects", "bug", "Defects"),
            Self::Rules => ("/rules", "edit", "Rules"),
            Self::Outbox => ("/outbox", "outbox", "Outbox"),
            Self::Activity => ("/activity", "activity", "Activity"),
            Self::Audit => ("/audit", "audit", "Audit log"),
            Self::Connections => ("/settings/connections", "plug", "Connections"),
            Self::People => ("/settings/people", "people", "People"),
        }
    }

    /// Where it leads.
    pub(crate) fn path(self) -> &'static str {
        self.entry().0
    }

    /// Its icon.
    pub(crate) fn icon(self) -> &'static str {
        self.entry().1
    }

    /// Its word.
    pub(crate) fn word(self) -> &'static str {
        self.entry().2
    }
}

/// The person who looks.
#[derive(Debug, Clone)]
pub(crate) struct Viewer {
    /// Their name.
    pub(crate) name: String,
    role: Role,
}

impl Viewer {
    /// The word for their role.
    pub(crate) fn role_word(&self) -> &'static str {
        match self.role {
            Role::Viewer => "Viewer",
            Role::Member => "Member",
            Role::Approver => "Approver",
            Role::Admin => "Administrator",
        }
    }

    /// Whether they may track and replay.
    pub(crate) fn may_work(&self) -> bool {
        self.role >= Role::Member
    }

    /// Whether they may configure connections.
    pub(crate) fn may_configure(&self) -> bool {
        self.role >= Role::Admin
    }

    /// Whether they may approve, discard and decide.
    pub(crate) fn may_approve(&self) -> bool {
        self.role >= Role::Approver
    }
}

/// What every page of a signed-in person has.
#[derive(Debug, Clone)]
pub(crate) struct Frame {
    /// Who looks.
    pub(crate) viewer: Viewer,
    /// What the last form said.
    pub(crate) flash: Option<Flash>,
    current: Section,
}

impl Frame {
    /// The frame of a page in a section.
    pub(crate) fn new(session: WebSession, current: Section) -> Self {
        let viewer = Viewer {
            name: session.person.name,
            role: session.person.role,
        };
        Self {
            viewer,
            flash: session.flash,
            current,
        }
    }

    /// The entries of the navigation that the person may open, and whether the page belongs to each.
    pub(crate) fn sections(&self) -> Vec<(Section, bool)> {
        let may_open = |section: &Section| {
            !matches!(section, Section::Connections | Section::People)
                || self.viewer.may_configure()
        };
        let sections = Section::ALL.into_iter().filter(may_open);
        sections
            .map(|section| (section, section == self.current))
            .collect()
    }
}

#[cfg(test)]
impl Frame {
    /// A frame for samples.
    pub(crate) fn sample(role: Role, current: Section) -> Self {
        let viewer = Viewer {
            name: "Amira <Admin>".to_owned(),
            role,
        };
        let flash =
            (role == Role::Admin).then(|| Flash::good("Approved. The ticket is on its way."));
        Self {
            viewer,
            flash,
            current,
        }
    }
}
