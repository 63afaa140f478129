//! Asks the platform who follows the account, and notes it at the fans that are known.
//!
//! Who follows and never registered is counted and kept nowhere. A run that was stopped is gone on with: the list is walked
//! again, which costs one call for 10,000 followers, and fans who were asked about since it began are not asked about again.

use std::{collections::HashMap, time::Duration};

use secrecy::SecretString;

use crate::{
    cache::Cache,
    clients::wechat::{FOLLOWER_BATCH, FollowerInfo, FollowersPage, WeChatClient},
    domain::{AuditAct, Clock, Deadline, FanId, FollowState, OpenId, Timestamp},
    repositories::{FansRepository, FollowCheck, RepositoryError, Transaction},
    services::{
        account_tokens::{AccountTokenError, AccountTokens},
        audit_trail::OperatorLog,
    },
};

/// The most openids of a page of the platform's list.
const PAGE: u64 = 10_000;

/// Openids that the database is asked about at once.
const CHUNK: usize = 500;

/// Fans whose rows are changed in one transaction.
const ROWS: u16 = 500;

/// When the run began that is not finished, for two days, which outlasts a quota.
const UNFINISHED_KEY: &str = "follower_sync";
const UNFINISHED_TTL: Duration = Duration::from_hours(48);

/// Brings what is known of followers up to date.
pub struct FollowerSync {
    /// Calls the platform.
    pub platform: WeChatClient,
    /// The account's token.
    pub tokens: AccountTokens,
    /// The fans.
    pub fans: FansRepository,
    /// Remembers a run that is not finished.
    pub cache: Cache,
    /// The commands of operators stand there.
    pub log: OperatorLog,
    /// Dates what is found.
    pub clock: Clock,
    /// How long one call may take.
    pub timeout: Duration,
}

/// What a run found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SyncReport {
    /// Whether it went on with one that was stopped.
    pub resumed: bool,
    /// Fans who follow the account.
    pub following: u64,
    /// Fans who do not.
    pub not_following: u64,
    /// Those who follow and never registered.
    pub others: u64,
}

