//! The fields of Slack.

use super::Field;
use super::FieldKind::{Secret, Switch, Text};

pub(super) const FIELDS: &[Field] = &[
    Field {
        name: "bot_token",
        variable: Some("SLACK_BOT_TOKEN"),
        kind: Secret { is_sent: false },
        label: "Bot token",
        hint: "OAuth & Permissions, “Bot User OAuth Token”. It begins with xoxb-.",
    },
    Field {
        name: "signing_secret",
        variable: Some("SLACK_SIGNING_SECRET"),
        kind: Secret { is_sent: false },
        label: "Signing secret",
        hint: "Basic Information, “App Credentials”. Needed when Slack reaches Maro by HTTP.",
    },
    Field {
        name: "app_token",
        variable: Some("SLACK_APP_TOKEN"),
        kind: Secret { is_sent: false },
        label: "App-level token",
        hint: "Basic Information, “App-Level Tokens”, with the scope connections:write. It begins with xapp- and turns on Socket Mode: no public address is needed.",
    },
    Field {
        name: "client_id",
        variable: Some("SLACK_CLIENT_ID"),
        kind: Text,
        label: "Client ID",
        hint: "Basic Information. Only for installing the app to several workspaces.",
    },
    Field {
        name: "client_secret",
        variable: Some("SLACK_CLIENT_SECRET"),
        kind: Secret { is_sent: false },
        label: "Client secret",
        hint: "Basic Information. Only for installing the app to several workspaces.",
    },
    Field {
        name: "webhook_url",
        variable: Some("SLACK_WEBHOOK_URL"),
        kind: Secret { is_sent: false },
        label: "Incoming webhook",
        hint: "Incoming Webhooks. It begins with https://hooks.slack.com/ and is enough for notifications alone.",
    },
    Field {
        name: "alert_channel",
        variable: Some("SLACK_ALERT_CHANNEL"),
        kind: Text,
        label: "Alert channel",
        hint: "The id of a channel, such as C0123456789, for messages that belong to no other.",
    },
    Field {
        name: "notifications_enabled",
        variable: Some("SLACK_NOTIFICATIONS_ENABLED"),
        kind: Switch,
        label: "Send notifications",
        hint: "Previews and answers are sent in any case.",
    },
];
