//! The history of migrations, one for both databases. Only add; what is released never changes.
//!
//! The migrator takes no lock of its own; [`crate::Store::migrate`] runs it under ours.

mod m001_sessions;
mod m002_operations;
mod m003_tracking;
mod m004_queues;
mod m005_audit;
mod m006_people;
mod m007_deployment;
mod m008_outbox_keys;
mod m009_connections;
mod m010_grants;
mod m011_slack_installations;
mod m012_health;
mod m013_inbound_jira;
mod m014_suite_runs;
mod m015_defects;
mod m016_finding_kinds;
mod m017_finding_news;
mod m018_rules;
mod m019_finding_links;
mod m022_finding_cards;
mod m023_defect_hands;
mod m024_suites;
mod m025_flakiness;
mod m026_findings_at_scale;
mod m027_suite_starts;
mod m028_outbox_patience;
mod m029_outbox_order;
mod m030_rules_since;
mod m031_news_order;

use sea_orm_migration::{MigrationTrait, MigratorTrait};

pub(crate) struct Migrator;

impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m001_sessions::Migration),
            Box::new(m002_operations::Migration),
            Box::new(m003_tracking::Migration),
            Box::new(m004_queues::Migration),
            Box::new(m005_audit::Migration),
            Box::new(m006_people::Migration),
            Box::new(m007_deployment::Migration),
            Box::new(m008_outbox_keys::Migration),
            Box::new(m009_connections::Migration),
            Box::new(m010_grants::Migration),
            Box::new(m011_slack_installations::Migration),
            Box::new(m012_health::Migration),
            Box::new(m013_inbound_jira::Migration),
            Box::new(m014_suite_runs::Migration),
            Box::new(m015_defects::Migration),
            Box::new(m016_finding_kinds::Migration),
            Box::new(m017_finding_news::Migration),
            Box::new(m018_rules::Migration),
            Box::new(m019_finding_links::Migration),
            Box::new(m022_finding_cards::Migration),
            Box::new(m023_defect_hands::Migration),
            Box::new(m024_suites::Migration),
            Box::new(m025_flakiness::Migration),
            Box::new(m026_findings_at_scale::Migration),
            Box::new(m027_suite_starts::Migration),
            Box::new(m028_outbox_patience::Migration),
            Box::new(m029_outbox_order::Migration),
            Box::new(m030_rules_since::Migration),
            Box::new(m031_news_order::Migration),
        ]
    }
}
