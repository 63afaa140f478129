use crate::{
    domain::{Clock, Random},
    repositories::AccountSecretsRepository,
    services::{
        jobs::Jobs,
        push::forward::{ForwardQueue, ForwardQueueParts, ForwardTargets},
        sealing::{KeyUse, Sealer},
    },
    settings::AccountSettings,
    telemetry::AccountMetrics,
};

/// Writes down what is to be passed on.
pub(super) fn forward_queue(
    settings: &AccountSettings,
    targets: ForwardTargets,
    jobs: &Jobs,
    clock: &Clock,
    random: &Random,
) -> ForwardQueue {
    let app_id = &settings.account.app_id;
    ForwardQueue::new(ForwardQueueParts {
        targets,
        app_id: app_id.clone(),
        sealer: Sealer::derive(&settings.session_keys, app_id, KeyUse::Forward, random.clone()),
        jobs: jobs.clone(),
        secrets: AccountSecretsRepository::new(app_id.clone()),
        clock: clock.clone(),
        random: random.clone(),
    })
}

/// The systems that pushes are passed on to. Their series begin at 0.
pub(super) fn forward_targets(settings: &AccountSettings, metrics: &AccountMetrics) -> ForwardTargets {
    for target in &settings.forward {
        metrics.forwards.announce(target.name.as_str());
    }
    ForwardTargets::new(&settings.forward)
}
