//! The disk under SQLite is full: fans see when to come back, and the database stays whole.

use std::sync::Arc;

use crate::support::{
    contract::Contract,
    database::Database,
    disk::Disk,
    fault_run::FaultRun,
    scene::{Plan, folder},
    skipped,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_costs_a_page_and_leaves_the_database_whole() {
    let folder = folder();
    let Some(mut disk) = Disk::new(folder.path()) else {
        return skipped("a full disk", "the right to mount a file system");
    };
    let database = Database::Sqlite(disk.database());
    let plan = Plan::new("a full disk").replicas(1).wrapped(disk.wrapper());
    let mut scene = plan.on(folder, database, None).await;
    scene.database = Database::Sqlite(disk.look_through(scene.replicas[0].process().pid()));
    let mut fault_run = FaultRun::begin("disk full (SQLite)", scene, Contract::pages(&[503])).await;
    fault_run.fault_begins();
    disk.fill();
    fault_run.hold().await;
    disk.free();
    fault_run.fault_ends();
    let scene = Arc::clone(&fault_run.scene);
    let audit = fault_run.end().await;
    assert!(audit.pages[&503] > 0);
    assert_eq!(
        scene
            .database
            .lines("SELECT integrity_check AS text FROM pragma_integrity_check"),
        ["ok"]
    );
    let (begins, ends) = ("the database is not available", "the database is available again");
    scene.assert_outages_logged(begins, ends).await;
}
