//! Slack's error codes as sentences: what happened and what to do next.
//!
//! The codes are those of <https://docs.slack.dev/reference/methods/chat.postMessage#errors> and
//! of the other methods that we call. An unknown code is shown as Slack sent it.

/// The sentence for a refusal.
pub(super) fn refusal(error: &str, detail: &[String]) -> String {
    let known = match error {
        "channel_not_found" | "not_in_channel" => {
            "Maro is not in that channel. Invite it with `/invite @maro` and try again."
        }
        "is_archived" | "channel_is_archived" => {
            "The channel is archived. Unarchive it or use another channel."
        }
        "missing_scope" => {
            "The Slack app lacks a permission. Add the scope to the app, reinstall it and try again."
        }
        "restricted_action"
        | "restricted_action_read_only_channel"
        | "restricted_action_thread_only_channel"
        | "restricted_action_non_threadable_channel"
        | "not_allowed_token_type"
        | "no_permission"
        | "posting_to_channel_denied" => {
            "This workspace does not let the Slack app do that. Ask a workspace admin to allow it."
        }
        "message_not_found" | "thread_not_found" => {
            "The message is gone from Slack. Start again in the channel."
        }
        "cant_update_message" => {
            "Only Maro's own messages can be changed. Start again in the channel."
        }
        "edit_window_closed" => "Slack no longer allows this message to be changed.",
        "msg_too_long" | "msg_blocks_too_long" | "view_too_large" => {
            "The text is too long for Slack. Shorten it and try again."
        }
        "trigger_expired" | "trigger_exchanged" | "expired_trigger_id" | "exchanged_trigger_id" => {
            "Slack gave up waiting before the form could open. Try again."
        }
        "hash_conflict" => "The form changed in the meantime. Open it again.",
        "not_found" => "The form is no longer open. Open it again.",
        "push_limit_reached" => "Too many forms are open. Close one and try again.",
        "used_url" | "expired_url" => {
            "Slack no longer takes answers to that command. Run the command again."
        }
        "user_not_found" | "users_not_found" | "user_not_visible" => {
            "Slack does not know that person. Check the user."
        }
        "user_not_in_channel" => "That person is not in the channel.",
        "invalid_blocks"
        | "invalid_blocks_format"
        | "invalid_arguments"
        | "no_text"
        | "duplicate_external_id" => {
            "Slack did not accept the message that Maro built. Report this with its detail."
        }
        "no_service" | "invalid_token" | "no_active_hooks" => {
            "The incoming webhook was removed. Make another one and set SLACK_WEBHOOK_URL."
        }
        "action_prohibited" => {
            "An admin does not let this webhook post there. Ask a workspace admin to allow it."
        }
        "invalid_code" | "code_already_used" => {
            "Slack does not take this consent any more; it is good once and for ten minutes. Install again."
        }
        "bad_redirect_uri" | "redirect_uri_mismatch" => {
            "The app does not know Maro's address. Add it under OAuth & Permissions, Redirect URLs; \
             `maro manifest` prints it."
        }
        "invalid_client_id" | "bad_client_secret" => {
            "Slack does not know this app. Check SLACK_CLIENT_ID and SLACK_CLIENT_SECRET."
        }
        "message_limit_exceeded" => {
            "The workspace reached its message limit. Ask a workspace admin."
        }
        "unknown_method" | "http_404" => {
            "Slack does not know that call. Check SLACK_API_URL: it should end in /api/."
        }
        _ => {
            return with_detail(
                &format!("Slack answered `{error}`. Nothing was done."),
                detail,
            );
        }
    };
    with_detail(known, detail)
}

/// The sentence for a token that Slack does not take.
pub(super) fn unauthorized(error: &str) -> String {
    let known = match error {
        "token_revoked" | "account_inactive" | "app_uninstalled" => {
            "The Slack app was removed from the workspace. Reinstall it and set SLACK_BOT_TOKEN."
        }
        "token_expired" => "The Slack token expired. Reinstall the app and set SLACK_BOT_TOKEN.",
        "team_access_not_granted" | "access_denied" | "ekm_access_denied" => {
            "The workspace does not grant access to the Slack app. Ask a workspace admin."
        }
        _ => "Slack does not accept the token. Check SLACK_BOT_TOKEN: it starts with xoxb-.",
    };
    format!("{known} ({error})")
}

fn with_detail(sentence: &str, detail: &[String]) -> String {
    if detail.is_empty() {
        return sentence.to_owned();
    }
    format!("{sentence} ({})", detail.join("; "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_say_what_to_do_next() {
        insta::assert_snapshot!(refusal("not_in_channel", &[]), @"Maro is not in that channel. Invite it with `/invite @maro` and try again.");
        insta::assert_snapshot!(refusal("missing_scope", &["needed: chat:write".into()]), @"The Slack app lacks a permission. Add the scope to the app, reinstall it and try again. (needed: chat:write)");
        insta::assert_snapshot!(refusal("something_new", &[]), @"Slack answered `something_new`. Nothing was done.");
        insta::assert_snapshot!(unauthorized("token_revoked"), @"The Slack app was removed from the workspace. Reinstall it and set SLACK_BOT_TOKEN. (token_revoked)");
    }
}
