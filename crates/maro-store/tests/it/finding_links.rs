//! Tickets of findings: one alive per finding, claimed by one, moved and gone.

use maro_core::findings::tickets::{LinkState, TicketPlan};
use maro_core::findings::{Defect, FindingKind, Severity, Sighting};
use maro_core::ids::DefectId;
use maro_store::finding_links::{self, FindingLink};
use maro_store::{Store, defects};

use crate::support::{after, amira, committed, every_backend, id, now, race, stored_now};

fn wanted(number: u128, defect: u128) -> FindingLink {
    let plan = TicketPlan::of_project("SCRUM");
    let (id, defect) = (id(number), DefectId(id(defect)));
    FindingLink::wanted(id, defect, plan, amira(), stored_now())
}

async fn raised(store: &Store, number: u128) -> Defect {
    let sighting = Sighting {
        kind: FindingKind::Defect,
        fingerprint: Some(format!("finding {number}")),
        title: "Login fails".into(),
        severity: Severity::High,
        description: String::new(),
        steps: String::new(),
        expected: String::new(),
        actual: String::new(),
        source: "suite".into(),
        run: None,
    };
    let defect = sighting.into_defect(id(number), &amira(), stored_now());
    let counted = committed(store, async |tx| {
        defects::count(tx, std::slice::from_ref(&defect)).await
    })
    .await;
    counted.unwrap().remove(0)
}

async fn saved(store: &Store, link: &FindingLink, from: LinkState) -> bool {
    committed(store, async |tx| {
        finding_links::lock(tx, link.defect, link.generation)
            .await
            .unwrap();
        finding_links::save(tx, link, from).await.unwrap()
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_wishes_one_is_kept() {
    for store in every_backend().await {
        let kept = race(&store, async |store, number| {
            committed(&store, async |tx| {
                let link = wanted(u128::from(number) + 1, 7);
                finding_links::insert(tx, &link).await.unwrap()
            })
            .await
        })
        .await;
        let kept = kept.into_iter().filter(|kept| *kept).count();
        assert_eq!(kept, 1, "{}", store.backend_name());
    }
}

#[tokio::test]
async fn another_ticket_is_wanted_only_after_the_first_has_ended() {
    for store in every_backend().await {
        let first = wanted(1, 7);
        let second = FindingLink {
            generation: 2,
            ..wanted(2, 7)
        };
        let insert = async |link: &FindingLink| {
            committed(&store, async |tx| finding_links::insert(tx, link).await)
                .await
                .unwrap()
        };
        assert!(insert(&first).await);
        assert!(!insert(&second).await, "the first is alive");
        let read = finding_links::newest(&*store, first.defect).await.unwrap();
        assert_eq!(read.as_ref(), Some(&first), "{}", store.backend_name());

        let ended = FindingLink {
            state: LinkState::Unlinked,
            ..first.clone()
        };
        assert!(
            !saved(&store, &ended, LinkState::Parked).await,
            "it is not parked"
        );
        assert!(saved(&store, &ended, LinkState::Wanted).await);
        assert!(insert(&second).await);
        let all = finding_links::of_defect(&*store, first.defect).await;
        assert_eq!(all.unwrap(), [second, ended]);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_due_wish_is_claimed_by_one_and_put_off_by_its_claim() {
    for store in every_backend().await {
        committed(&store, async |tx| {
            finding_links::insert(tx, &wanted(1, 7)).await
        })
        .await
        .unwrap();
        let claimed = race(&store, async |store, _| {
            finding_links::claim_due(&store, after(1), after(60), 10)
                .await
                .unwrap()
        })
        .await;
        let claimed: Vec<_> = claimed.into_iter().flatten().collect();
        let [claim] = claimed.as_slice() else {
            panic!("{}: {claimed:?}", store.backend_name());
        };
        assert_eq!(claim.attempts, 1);
        let stale = FindingLink {
            attempts: 0,
            ..claim.clone()
        };
        let put_off = async |link: &FindingLink| {
            finding_links::put_off(&store, link, after(5), "Jira is down", now())
                .await
                .unwrap()
        };
        assert!(!put_off(&stale).await, "the claim is another's");
        assert!(put_off(claim).await);
        let due = finding_links::next_due(&store).await.unwrap().unwrap();
        assert!(due > after(4), "{}", store.backend_name());
    }
}

#[tokio::test]
async fn an_issue_that_moves_or_goes_takes_all_its_findings_along() {
    for store in every_backend().await {
        for number in [7, 8] {
            let defect = raised(&store, number).await;
            let link = FindingLink {
                state: LinkState::Linked,
                jira_id: Some("10001".into()),
                jira_key: Some("SCRUM-1".into()),
                jira_url: Some("https://jira/browse/SCRUM-1".into()),
                ..wanted(number, number)
            };
            assert_eq!(link.defect, defect.id);
            committed(&store, async |tx| finding_links::insert(tx, &link).await)
                .await
                .unwrap();
        }
        let url = "https://jira/browse/NEW-9";
        let moved = async || {
            committed(&store, async |tx| {
                finding_links::moved(tx, "10001", "NEW-9", url, now()).await
            })
            .await
            .unwrap()
        };
        assert_eq!(moved().await.len(), 2, "{}", store.backend_name());
        assert_eq!(moved().await, [], "it is no news");
        let seen = defects::find(&*store, DefectId(id(7))).await.unwrap();
        assert_eq!(seen.unwrap().jira_issue_key.as_deref(), Some("NEW-9"));

        let gone = committed(&store, async |tx| {
            finding_links::gone(tx, "10001", "It was deleted.", now()).await
        })
        .await
        .unwrap();
        assert_eq!(gone.len(), 2);
        let alive = [DefectId(id(7)), DefectId(id(8))];
        assert_eq!(finding_links::alive_of(&*store, &alive).await.unwrap(), []);
    }
}
