//! A property of the whole: whatever people do on both sides, and in whatever order, however often
//! and however late Maro hears of it, both sides end in agreement or the link pauses, after a bounded
//! number of writes.
//!
//! The model has one issue, one defect, and a ledger whose writes may get lost on the way or on the
//! way back. Readings wait in a bag, and are handed over in any order, twice, or long after.

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;

use super::*;
use crate::findings::DefectStatus;
use crate::ids::DefectId;
use crate::operations::IssueRef;

const RESOLUTIONS: [&str; 4] = ["Done", "Won't Do", "Duplicate", "Known Error"];

/// Something that happens.
#[derive(Debug, Clone)]
enum Event {
    /// Somebody moves the issue.
    InJira(Category, usize),
    /// Somebody or a run sets the status of the defect.
    InMaro(DefectStatus),
    /// The issue is read; what was read waits.
    Read,
    /// A reading is handed over; it may come again.
    Heard { which: usize, again: bool },
    /// A worker claims the oldest move that may be sent, and looks at the issue.
    Claim,
    /// The claimed move is sent; the write or its answer may get lost.
    Send { arrives: bool, answered: bool },
    /// An unclear move is looked for.
    Look,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Prepared,
    Sending,
    Unknown,
}

#[derive(Debug)]
struct World {
    rules: SyncRules,
    issue: Reading,
    clock: i64,
    defect: DefectStatus,
    link: Link,
    moves: Vec<(MoveRequest, State)>,
    bag: Vec<Reading>,
    writes: u32,
    carried: u32,
}

fn at(second: i64) -> DateTime<Utc> {
    DateTime::UNIX_EPOCH + TimeDelta::seconds(second)
}

impl World {
    fn new() -> Self {
        let issue = Reading {
            issue: IssueRef {
                id: "1".into(),
                key: "A-1".into(),
            },
            status: "new".into(),
            category: Some(Category::New),
            resolution: None,
            updated: Some(at(0)),
        };
        Self {
            link: Link::default().with(&issue),
            rules: SyncRules::default(),
            clock: 0,
            defect: DefectStatus::Open,
            moves: Vec::new(),
            bag: Vec::new(),
            writes: 0,
            carried: 0,
            issue,
        }
    }

    fn put(&mut self, category: Category, resolution: &str) {
        let resolution = (category == Category::Done).then(|| resolution.to_owned());
        if (self.issue.category, &self.issue.resolution) == (Some(category), &resolution) {
            return;
        }
        self.clock += 1;
        self.issue = Reading {
            status: category.as_str().to_owned(),
            category: Some(category),
            resolution,
            updated: Some(at(self.clock)),
            ..self.issue.clone()
        };
    }

    fn link(&self) -> Link {
        let live = |(request, state): &(MoveRequest, State)| Live {
            wish: request.wish(),
            from: request.from.clone(),
            may_have_arrived: *state != State::Prepared,
        };
        Link {
            live: self.moves.iter().map(live).collect(),
            ..self.link.clone()
        }
    }

    fn set(&mut self, status: DefectStatus) {
        if self.defect == status {
            return;
        }
        self.defect = status;
        match outbound(&self.rules, &self.link(), status, at(0)) {
            Outbound::Leave => {}
            Outbound::Paused(link) => self.link = link,
            Outbound::Move { link, wish, from } => {
                let request = MoveRequest {
                    issue: "1".into(),
                    key: "A-1".into(),
                    defect: DefectId(uuid::Uuid::nil()),
                    because: status.as_str().into(),
                    wish: wish.as_str().into(),
                    from,
                    nonce: String::new(),
                };
                self.link = link;
                self.moves.push((request, State::Prepared));
            }
        }
    }

    fn follow(&mut self, decided: Inbound) {
        match decided {
            Inbound::Stale | Inbound::Expected => {}
            Inbound::Noted(link) | Inbound::Paused(link) => self.link = link,
            Inbound::Set(link, status) => {
                self.link = link;
                self.defect = status;
                self.carried += 1;
            }
        }
    }

    fn hear(&mut self, read: &Reading) {
        let decided = inbound(&self.rules, &self.link(), read, self.defect, at(0));
        self.follow(decided);
    }

    fn settle(&mut self, place: usize, by_us: bool) {
        let (request, _) = self.moves.remove(place);
        let moved = Moved {
            wish: request.wish(),
            by_us,
            read: self.issue.clone(),
        };
        let decided = settled(&self.rules, &self.link(), &moved, self.defect, at(0));
        self.follow(decided);
    }

    /// What is given up is read again, in case something that was heard meanwhile was put off.
    fn drop_move(&mut self, place: usize) {
        self.moves.remove(place);
        self.bag.push(self.issue.clone());
    }

