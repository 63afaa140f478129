use std::sync::Arc;

use super::{account::Account, infrastructure::Infrastructure};
use crate::services::health::{Health, HealthCheck};

/// The health checks of the process, which serves these accounts.
pub(super) fn health(infrastructure: &Infrastructure, accounts: &[Account]) -> Health {
    let Infrastructure { database, clock, .. } = infrastructure.clone();
    let caches = accounts.iter().map(|account| account.cache.clone()).collect();
    let platform = accounts
        .iter()
        .map(|account| (account.platform_health.clone(), account.metrics.platform_up.clone()));
    let tokens = accounts
        .iter()
        .map(|account| (Arc::clone(&account.tokens), account.metrics.account_token_up.clone()));
    let checks = vec![
        HealthCheck::of_database(database.clone(), clock.clone()),
        HealthCheck::of_cache(caches, clock.clone()),
        HealthCheck::of_platform(platform.collect()),
        HealthCheck::of_account_tokens(tokens.collect()),
        HealthCheck::of_storage(infrastructure.storage.clone(), clock.clone()),
        HealthCheck::of_jobs(accounts.iter().map(|account| account.jobs.clone()).collect(), clock),
    ];
    Health::new(database, checks)
}
