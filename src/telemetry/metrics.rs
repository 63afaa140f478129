use std::sync::LazyLock;

use prometheus_client::{encoding::prometheus_text, registry::Registry};

use super::{
    account_label::Account,
    build,
    cache::CacheMetrics,
    clocks::ClockMetrics,
    daily_counts::{DailyCountFamily, DailyCountMetrics},
    database::DatabaseMetrics,
    dependencies::{Dependency, DependencyMetrics, DependencyUp},
    erasures::{ErasureFamilies, ErasureMetrics},
    forwards::{ForwardFamilies, ForwardMetrics},
    http::HttpMetrics,
    jobs::JobMetrics,
    log::LogMetrics,
    logins::{LoginFamilies, LoginMetrics},
    photos::{PhotoFamilies, PhotoMetrics},
    platform::{PlatformFamilies, PlatformMetrics},
    pushes::{PushFamilies, PushMetrics},
    refusals::{RefusalFamily, RefusalMetrics},
    relay::{RelayFamilies, RelayMetrics},
    sessions::{SessionFamilies, SessionMetrics},
    storage::StorageMetrics,
};
use crate::domain::AppId;

/// The media type of [`Metrics::render`].
pub const CONTENT_TYPE: &str = prometheus_text::CONTENT_TYPE;

static METRICS: LazyLock<Metrics> = LazyLock::new(Metrics::new);

/// The metrics of this process.
pub fn metrics() -> &'static Metrics {
    &METRICS
}

/// Every metric, by area. Those of an account are counted with its [`AccountMetrics`].
///
/// Names are registered without the `_total` of a counter, and help texts without their full stop: the encoder appends
/// both. `docs/metrics.md` lists them, and a test compares the two.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    /// Requests of the public listener.
    pub http: HttpMetrics,
    logins: LoginFamilies,
    platform: PlatformFamilies,
    /// Cache operations.
    pub cache: CacheMetrics,
    /// Database operations and the connection pool.
    pub database: DatabaseMetrics,
    /// Operations of the object storage.
    pub storage: StorageMetrics,
    sessions: SessionFamilies,
    /// Jobs.
    pub jobs: JobMetrics,
    erasures: ErasureFamilies,
    /// Whether dependencies work.
    pub dependencies: DependencyMetrics,
    refusals: RefusalFamily,
    relay: RelayFamilies,
    forwards: ForwardFamilies,
    pushes: PushFamilies,
    photos: PhotoFamilies,
    daily_counts: DailyCountFamily,
    /// Clocks of other machines.
    pub clocks: ClockMetrics,
    /// Lost log lines.
    pub log: LogMetrics,
}

/// What is counted for one account: each series has the label `account`. Whoever counts holds a clone. What a day counts, too,
/// goes through the account's [`AccountEvents`](super::events::AccountEvents) only.
#[derive(Debug, Clone)]
pub struct AccountMetrics {
    pub(super) logins: LoginMetrics,
    /// Calls to the platform.
    pub platform: PlatformMetrics,
    pub(super) sessions: SessionMetrics,
    /// Whether the platform works for the account.
    pub platform_up: DependencyUp,
    /// Whether the platform issues the account's token.
    pub account_token_up: DependencyUp,
    pub(super) refusals: RefusalMetrics,
    /// Calls of the operator's own systems that are passed on.
    pub relay: RelayMetrics,
    /// What is passed on to the operator's other systems.
    pub forwards: ForwardMetrics,
    /// Pushes of the platform.
    pub pushes: PushMetrics,
    /// Photos of fans.
    pub photos: PhotoMetrics,
    pub(super) daily_counts: DailyCountMetrics,
}

impl Metrics {
    /// The order here is the order in the output.
    fn new() -> Self {
        let mut registry = Registry::default();
        build::register(&mut registry);
        Self {
            http: HttpMetrics::register(&mut registry),
            logins: LoginFamilies::register(&mut registry),
            platform: PlatformFamilies::register(&mut registry),
            cache: CacheMetrics::register(&mut registry),
            database: DatabaseMetrics::register(&mut registry),
            storage: StorageMetrics::register(&mut registry),
            sessions: SessionFamilies::register(&mut registry),
            jobs: JobMetrics::register(&mut registry),
            erasures: ErasureFamilies::register(&mut registry),
            dependencies: DependencyMetrics::register(&mut registry),
            refusals: RefusalFamily::register(&mut registry),
            relay: RelayFamilies::register(&mut registry),
            forwards: ForwardFamilies::register(&mut registry),
            pushes: PushFamilies::register(&mut registry),
            photos: PhotoFamilies::register(&mut registry),
            daily_counts: DailyCountFamily::register(&mut registry),
            clocks: ClockMetrics::register(&mut registry),
            log: LogMetrics::register(&mut registry),
            registry,
        }
    }

    /// The metrics of one account. The series that can be named now begin at 0: an alert would miss one that begins at 1.
    pub fn account(&self, app_id: &AppId) -> AccountMetrics {
        let account = Account::new(app_id);
        AccountMetrics {
            logins: self.logins.of(account.clone()),
            platform: self.platform.of(account.clone()),
            sessions: self.sessions.of(account.clone()),
            platform_up: self.dependencies.of_account(Dependency::Platform, account.clone()),
            account_token_up: self.dependencies.of_account(Dependency::AccountToken, account.clone()),
            refusals: self.refusals.of(account.clone()),
            relay: self.relay.of(account.clone()),
            forwards: self.forwards.of(account.clone()),
            pushes: self.pushes.of(account.clone()),
            photos: self.photos.of(account.clone()),
            daily_counts: self.daily_counts.of(account),
        }
    }

    /// The metrics of one account's erasures, whose series begin at 0.
    pub fn erasures(&self, app_id: &AppId) -> ErasureMetrics {
        self.erasures.of(app_id)
    }

    /// All metrics in Prometheus' text format, version 0.0.4. A metric without a series is left out.
    pub fn render(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail, and no label of ours does.
        prometheus_text::encode(&mut text, &self.registry).map_or_else(|_| String::new(), |()| text)
    }
}
