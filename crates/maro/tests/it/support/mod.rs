//! What the tests stand on: a sandbox, a database, the real binary, and people who act.

mod api;
mod atlassian;
#[cfg(feature = "kubernetes")]
mod cluster;
mod database;
mod deadline;
mod inside;
#[cfg(feature = "kubernetes")]
mod kmock;
mod maro;
mod road;
mod seen;
mod signing;
mod world;

pub(crate) use atlassian::{browser, leads_to};
#[cfg(feature = "kubernetes")]
pub(crate) use cluster::Cluster;
pub(crate) use database::Database;
pub(crate) use deadline::eventually;
pub(crate) use inside::Inside;
#[cfg(feature = "kubernetes")]
pub(crate) use kmock::Kmock;
pub(crate) use maro::{Maro, command};
pub(crate) use road::Road;
pub(crate) use seen::{button, has_button};
pub(crate) use signing::{signed_jira, signed_runner, signed_slack, slack_signature};
pub(crate) use world::{CHANNELS, Told, World};

/// How many times a process is killed at each failpoint: `MARO_TEST_KILLS`, or this many.
pub(crate) fn kills(unless_said: usize) -> usize {
    #[expect(
        clippy::disallowed_methods,
        reason = "tests are configured by the environment"
    )]
    let wanted = std::env::var("MARO_TEST_KILLS");
    wanted.map_or(unless_said, |text| text.parse().unwrap())
}

/// One story, told on SQLite and on PostgreSQL: `both_databases!(name_of_the_function);`
macro_rules! both_databases {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use crate::support::Database;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$story(Database::sqlite()).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = Database::postgres().await {
                    super::$story(database).await;
                }
            }
        }
    )+};
}
pub(crate) use both_databases;

/// A story that the database does not matter for, told on SQLite.
macro_rules! on_sqlite {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::$story(crate::support::Database::sqlite()).await;
            }
        }
    )+};
}
pub(crate) use on_sqlite;

/// `kill -9` at each failpoint of a way, on both databases, by the module's `kill_again_and_again`.
/// Every failpoint of the way must be named, in its order.
macro_rules! killed_at {
    ($way:ident: $($story:ident => $failpoint:literal),+ $(,)?) => {
        $(mod $story {
            use crate::support::Database;

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                super::kill_again_and_again(Database::sqlite(), $failpoint).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                if let Some(database) = Database::postgres().await {
                    super::kill_again_and_again(database, $failpoint).await;
                }
            }
        })+

        #[test]
        fn every_failpoint_of_the_way_has_a_test() {
            assert_eq!([$($failpoint),+], maro_app::failpoints::$way);
        }
    };
}
pub(crate) use killed_at;
