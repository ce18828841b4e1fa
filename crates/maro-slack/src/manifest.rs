//! The app manifest: a description from which Slack makes an app with everything that Maro uses.
//!
//! It comes in two forms, for deliveries by HTTP and for Socket Mode; Slack delivers by one of them
//! only. Fields: <https://docs.slack.dev/reference/app-manifest>.

use serde::Serialize;
use url::Url;

use crate::scopes::BOT_SCOPES;

/// The events that Maro handles.
pub const BOT_EVENTS: [&str; 3] = ["app_mention", "app_uninstalled", "tokens_revoked"];
/// The shortcut in a message's menu.
pub const DRAFT_SHORTCUT: &str = "draft_ticket";

/// How Slack delivers.
#[derive(Debug, Clone, Copy)]
pub enum Delivery<'a> {
    /// To this Maro, which must be reachable from the internet.
    Http(&'a Url),
    /// Over connections that Maro opens.
    Socket,
}

/// What a manifest depends on.
#[derive(Debug, Clone, Copy)]
pub struct ManifestOptions<'a> {
    /// The slash commands, with their slash.
    pub commands: &'a [String],
    /// How Slack delivers.
    pub delivery: Delivery<'a>,
    /// Where people install the app from, for several workspaces; Slack takes HTTPS only.
    pub redirect_url: Option<&'a Url>,
    /// Whether tokens expire after twelve hours. Slack does not let one turn it off again.
    pub token_rotation: bool,
}

/// A manifest; serialize it as JSON or YAML.
#[derive(Debug, Clone, Serialize)]
pub struct Manifest {
    #[serde(rename = "_metadata")]
    metadata: Metadata,
    display_information: Display,
    features: Features,
    oauth_config: OAuth,
    settings: Settings,
}

#[derive(Debug, Clone, Serialize)]
struct Metadata {
    major_version: u8,
    minor_version: u8,
}

