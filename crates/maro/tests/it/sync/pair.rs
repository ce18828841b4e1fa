//! A defect and its issue, and what may be asked of both.

use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::support::{Maro, World, eventually};

/// So seldom that no poll takes part.
pub(super) const NEVER: u64 = 3_600_000;

const MOVES: &str = "/transitions";

/// A defect with an issue of its own.
pub(super) struct Pair {
    pub(super) defect: String,
    pub(super) id: String,
    pub(super) key: String,
}

impl Pair {
    /// Reports a defect, makes an issue, and links them as if Maro had made it.
    pub(super) async fn new(world: &World, maro: &Maro, project: &str) -> Self {
        let body =
            json!({ "title": "The caller is cut off", "severity": "high", "source": "line" });
        let (status, made) = maro.post("api/v1/defects", &body).await;
        assert_eq!(status, StatusCode::CREATED, "{made}");
        Self::linked(world, made["id"].as_str().unwrap(), project).await
    }

    pub(super) async fn linked(world: &World, defect: &str, project: &str) -> Self {
        let mut fields = json!({
            "project": { "key": project }, "issuetype": { "name": "Task" }, "summary": "Cut off",
        });
        if project == "OPS" {
            fields["customfield_10050"] = json!({ "value": "SEV2" });
            fields["customfield_10051"] = json!("Payments");
        }
        let issue = world.admin("jira/issue", json!({ "fields": fields })).await;
        let word = |name: &str| issue[name].as_str().unwrap().to_owned();
        let (id, key) = (word("id"), word("key"));
        let sql = format!(
            "INSERT INTO finding_links (id, defect_id, generation, state, wanted_by, attempts, flips,
                created_at, updated_at, jira_id, jira_key, jira_url, jira_status, jira_category)
            SELECT id, id, 1, 'linked', 'operator', 0, 0, first_seen, last_seen, '{id}', '{key}',
                'https://jira.example/browse/{key}', 'To Do', 'new' FROM defects"
        );
        assert_eq!(world.database.tamper(sql).await, 1);
        let defect = defect.to_owned();
        Self { defect, id, key }
    }

    pub(super) async fn shown(&self, maro: &Maro) -> Value {
        maro.get(&format!("api/v1/defects/{}", self.defect)).await
    }

    /// How the two stand to each other.
    pub(super) async fn sync(&self, maro: &Maro) -> Value {
        maro.get(&format!("api/v1/defects/{}/jira/sync", self.defect))
            .await
    }

    pub(super) async fn set(&self, maro: &Maro, status: &str) {
        let path = format!("api/v1/defects/{}/status", self.defect);
        let body = json!({ "status": status, "note": "by hand" });
        let (answered, defect) = maro.post(&path, &body).await;
        assert_eq!(answered, StatusCode::OK, "{defect}");
    }

    pub(super) async fn until(&self, maro: &Maro, status: &str) -> Value {
        eventually(&format!("the defect is {status}"), async || {
            let defect = self.shown(maro).await;
            (defect["status"] == status).then_some(defect)
        })
        .await
    }

    pub(super) async fn until_noted(&self, maro: &Maro, part: &str) {
        eventually(&format!("the history says: {part}"), async || {
            notes(&self.shown(maro).await)
                .iter()
                .any(|note| note.contains(part))
                .then_some(())
        })
        .await;
    }

    pub(super) async fn in_jira(&self, world: &World, to: &str) {
        let path = format!("jira/issues/{}/transition", self.id);
        world.admin(&path, json!({ "to": to })).await;
    }

    pub(super) async fn status_in_jira(&self, world: &World) -> String {
        let issue = world.read(&format!("admin/jira/issues/{}", self.id)).await;
        issue["status"].as_str().unwrap_or_default().to_owned()
    }

    pub(super) async fn until_in_jira(&self, world: &World, status: &str) {
        eventually(&format!("the issue is {status}"), async || {
            (self.status_in_jira(world).await == status).then_some(())
        })
        .await;
    }
}

pub(super) fn notes(defect: &Value) -> Vec<String> {
    let history = defect["history"].as_array().into_iter().flatten();
    history
        .filter_map(|event| event["note"].as_str().map(str::to_owned))
        .collect()
}

/// Every step that Maro took in Jira.
pub(super) async fn moves(world: &World) -> u64 {
    world.requests_like("jira POST ", &[MOVES]).await
}

/// Waits until the ledger has nothing to do, and tells its newest operation.
pub(super) async fn at_rest(maro: &Maro) -> Value {
    eventually("every move is settled", async || {
        let list = maro.get("api/v1/operations").await;
        let all = list["items"].as_array()?;
        let rests = all.iter().all(|operation| operation["status"] != "pending");
        rests.then(|| all.first().cloned().unwrap_or_default())
    })
    .await
}
