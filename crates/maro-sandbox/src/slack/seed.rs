//! The people, channels and talk that a workspace starts with.

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    channel::{Channel, User},
    message::Message,
    state::SlackState,
    team::Team,
};

/// The people of a workspace, and Maro.
pub(super) fn users(team: &Team) -> Vec<User> {
    let person = |id: &str, name: &str, real_name: &str, tz: &str| User {
        id: id.to_owned(),
        name: name.to_owned(),
        real_name: real_name.to_owned(),
        email: Some(format!("{name}@example.com")),
        tz: tz.to_owned(),
    };
    let mut users = match team.id {
        "T0HARBOR" => vec![
            person("U1AMIRA", "amira", "Amira Haddad", "Europe/Berlin"),
            person("U1ERIN", "erin", "Erin Walsh", "Europe/Dublin"),
        ],
        "T0ORCHARD" => vec![person("U2FARID", "farid", "Farid Karimi", "Asia/Dubai")],
        _ => vec![
            person("U0AMIRA", "amira", "Amira Haddad", "Europe/Berlin"),
            person("U0BORIS", "boris", "Boris Novak", "Europe/Prague"),
            person("U0CHEN", "chen", "Chen Wei", "Asia/Singapore"),
            person("U0DANA", "dana", "Dana Ortiz", "America/New_York"),
        ],
    };
    users.push(User {
        id: team.bot_user.to_owned(),
        name: "maro".to_owned(),
        real_name: "Maro".to_owned(),
        email: None,
        tz: "UTC".to_owned(),
    });
    users
}

/// Public and private channels; Maro is not in all of them.
pub(super) fn channels(team: &Team) -> Vec<Channel> {
    let bot = team.bot_user;
    match team.id {
        "T0HARBOR" => vec![
            channel(
                "C1DOCKS",
                "docks",
                "Ships and slots",
                &["U1AMIRA", "U1ERIN", bot],
            ),
            channel("C1QUIET", "quiet", "", &["U1ERIN"]),
            private(channel("C1CREW", "crew", "", &["U1ERIN"])),
        ],
        "T0ORCHARD" => vec![channel("C2TREES", "trees", "", &["U2FARID", bot])],
        _ => main_channels(bot),
    }
}

/// One of the main workspace's channels is archived.
fn main_channels(bot: &str) -> Vec<Channel> {
    let people = ["U0AMIRA", "U0BORIS", "U0CHEN", "U0DANA"];
    let with_maro = [&people[..], &[bot]].concat();
    let old = channel(
        "C0OLDBILLING",
        "old-billing",
        "Moved to #payments",
        &with_maro,
    );
    vec![
        channel(
            "C0PAYMENTS",
            "payments",
            "Card payments, refunds, payouts",
            &with_maro,
        ),
        channel(
            "C0CHECKOUT",
            "checkout",
            "Cart, address, one-click",
            &with_maro,
        ),
        channel("C0RANDOM", "random", "Anything else", &people),
        private(channel(
            "C0LEADS",
            "leads",
            "Plans and people",
            &["U0AMIRA", "U0DANA", bot],
        )),
        private(channel("C0BOARD", "board", "", &["U0DANA"])),
        Channel {
            archived: true,
            ..old
        },
    ]
}

fn channel(id: &str, name: &str, topic: &str, members: &[&str]) -> Channel {
    Channel {
        id: id.to_owned(),
        name: name.to_owned(),
        private: false,
        archived: false,
        restricted: false,
        im_with: None,
        topic: topic.to_owned(),
        members: members.iter().map(ToString::to_string).collect(),
    }
}

fn private(channel: Channel) -> Channel {
    Channel {
        private: true,
        ..channel
    }
}

/// What was said before the demo starts.
pub(super) fn talk(slack: &mut SlackState, from: DateTime<Utc>) {
    let lines: &[(&str, &str, &str, Option<usize>)] = &[
        (
            "C0PAYMENTS",
            "U0DANA",
            "Morning! Payout report is out: *99.2 %* on time.",
            None,
        ),
        (
            "C0PAYMENTS",
            "U0BORIS",
            "Refunds on Safari fail for me. I press *Refund* and nothing happens.",
            None,
        ),
        (
            "C0PAYMENTS",
            "U0AMIRA",
            "Which version? Mine is `17.4`.",
            Some(1),
        ),
        (
            "C0PAYMENTS",
            "U0BORIS",
            "`17.6`. The console says `TypeError: refund.amount is undefined`.",
            Some(1),
        ),
        (
            "C0PAYMENTS",
            "U0CHEN",
            "I can see it too. The API answers 200, so the money *is* sent back; only the page does not know.",
            Some(1),
        ),
        (
            "C0PAYMENTS",
            "U0AMIRA",
            "Then people press it twice. We should fix this first.",
            Some(1),
        ),
        (
            "C0CHECKOUT",
            "U0CHEN",
            "Address search is slow again, p95 is at 2.4 s.",
            None,
        ),
        (
            "C0CHECKOUT",
            "U0DANA",
            "I think <https://status.example.com|the provider> has trouble.",
            Some(6),
        ),
        ("C0RANDOM", "U0DANA", "Cake in the kitchen :cake:", None),
        ("C0LEADS", "U0AMIRA", "Planning is on Tuesday.", None),
    ];
    let mut posted: Vec<String> = Vec::new();
    for (minute, (channel, user, text, parent)) in (0..).zip(lines) {
        let ts = slack.next_ts(from + TimeDelta::minutes(minute * 3));
        let mut message = Message::plain(ts.clone(), user, text);
        message.thread_ts = parent.map(|parent: usize| posted[parent].clone());
        slack.put(channel, message);
        posted.push(ts);
    }
}