#[derive(Debug, Clone, Serialize)]
struct Display {
    name: &'static str,
    description: &'static str,
    long_description: &'static str,
    background_color: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct Features {
    bot_user: BotUser,
    shortcuts: [Shortcut; 1],
    slash_commands: Vec<SlashCommand>,
}

#[derive(Debug, Clone, Serialize)]
struct BotUser {
    display_name: &'static str,
    always_online: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Shortcut {
    name: &'static str,
    #[serde(rename = "type")]
    kind: &'static str,
    callback_id: &'static str,
    description: &'static str,
}

#[derive(Debug, Clone, Serialize)]
struct SlashCommand {
    command: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    url: Option<String>,
    description: &'static str,
    usage_hint: &'static str,
    should_escape: bool,
}

#[derive(Debug, Clone, Serialize)]
struct OAuth {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    redirect_urls: Vec<String>,
    scopes: Scopes,
}

#[derive(Debug, Clone, Serialize)]
struct Scopes {
    bot: Vec<&'static str>,
}

#[derive(Debug, Clone, Serialize)]
struct Settings {
    event_subscriptions: Events,
    interactivity: Interactivity,
    org_deploy_enabled: bool,
    socket_mode_enabled: bool,
    token_rotation_enabled: bool,
}

#[derive(Debug, Clone, Serialize)]
struct Events {
    #[serde(skip_serializing_if = "Option::is_none")]
    request_url: Option<String>,
    bot_events: [&'static str; 3],
}

#[derive(Debug, Clone, Serialize)]
struct Interactivity {
    is_enabled: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message_menu_options_url: Option<String>,
}

impl Manifest {
    /// The manifest of an app for this Maro.
    #[must_use]
    pub fn new(options: ManifestOptions<'_>) -> Self {
        let door = |name| door(options.delivery, name);
        let commands = options.commands.iter();
        Self {
            metadata: Metadata {
                major_version: 2,
                minor_version: 1,
            },
            display_information: DISPLAY,
            features: Features {
                bot_user: BotUser {
                    display_name: "maro",
                    always_online: true,
                },
                shortcuts: [SHORTCUT],
                slash_commands: commands.map(|name| command(name, options)).collect(),
            },
            oauth_config: OAuth {
                redirect_urls: options
                    .redirect_url
                    .map(Url::to_string)
                    .into_iter()
                    .collect(),
                scopes: Scopes {
                    bot: BOT_SCOPES.iter().map(|scope| scope.name).collect(),
                },
            },
            settings: Settings {
                event_subscriptions: Events {
                    request_url: door("events"),
                    bot_events: BOT_EVENTS,
                },
                interactivity: Interactivity {
                    is_enabled: true,
                    request_url: door("interactions"),
                    message_menu_options_url: door("options"),
                },
                // An installation for a whole organisation has no workspace of its own; Maro keeps one
                // token for each workspace.
                org_deploy_enabled: false,
                socket_mode_enabled: matches!(options.delivery, Delivery::Socket),
                token_rotation_enabled: options.token_rotation,
            },
        }
    }
}

const DISPLAY: Display = Display {
    name: "Maro",
    description: "Drafts Jira tickets, lets somebody approve them, creates each exactly once.",
    // Slack takes no fewer than 174 characters here.
    long_description: "Maro turns a conversation into a Jira ticket. It drafts the ticket from a command, \
        a shortcut or a thread, shows a preview of everything that Jira will get, waits until somebody \
        who may approves it, and creates it exactly once. Channels can follow the issues they care about.",
    background_color: "#1d3557",
};

const SHORTCUT: Shortcut = Shortcut {
    name: "Draft a Jira ticket",
    kind: "message",
    callback_id: DRAFT_SHORTCUT,
    description: "Drafts a ticket from this message's thread.",
};

fn command(name: &str, options: ManifestOptions<'_>) -> SlashCommand {
    SlashCommand {
        command: name.to_owned(),
        url: door(options.delivery, "commands"),
        description: "Draft, approve and follow Jira tickets",
        usage_hint: "create [title] | track KEY | untrack KEY | tracked | status | help",
        // Maro reads keys and titles; escaped names would end up in a ticket's title.
        should_escape: false,
    }
}

/// Where Slack delivers one kind; nowhere over sockets.
fn door(delivery: Delivery<'_>, name: &str) -> Option<String> {
    match delivery {
        Delivery::Socket => None,
        Delivery::Http(public_url) => {
            let base = public_url.as_str().trim_end_matches('/');
            Some(format!("{base}/api/v1/webhooks/slack/{name}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn manifest(delivery: Delivery<'_>) -> Value {
        let commands = ["/maro".to_owned(), "/jira".to_owned()];
        let redirect: Url = "https://maro.example/api/v1/slack/oauth/callback"
            .parse()
            .unwrap();
        let options = ManifestOptions {
            commands: &commands,
            delivery,
            redirect_url: Some(&redirect),
            token_rotation: true,
        };
        serde_json::to_value(Manifest::new(options)).unwrap()
    }

    #[test]
    fn by_http_every_door_is_named() {
        let url = "https://maro.example".parse().unwrap();
        let manifest = manifest(Delivery::Http(&url));

        let doors = [
            (
                &manifest["features"]["slash_commands"][1]["url"],
                "commands",
            ),
            (
                &manifest["settings"]["event_subscriptions"]["request_url"],
                "events",
            ),
            (
                &manifest["settings"]["interactivity"]["request_url"],
                "interactions",
            ),
            (
                &manifest["settings"]["interactivity"]["message_menu_options_url"],
                "options",
            ),
        ];
        for (found, name) in doors {
            let wanted = format!("https://maro.example/api/v1/webhooks/slack/{name}");
            assert_eq!(found, &json!(wanted));
        }
        assert_eq!(manifest["settings"]["socket_mode_enabled"], false);
    }

    #[test]
    fn over_sockets_no_door_is_named() {
        let manifest = manifest(Delivery::Socket);

        assert_eq!(manifest["settings"]["socket_mode_enabled"], true);
        assert!(!manifest.to_string().contains("webhooks/slack"));
    }

    #[test]
    fn texts_are_within_the_limits_of_slack() {
        let text = |value: &Value| value.as_str().unwrap().chars().count();
        let manifest = manifest(Delivery::Socket);
        let display = &manifest["display_information"];
        assert!(text(&display["name"]) <= 35);
        assert!(text(&display["description"]) <= 140);
        assert!((174..=4000).contains(&text(&display["long_description"])));
        let features = &manifest["features"];
        assert!(text(&features["bot_user"]["display_name"]) <= 80);
        assert!(text(&features["shortcuts"][0]["name"]) <= 24);
        assert!(text(&features["shortcuts"][0]["description"]) <= 150);
        let command = &features["slash_commands"][0];
        assert!(text(&command["command"]) <= 32);
        assert!(text(&command["description"]) <= 2000);
        assert!(text(&command["usage_hint"]) <= 1000);
    }
}
