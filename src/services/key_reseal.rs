//! Seals what is stored for long with the account's current key: `fanpass keys reseal`. Cookies and outcomes of codes are
//! not among it, because they expire within hours.

use crate::{
    cache::CacheError,
    domain::{AuditAct, Clock, FanId},
    repositories::{Database, FansRepository, RepositoryError, Transaction},
    services::{
        audit_trail::OperatorLog,
        web_tokens::{Resealed, WebTokens},
    },
};

/// Rows per query.
const PAGE_ROWS: u16 = 2000;

/// Goes through everything that is kept sealed for longer than a login. A room that keeps something more adds it to
/// [`KeyReseal::run`].
pub struct KeyReseal {
    /// For the row in the audit log.
    pub database: Database,
    /// The fans, whose tokens are sealed.
    pub fans: FansRepository,
    /// Their tokens. None if each process has a cache of its own.
    pub tokens: Option<WebTokens>,
    /// The operator's acts.
    pub log: OperatorLog,
    /// Dates the act.
    pub clock: Clock,
}

/// How many values were found, by what became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, serde::Serialize)]
pub struct ResealCounts {
    /// Sealed anew.
    pub resealed: u64,
    /// Sealed by the current key before.
    pub already: u64,
    /// Opened by none of the keys.
    pub unreadable: u64,
}

/// Why not everything was sealed anew. It can be repeated.
#[derive(Debug, thiserror::Error)]
pub enum ResealError {
    /// The database failed.
    #[error("the database: {0}")]
    Repository(#[from] RepositoryError),
    /// The cache failed.
    #[error("the cache: {0}")]
    Cache(#[from] CacheError),
}

impl KeyReseal {
    /// Seals anew whatever another key than the current one sealed. None: nothing is stored outside the processes.
    ///
    /// # Errors
    /// [`ResealError`]: some of it may be done.
    pub async fn run(&self) -> Result<Option<ResealCounts>, ResealError> {
        let Some(tokens) = &self.tokens else {
            return Ok(None);
        };
        let counts = self.reseal_tokens(tokens).await?;
        self.record(counts).await?;
        Ok(Some(counts))
    }

    async fn reseal_tokens(&self, tokens: &WebTokens) -> Result<ResealCounts, ResealError> {
        let mut counts = ResealCounts::default();
        let mut after: Option<FanId> = None;
        loop {
            let page = self.fans.page(after, PAGE_ROWS).await?;
            for fan in &page {
                counts.add(tokens.reseal(fan.id, &fan.profile.openid).await?);
            }
            after = page.last().map(|fan| fan.id);
            if after.is_none() {
                return Ok(counts);
            }
        }
    }

    async fn record(&self, counts: ResealCounts) -> Result<(), RepositoryError> {
        let entry = self.log.entry(self.clock.now(), AuditAct::KeysReseal);
        let entry = entry
            .with("resealed", counts.resealed)
            .with("unreadable", counts.unreadable);
        let log = self.log.clone();
        self.database
            .transaction(move |tx: &mut Transaction<'_>| log.add(tx, &entry))
            .await
    }
}

impl ResealCounts {
    fn add(&mut self, resealed: Resealed) {
        match resealed {
            Resealed::Now => self.resealed += 1,
            Resealed::Already => self.already += 1,
            Resealed::Unreadable => self.unreadable += 1,
            Resealed::NothingKept => {}
        }
    }
}