/// Why a run was stopped. The next one goes on with it.
#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    /// The platform refused or did not respond.
    #[error("{0}")]
    Platform(#[from] AccountTokenError),
    /// The database failed.
    #[error("the database failed: {0}")]
    Database(#[from] RepositoryError),
    /// The list ended early, or did not end. Who is not in it may follow all the same.
    #[error("the platform's list of followers is not whole: {looked_at} of {total}; nobody was noted as not following")]
    NotWhole {
        /// How many it had.
        looked_at: u64,
        /// How many there are, as it said.
        total: u64,
    },
}

impl FollowerSync {
    /// Walks the list of followers. `progress` gets how many were looked at and how many there are.
    ///
    /// # Errors
    /// [`SyncError`].
    pub async fn run(&self, progress: impl Fn(u64, u64)) -> Result<SyncReport, SyncError> {
        let started = self.clock.now();
        let (began, resumed) = self.begin(started).await;
        let mut report = SyncReport {
            resumed,
            ..SyncReport::default()
        };
        let (mut next, mut looked_at, mut total) = (None, 0, u64::MAX);
        loop {
            let asked_at = self.now(started);
            let page = self.page(next.as_deref()).await?;
            total = total.min(page.total);
            for chunk in page.openids.chunks(CHUNK) {
                let known = self.note(chunk, began, asked_at).await?;
                looked_at += to_u64(chunk.len());
                report.following += known;
                report.others += to_u64(chunk.len()).saturating_sub(known);
                progress(looked_at, page.total);
            }
            // Pages that lead to each other would be walked for ever.
            if looked_at > page.total.saturating_add(PAGE) {
                return Err(SyncError::NotWhole { looked_at, total });
            }
            if page.next.is_none() || page.openids.is_empty() {
                break;
            }
            next = page.next;
        }
        // Some may have unfollowed during the walk.
        if looked_at < total - total / 100 {
            return Err(SyncError::NotWhole { looked_at, total });
        }
        // What a stopped run found may be over by now: this walk alone says who is not in the list.
        report.not_following = self.note_others(started).await?;
        self.end(report).await?;
        Ok(report)
    }

    /// When the run began: this one, or the one that was stopped.
    async fn begin(&self, now: Timestamp) -> (Timestamp, bool) {
        let stored = self.cache.get(UNFINISHED_KEY).await.ok().flatten();
        let stopped = stored.and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok());
        if let Some(seconds) = stopped {
            return (Timestamp::from_unix_seconds(seconds), true);
        }
        let text = now.unix_seconds().to_string();
        // Otherwise a run that is stopped begins anew.
        drop(self.cache.put(UNFINISHED_KEY, text.as_bytes(), UNFINISHED_TTL).await);
        (now, false)
    }

    async fn end(&self, report: SyncReport) -> Result<(), SyncError> {
        let (log, now) = (self.log.clone(), self.clock.now());
        let entry = log
            .entry(now, AuditAct::FansSync)
            .with("following", report.following)
            .with("not_following", report.not_following)
            .with("others", report.others);
        let work = move |tx: &mut Transaction<'_>| log.add(tx, &entry);
        self.fans.database().transaction(work).await?;
        drop(self.cache.remove(UNFINISHED_KEY).await);
        Ok(())
    }

    async fn page(&self, next: Option<&str>) -> Result<FollowersPage, SyncError> {
        let ask = async |token: SecretString| self.platform.followers(&token, next, self.deadline()).await;
        Ok(self.tokens.call(self.deadline(), ask).await?)
    }

    /// Notes those of a chunk of followers who are fans, and returns how many there are.
    async fn note(&self, openids: &[OpenId], began: Timestamp, asked_at: Timestamp) -> Result<u64, SyncError> {
        let known = self.fans.follow_checks(openids).await?;
        let count = to_u64(known.len());
        let is_fresh = |check: &FollowCheck| check.subscribed == Some(true) && check.checked_at >= Some(began);
        let (fresh, stale): (Vec<_>, Vec<_>) = known.into_iter().partition(is_fresh);
        let fresh: Vec<FanId> = fresh.into_iter().map(|check| check.id).collect();
        if !fresh.is_empty() {
            let fans = self.fans.clone();
            let work = move |tx: &mut Transaction<'_>| fans.note_still_followed(tx, &fresh, asked_at);
            self.fans.database().transaction(work).await?;
        }
        for batch in stale.chunks(FOLLOWER_BATCH) {
            self.ask_about(batch, asked_at).await?;
        }
        Ok(count)
    }

    /// Asks about followers, and stores what the platform says. One of whom it says nothing follows all the same.
    async fn ask_about(&self, batch: &[FollowCheck], listed_at: Timestamp) -> Result<(), SyncError> {
        let openids: Vec<OpenId> = batch.iter().map(|check| check.openid.clone()).collect();
        // A push may say something newer meanwhile.
        let asked_at = self.now(listed_at);
        let ask = async |token: SecretString| self.platform.follower_infos(&token, &openids, self.deadline()).await;
        let infos: Vec<FollowerInfo> = self.tokens.call(self.deadline(), ask).await?;
        let mut states: HashMap<OpenId, FollowState> =
            infos.into_iter().map(|info| (info.openid, info.state)).collect();
        let listed = FollowState {
            subscribed: Some(true),
            ..FollowState::default()
        };
        let states = batch
            .iter()
            .map(|check| (check.id, states.remove(&check.openid).unwrap_or_else(|| listed.clone())));
        self.store(states.collect(), asked_at).await
    }

    /// Notes that the fans who are not in the list do not follow, and returns how many there are.
    async fn note_others(&self, started: Timestamp) -> Result<u64, SyncError> {
        let mut count = 0;
        loop {
            let fans = self.fans.not_seen_since(started, ROWS).await?;
            if fans.is_empty() {
                return Ok(count);
            }
            count += to_u64(fans.len());
            let not = FollowState {
                subscribed: Some(false),
                ..FollowState::default()
            };
            let states = fans.into_iter().map(|fan| (fan, not.clone()));
            self.store(states.collect(), started).await?;
        }
    }

    async fn store(&self, states: Vec<(FanId, FollowState)>, asked_at: Timestamp) -> Result<(), SyncError> {
        let fans = self.fans.clone();
        let work = move |tx: &mut Transaction<'_>| {
            let mut states = states.iter();
            states.try_for_each(|(fan, state)| fans.set_follow_state(tx, *fan, state, asked_at))
        };
        Ok(self.fans.database().transaction(work).await?)
    }

    /// Never before the walk started, should the clock be set back.
    fn now(&self, started: Timestamp) -> Timestamp {
        self.clock.now().max(started)
    }

    fn deadline(&self) -> Deadline {
        Deadline::after(self.timeout)
    }
}

fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
