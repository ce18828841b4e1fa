//! One workspace of the world, and the world around it.

use std::{
    ops::Deref,
    sync::{Arc, Mutex},
};

use super::{
    state::SlackState,
    team::{TEAMS, Team},
};
use crate::state::SandboxState;

/// A workspace as handlers and acts are given it. Everything else of the world shows through.
#[derive(Clone)]
pub(crate) struct Workspace {
    pub(crate) team: &'static Team,
    pub(crate) slack: Arc<Mutex<SlackState>>,
    pub(crate) world: Arc<SandboxState>,
}

impl Workspace {
    /// The workspace that Maro is installed in at the start.
    pub(crate) fn main(world: &Arc<SandboxState>) -> Self {
        Self::at(world, 0)
    }

    /// Finds a workspace by its id or its subdomain.
    pub(crate) fn find(world: &Arc<SandboxState>, team: &str) -> Option<Self> {
        let wanted = |known: &&Team| known.id == team || known.domain == team;
        let index = TEAMS.iter().position(wanted)?;
        Some(Self::at(world, index))
    }

    /// All workspaces.
    pub(crate) fn all(world: &Arc<SandboxState>) -> impl Iterator<Item = Self> {
        (0..TEAMS.len()).map(|index| Self::at(world, index))
    }

    fn at(world: &Arc<SandboxState>, index: usize) -> Self {
        Self {
            team: TEAMS[index],
            slack: Arc::clone(&world.workspaces[index]),
            world: Arc::clone(world),
        }
    }
}

impl Deref for Workspace {
    type Target = SandboxState;

    fn deref(&self) -> &SandboxState {
        &self.world
    }
}