    fn claim(&mut self) {
        if self
            .moves
            .first()
            .is_none_or(|(_, state)| *state != State::Prepared)
        {
            return;
        }
        let wish = self.moves[0].0.wish();
        if self.link.paused.is_some() || *self.rules.map.wish(self.defect) != wish {
            return self.drop_move(0);
        }
        match ready(&self.moves[0].0, &self.issue) {
            Ready::Go => self.moves[0].1 = State::Sending,
            Ready::There | Ready::Overtaken => self.settle(0, false),
        }
    }

    fn send(&mut self, arrives: bool, answered: bool) {
        if self
            .moves
            .first()
            .is_none_or(|(_, state)| *state != State::Sending)
        {
            return;
        }
        if arrives {
            let wish = self.moves[0].0.wish();
            let category = wish.categories()[0];
            self.put(category, RESOLUTIONS[0]);
            self.writes += 1;
        }
        if arrives && answered {
            self.settle(0, true);
        } else {
            self.moves[0].1 = State::Unknown;
        }
    }

    fn look(&mut self) {
        if self
            .moves
            .first()
            .is_none_or(|(_, state)| *state != State::Unknown)
        {
            return;
        }
        match ready(&self.moves[0].0, &self.issue) {
            Ready::Go => self.moves[0].1 = State::Prepared,
            Ready::There => self.settle(0, true),
            Ready::Overtaken => self.settle(0, false),
        }
    }

    fn happen(&mut self, event: &Event) {
        match event {
            Event::InJira(category, resolution) => self.put(*category, RESOLUTIONS[*resolution]),
            Event::InMaro(status) => self.set(*status),
            Event::Read => self.bag.push(self.issue.clone()),
            Event::Heard { which, again } if !self.bag.is_empty() => {
                let which = which % self.bag.len();
                let read = self.bag[which].clone();
                if !again {
                    self.bag.remove(which);
                }
                self.hear(&read);
            }
            Event::Heard { .. } => {}
            Event::Claim => self.claim(),
            Event::Send { arrives, answered } => self.send(*arrives, *answered),
            Event::Look => self.look(),
        }
    }

    /// Nobody does anything any more, and everything that waits is carried out.
    fn come_to_rest(&mut self) {
        for _ in 0..50 {
            self.claim();
            self.send(true, true);
            self.look();
            self.bag.push(self.issue.clone());
            for read in std::mem::take(&mut self.bag) {
                self.hear(&read);
            }
        }
    }

    fn agrees(&self) -> bool {
        let read = &self.issue;
        let meaning = self
            .rules
            .map
            .meaning(read.category, read.resolution.as_deref());
        self.rules.map.wish(self.defect).is_met_by(read)
            || meaning == Meaning::Unmapped
            || self.link.paused.is_some()
    }
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let category = prop::sample::select(Category::ALL.to_vec());
    let event = prop_oneof![
        2 => (category, 0..RESOLUTIONS.len()).prop_map(|(to, why)| Event::InJira(to, why)),
        2 => prop::sample::select(DefectStatus::ALL.to_vec()).prop_map(Event::InMaro),
        3 => Just(Event::Read),
        4 => (any::<usize>(), any::<bool>())
            .prop_map(|(which, again)| Event::Heard { which, again }),
        4 => Just(Event::Claim),
        3 => (any::<bool>(), any::<bool>())
            .prop_map(|(arrives, answered)| Event::Send { arrives, answered }),
        2 => Just(Event::Look),
    ];
    prop::collection::vec(event, 0..60)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn both_sides_agree_after_a_bounded_number_of_writes(events in events()) {
        let mut world = World::new();
        for event in &events {
            world.happen(event);
        }
        world.come_to_rest();
        prop_assert!(world.moves.is_empty(), "{world:?}");
        prop_assert!(world.agrees(), "{world:?}");
        // A write that was lost is made again; each change is carried over once.
        let lost = events.iter().filter(|event| matches!(event, Event::Send { answered: false, .. }));
        let lost = u32::try_from(lost.count()).unwrap();
        prop_assert!(world.writes <= world.rules.most_flips + lost, "{world:?}");
        prop_assert!(world.carried <= world.rules.most_flips, "{world:?}");
    }

    #[test]
    fn what_people_do_in_jira_alone_is_never_written_over(
        moves in prop::collection::vec((prop::sample::select(Category::ALL.to_vec()), 0..3_usize), 1..5),
        order in any::<[usize; 8]>(),
    ) {
        let mut world = World::new();
        for (category, resolution) in moves {
            world.put(category, RESOLUTIONS[resolution]);
            world.bag.push(world.issue.clone());
        }
        for which in order {
            world.happen(&Event::Heard { which, again: which % 2 == 0 });
            world.claim();
        }
        let left = world.issue.clone();
        world.come_to_rest();
        prop_assert_eq!(world.writes, 0);
        prop_assert_eq!(&world.issue, &left);
        prop_assert!(world.agrees());
    }
}
