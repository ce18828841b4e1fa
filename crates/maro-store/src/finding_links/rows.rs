//! Between rows and [`FindingLink`].

use maro_core::findings::tickets::LinkState;
use maro_core::ids::DefectId;

use super::FindingLink;
use crate::StoreError;
use crate::entities::finding_link::Model;
use crate::row::{actor, from_json, micros, to_json, word};

pub(super) fn row_of(link: &FindingLink) -> Model {
    Model {
        id: link.id,
        defect_id: link.defect.0,
        generation: link.generation,
        state: link.state.as_str().to_owned(),
        plan: link.plan.as_ref().map(to_json),
        wanted_by: link.wanted_by.to_string(),
        attempts: link.attempts,
        next_at: link.next_at.map(micros),
        reason: link.reason.clone(),
        problems: (!link.problems.is_empty()).then(|| to_json(&link.problems)),
        jira_id: link.jira_id.clone(),
        jira_key: link.jira_key.clone(),
        jira_url: link.jira_url.clone(),
        jira_status: link.jira_status.clone(),
        jira_category: link.jira_category.clone(),
        jira_resolution: link.jira_resolution.clone(),
        jira_updated: link.jira_updated.map(micros),
        told_status: link.told_status.clone(),
        flips: link.flips,
        flips_since: link.flips_since.map(micros),
        paused_reason: link.paused_reason.clone(),
        created_at: micros(link.created_at),
        updated_at: micros(link.updated_at),
    }
}

impl TryFrom<Model> for FindingLink {
    type Error = StoreError;

    fn try_from(row: Model) -> Result<Self, StoreError> {
        let what = format!("ticket {} of a finding", row.id);
        let plan = row.plan.as_deref();
        let problems = row.problems.as_deref();
        Ok(Self {
            state: word(LinkState::parse, &row.state, &what)?,
            plan: plan.map(|text| from_json(text, &what)).transpose()?,
            problems: problems
                .map(|text| from_json(text, &what))
                .transpose()?
                .unwrap_or_default(),
            wanted_by: actor(&row.wanted_by, &what)?,
            id: row.id,
            defect: DefectId(row.defect_id),
            generation: row.generation,
            attempts: row.attempts,
            next_at: row.next_at,
            reason: row.reason,
            jira_id: row.jira_id,
            jira_key: row.jira_key,
            jira_url: row.jira_url,
            jira_status: row.jira_status,
            jira_category: row.jira_category,
            jira_resolution: row.jira_resolution,
            jira_updated: row.jira_updated,
            told_status: row.told_status,
            flips: row.flips,
            flips_since: row.flips_since,
            paused_reason: row.paused_reason,
            created_at: row.created_at,
            updated_at: row.updated_at,
        })
    }
}
