//! The small shapes that issues are made of: users, projects, statuses, types, priorities.

use serde_json::{Value, json};

use super::View;
use crate::jira::http::ApiVersion;
use crate::jira::model::{Account, IssueType, Priority, Project, Status, StatusCategory};
use crate::jira::site::{ISSUE_TYPES, TOKEN_ACCOUNT};
use crate::jira::state::JiraState;

const SIZES: [(&str, &str); 4] = [
    ("48x48", "48"),
    ("24x24", "24"),
    ("16x16", "16"),
    ("32x32", "32"),
];

impl JiraState {
    /// A user as shown inside other things.
    pub(crate) fn user_ref(&self, view: View, id: &str) -> Value {
        self.find_account(id)
            .map_or(Value::Null, |account| self.account_view(view, account))
    }

    /// A user; the address is shown only if it is public or one's own.
    pub(crate) fn account_view(&self, view: View, account: &Account) -> Value {
        let initials: String = account
            .name
            .split(' ')
            .filter_map(|word| word.chars().next())
            .collect();
        let avatar = |size: &str| {
            format!(
                "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net/initials/{initials}-1.png?size={size}&s={size}"
            )
        };
        if view.version == ApiVersion::Server {
            return self.server_user(view, account);
        }
        let mut user = json!({
            "self": format!("{}/user?accountId={}", self.api(view), account.id),
            "accountId": account.id,
            "avatarUrls": SIZES.iter().map(|(key, size)| ((*key).to_owned(), json!(avatar(size)))).collect::<serde_json::Map<_, _>>(),
            "displayName": account.name,
            "active": true,
            "timeZone": "Etc/UTC",
            "accountType": account.kind,
        });
        if account.email_visible || account.id == view.viewer {
            user["emailAddress"] = json!(account.email);
        }
        user
    }

    /// A user as Data Center shows it, where addresses are no secret among users.
    fn server_user(&self, view: View, account: &Account) -> Value {
        let name = account.username();
        let avatar = |(key, size): &(&str, &str)| {
            let url = format!(
                "{}/secure/useravatar?size={size}&avatarId=10122",
                self.server_site
            );
            ((*key).to_owned(), json!(url))
        };
        json!({
            "self": format!("{}/user?username={name}", self.api(view)),
            "key": account.user_key(),
            "name": name,
            "emailAddress": account.email,
            "avatarUrls": SIZES.iter().map(avatar).collect::<serde_json::Map<_, _>>(),
            "displayName": account.name,
            "active": true,
            "deleted": false,
            "timeZone": "Etc/UTC",
        })
    }

    /// The account that asks, with what only `myself` shows.
    pub(crate) fn myself(&self, view: View) -> Value {
        let mut user = self.user_ref(view, view.viewer);
        user["locale"] = json!("en_US");
        user["groups"] = json!({"size": 1, "items": []});
        user["applicationRoles"] = json!({"size": 1, "items": []});
        user["expand"] = json!("groups,applicationRoles");
        user
    }

    /// An issue type.
    pub(crate) fn issue_type_ref(&self, view: View, kind: &IssueType) -> Value {
        let mut value = json!({
            "self": format!("{}/issuetype/{}", self.api(view), kind.id),
            "id": kind.id,
            "description": kind.description,
            "iconUrl": format!("{}/rest/api/2/universal_avatar/view/type/issuetype/avatar/{}?size=medium", self.site, kind.avatar),
            "name": kind.name,
            "subtask": kind.level < 0,
            "avatarId": kind.avatar,
        });
        if view.version != ApiVersion::Server {
            value["hierarchyLevel"] = json!(kind.level);
        }
        value
    }

    /// A priority.
    pub(crate) fn priority_ref(&self, view: View, priority: &Priority) -> Value {
        json!({
            "self": format!("{}/priority/{}", self.api(view), priority.id),
            "iconUrl": format!("{}/images/icons/priorities/{}.svg", self.site, priority.name.to_lowercase()),
            "name": priority.name,
            "id": priority.id,
        })
    }

    /// A priority with what the priority resources add.
    pub(crate) fn priority_view(&self, view: View, priority: &Priority, is_default: bool) -> Value {
        let mut value = self.priority_ref(view, priority);
        value["statusColor"] = json!(priority.color);
        value["description"] = json!(priority.description);
        value["isDefault"] = json!(is_default);
        value
    }

    /// A status.
    pub(crate) fn status_ref(&self, view: View, status: &Status) -> Value {
        json!({
            "self": format!("{}/status/{}", self.api(view), status.id),
            "description": "",
            "iconUrl": format!("{}/", self.site),
            "name": status.name,
            "id": status.id,
            "statusCategory": self.status_category(view, status.category),
        })
    }

    fn status_category(&self, view: View, category: StatusCategory) -> Value {
        let (id, key, color, name) = match category {
            StatusCategory::ToDo => (2, "new", "blue-gray", "To Do"),
            StatusCategory::InProgress => (4, "indeterminate", "yellow", "In Progress"),
            StatusCategory::Done => (3, "done", "green", "Done"),
        };
        json!({
            "self": format!("{}/statuscategory/{id}", self.api(view)),
            "id": id, "key": key, "colorName": color, "name": name,
        })
    }

    /// A project as shown inside other things.
    pub(crate) fn project_ref(&self, view: View, project: &Project) -> Value {
        let base = format!("{}/project/avatar/10400", self.api(view));
        let avatar = |size: &str| json!(format!("{base}?size={size}"));
        json!({
            "self": format!("{}/project/{}", self.api(view), project.id),
            "id": project.id,
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": false,
            "avatarUrls": {
                "48x48": avatar("xlarge"), "24x24": avatar("small"),
                "16x16": avatar("xsmall"), "32x32": avatar("medium"),
            },
        })
    }

    /// A project in a list.
    pub(crate) fn project_row(&self, view: View, project: &Project) -> Value {
        let mut value = self.project_ref(view, project);
        value["expand"] = json!("description,lead,issueTypes,url,projectKeys,permissions,insight");
        value["style"] = json!("classic");
        value["isPrivate"] = json!(false);
        value["properties"] = json!({});
        value
    }

    /// A whole project.
    pub(crate) fn project_view(&self, view: View, project: &Project) -> Value {
        let mut value = self.project_row(view, project);
        let types = ISSUE_TYPES
            .iter()
            .filter(|kind| project.issue_types.contains(&kind.id))
            .map(|kind| self.issue_type_ref(view, kind));
        value["description"] = json!(project.description);
        value["lead"] = self.user_ref(
            view,
            self.accounts
                .get(1)
                .map_or(TOKEN_ACCOUNT, |account| account.id),
        );
        value["issueTypes"] = types.collect();
        value["assigneeType"] = json!("UNASSIGNED");
        value["components"] = json!([]);
        value["versions"] = json!([]);
        value["roles"] = json!({});
        value
    }
}
