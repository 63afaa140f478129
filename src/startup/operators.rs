use super::{
    StartupError,
    forwards::forward_queue,
    infrastructure::{Infrastructure, open_for_operators},
};
use crate::{
    cache::ProcessCache,
    domain::{Clock, OperatorName, Random},
    repositories::{
        AccountSecretsRepository, AuditLogRepository, DailyCountsRepository, ErasureReceiptsRepository, FansRepository,
        JobsRepository, PhotosRepository, PushReceiptsRepository, SessionRevocationsRepository,
    },
    services::{
        audit_trail::{AuditTrail, OperatorLog},
        fans::{Erasure, ErasureListeners, FanAdministration, FanAdministrationParts},
        jobs::Jobs,
        key_reseal::KeyReseal,
        photos::PhotoRemoval,
        push::forward::ForwardTargets,
        sealing::{KeyUse, Sealer},
        web_tokens::WebTokens,
    },
    settings::{AccountSettings, Settings},
    telemetry,
};

/// Builds the service for the commands of `operator` on the account's fans. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn operators(
    settings: &Settings,
    operator: OperatorName,
    clock: Clock,
    random: Random,
) -> Result<FanAdministration, StartupError> {
    let infrastructure = Infrastructure::for_operators(&settings.process(), clock, random)?;
    let settings = settings.account();
    let app_id = &settings.account.app_id;
    let Infrastructure {
        database,
        cache,
        storage,
        clock,
        random,
        ..
    } = infrastructure;
    let tokens = shared_tokens(&settings, &cache, &clock, &random);
    let (fans, revocations) = (
        FansRepository::new(database.clone(), app_id.clone()),
        SessionRevocationsRepository::new(database.clone(), app_id.clone()),
    );
    let audit_log = AuditLogRepository::new(database.clone(), app_id.clone());
    let jobs = JobsRepository::new(database.clone(), app_id.clone());
    let jobs = Jobs::new(jobs, clock.clone(), random.clone());
    let targets = ForwardTargets::new(&settings.forward);
    let queue = forward_queue(&settings, targets, &jobs, &clock, &random);
    let erasure = Erasure {
        fans: fans.clone(),
        revocations: revocations.clone(),
        receipts: ErasureReceiptsRepository::new(database.clone(), app_id.clone()),
        push_receipts: PushReceiptsRepository::new(database.clone(), app_id.clone()),
        secrets: AccountSecretsRepository::new(app_id.clone()),
        audit_log: audit_log.clone(),
        counts: DailyCountsRepository::new(database.clone(), app_id.clone()),
        time_zone: settings.site.time_zone.clone(),
        jobs,
        tokens,
        photos: PhotoRemoval {
            photos: PhotosRepository::new(database.clone(), app_id.clone()),
            objects: storage.of_account(app_id),
        },
        listeners: ErasureListeners::new(vec![Box::new(queue)]),
        metrics: telemetry::metrics().erasures(app_id),
        clock: clock.clone(),
        random,
    };
    Ok(FanAdministration::new(FanAdministrationParts {
        database,
        fans,
        revocations,
        erasure,
        audit_log,
        operator,
        clock,
    }))
}

/// The web tokens, if they are in a cache that processes share.
fn shared_tokens(
    settings: &AccountSettings,
    cache: &ProcessCache,
    clock: &Clock,
    random: &Random,
) -> Option<WebTokens> {
    let app_id = &settings.account.app_id;
    cache.is_shared().then(|| {
        let sealer = Sealer::derive(&settings.session_keys, app_id, KeyUse::WebToken, random.clone());
        WebTokens::new(cache.of_account(app_id), sealer, clock.clone(), random.clone())
    })
}

/// Builds the service for `fanpass keys reseal`. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's or the cache's URL cannot be used.
pub fn key_reseal(
    settings: &Settings,
    operator: OperatorName,
    clock: Clock,
    random: Random,
) -> Result<KeyReseal, StartupError> {
    let Infrastructure {
        database,
        cache,
        clock,
        random,
        ..
    } = Infrastructure::for_operators(&settings.process(), clock, random)?;
    let settings = settings.account();
    let app_id = settings.account.app_id.clone();
    let log = AuditLogRepository::new(database.clone(), app_id.clone());
    Ok(KeyReseal {
        fans: FansRepository::new(database.clone(), app_id),
        tokens: shared_tokens(&settings, &cache, &clock, &random),
        log: OperatorLog::new(log, operator),
        database,
        clock,
    })
}

/// The migrations that a command ran.
pub struct Migrated {
    /// The name of the database's backend.
    pub backend: &'static str,
    /// The names of those that were pending.
    pub names: Vec<String>,
}

/// Runs the pending migrations.
///
/// # Errors
/// [`StartupError`] if the database cannot be used, or a migration fails.
pub async fn migrate(settings: &Settings) -> Result<Migrated, StartupError> {
    let database = open_for_operators(&settings.process())?;
    database.verify().await?;
    Ok(Migrated {
        backend: database.backend_name(),
        names: database.migrate().await.map_err(StartupError::Migrate)?,
    })
}

/// Builds the audit log for its commands. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's URL cannot be used.
pub fn audit_trail(settings: &Settings, clock: Clock) -> Result<AuditTrail, StartupError> {
    let database = open_for_operators(&settings.process())?;
    let app_id = settings.account().account.app_id;
    let repository = AuditLogRepository::new(database.clone(), app_id);
    Ok(AuditTrail::new(database, repository, clock, settings.audit.keep_days))
}

/// Builds the service for the commands of `operator` about jobs. Makes no connection yet.
///
/// # Errors
/// [`StartupError`] if the database's URL cannot be used.
pub fn job_administration(
    settings: &Settings,
    operator: OperatorName,
    clock: Clock,
    random: Random,
) -> Result<Jobs, StartupError> {
    let database = open_for_operators(&settings.process())?;
    let app_id = settings.account().account.app_id;
    let log = OperatorLog::new(AuditLogRepository::new(database.clone(), app_id.clone()), operator);
    Ok(Jobs::new(JobsRepository::new(database, app_id), clock, random).for_operator(log))
}
