//! Channels in addresses: `team:channel`, both in Slack's alphabet.

use maro_app::model::ChannelRef;

const LONGEST: usize = 64;

/// Reads a channel from an address.
pub(crate) fn parse(text: &str) -> Option<ChannelRef> {
    let (team, channel) = text.split_once(':')?;
    let slack_id = |id: &str| {
        (1..=LONGEST).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric())
    };
    (slack_id(team) && slack_id(channel)).then(|| ChannelRef {
        team: team.to_owned(),
        channel: channel.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_slack_ids_make_a_channel() {
        assert!(parse("T1:C2").is_some());
        for bad in ["", "T1", ":", "T1:", "T1:C2:3", "T1:C/2", "T1:C 2"] {
            assert!(parse(bad).is_none(), "{bad:?}");
        }
    }
}
