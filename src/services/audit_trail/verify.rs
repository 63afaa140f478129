use super::{AuditTrail, PAGE_ROWS};
use crate::{
    domain::{ChainFault, ChainPoint, ChainWalk, Timestamp},
    repositories::{ChainState, RepositoryError},
    services::ServiceError,
};

/// A purge that runs at the same time takes rows away from the walk, which then begins anew.
const ATTEMPTS: u32 = 30;

/// What verifying the chain showed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditVerification {
    /// Where the chain begins and ends.
    pub state: ChainState,
    /// How many rows were recomputed.
    pub rows: u64,
    /// How many rows have no place yet, and the moment of the oldest of them.
    pub waiting: (u64, Option<Timestamp>),
    /// The first thing that is wrong, or that a noted head could not be compared.
    pub finding: ChainFinding,
}

/// The result for the chained rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChainFinding {
    /// Every row is as it was chained, and none is missing.
    Intact,
    /// As [`Self::Intact`], but the row of the noted head is purged.
    NotedIsPurged,
    /// Something is wrong.
    Broken(ChainFault),
}

impl AuditTrail {
    /// Recomputes the chain from its beginning to its head. `noted` is a head that somebody wrote down earlier.
    ///
    /// # Errors
    /// [`ServiceError`] if the database does not respond.
    pub async fn verify(&self, noted: Option<ChainPoint>) -> Result<AuditVerification, ServiceError> {
        let mut attempt = 1;
        loop {
            let state = self.repository.chain().await?;
            let (rows, finding) = self.walk(state, noted).await?;
            let is_broken = matches!(finding, ChainFinding::Broken(_));
            let was_purged = is_broken && self.repository.chain().await?.purged != state.purged;
            if was_purged && attempt < ATTEMPTS {
                attempt += 1;
                continue;
            }
            return Ok(AuditVerification {
                state,
                rows,
                waiting: self.repository.waiting().await?,
                finding,
            });
        }
    }

    async fn walk(&self, state: ChainState, noted: Option<ChainPoint>) -> Result<(u64, ChainFinding), RepositoryError> {
        let mut walk = ChainWalk::from(state.purged);
        let mut rows = 0;
        let mut noted = NotedHead::new(noted, state.purged);
        let start = noted.compare(walk.at()).err();
        if let Some(fault) = start.or(self.below(state.purged).await?) {
            return Ok((rows, ChainFinding::Broken(fault)));
        }
        loop {
            let page = self.repository.chained(walk.at().position, PAGE_ROWS).await?;
            let is_last = page.len() < usize::from(PAGE_ROWS);
            // Rows that are chained meanwhile come after the head that was read first.
            let known = page.iter().take_while(|row| {
                row.place
                    .as_ref()
                    .is_some_and(|place| place.position <= state.head.position)
            });
            let mut stepped = 0;
            for row in known {
                if let Err(fault) = walk.step(row).and_then(|()| noted.compare(walk.at())) {
                    return Ok((rows, ChainFinding::Broken(fault)));
                }
                stepped += 1;
            }
            rows += stepped;
            if is_last || stepped == 0 {
                break;
            }
        }
        let end = match walk.end(state.head) {
            Ok(()) => self.beyond(state.head).await?,
            Err(fault) => Some(fault),
        };
        let finding = end.map_or_else(|| noted.end(state.head), ChainFinding::Broken);
        Ok((rows, finding))
    }

    /// A row that claims a place before the beginning of the chain: nobody reads such rows in their order.
    async fn below(&self, purged: ChainPoint) -> Result<Option<ChainFault>, RepositoryError> {
        let first = self.repository.chained(i64::MIN, 1).await?;
        let first = first
            .first()
            .and_then(|row| Some((row.record.id, row.place.as_ref()?.position)));
        let inserted = first.filter(|(_, position)| *position <= purged.position);
        Ok(inserted.map(|(id, position)| ChainFault::Inserted { id, position }))
    }

    /// A row that claims a place behind the head. The rows are read first, because the head moves with every new row.
    async fn beyond(&self, head: ChainPoint) -> Result<Option<ChainFault>, RepositoryError> {
        let Some(last) = self.repository.last_position().await? else {
            return Ok(None);
        };
        let now = self.repository.chain().await?.head;
        if last <= now.position {
            return Ok(None);
        }
        let rows = self.repository.chained(head.position.max(now.position), 1).await?;
        let row = rows.first().map(|row| (row.record.id, row.place.as_ref()));
        let row = row.and_then(|(id, place)| Some((id, place?.position)));
        Ok(row.map(|(id, position)| ChainFault::Inserted { id, position }))
    }
}

/// A head that was noted, until the walk has passed its place.
struct NotedHead {
    noted: Option<ChainPoint>,
    is_purged: bool,
}

impl NotedHead {
    fn new(noted: Option<ChainPoint>, purged: ChainPoint) -> Self {
        // The last purged row's hash is known: it can be compared like any other.
        let is_purged = noted.is_some_and(|noted| noted.position < purged.position);
        Self {
            noted: noted.filter(|_| !is_purged),
            is_purged,
        }
    }

    fn compare(&mut self, at: ChainPoint) -> Result<(), ChainFault> {
        match self.noted {
            Some(noted) if noted.position == at.position => {
                self.noted = None;
                let position = noted.position;
                (noted.hash == at.hash)
                    .then_some(())
                    .ok_or(ChainFault::OtherThanNoted { position })
            }
            _ => Ok(()),
        }
    }

    /// A place that the walk never reached was removed, with everything after it.
    fn end(&self, head: ChainPoint) -> ChainFinding {
        match self.noted {
            Some(noted) if noted.position > head.position => {
                let position = head.position.saturating_add(1);
                ChainFinding::Broken(ChainFault::Removed { position })
            }
            _ if self.is_purged => ChainFinding::NotedIsPurged,
            _ => ChainFinding::Intact,
        }
    }
}
