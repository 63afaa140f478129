use super::{
    StoredAudit,
    chain::{ChainHash, ChainPoint},
};

/// Follows a chain row by row and finds the first one that does not fit.
#[derive(Debug, Clone, Copy)]
pub struct ChainWalk {
    at: ChainPoint,
}

/// What is wrong with a chain. The text is for the operator's terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ChainFault {
    /// There is no row at this place.
    #[error("the row at position {position} was removed")]
    Removed {
        /// The first place without a row.
        position: i64,
    },
    /// The row stands where none can be.
    #[error("the row {id} at position {position} was inserted: the chain has another row there, or does not go so far")]
    Inserted {
        /// The row's id.
        id: i64,
        /// The place that the row claims.
        position: i64,
    },
    /// The row is not what was chained.
    #[error("the row {id} at position {position} was altered")]
    Altered {
        /// The row's id.
        id: i64,
        /// Its place.
        position: i64,
    },
    /// The row fits its own hash, and not the row before.
    #[error("the row {id} at position {position} does not follow the row before it: one of the two was replaced")]
    Unlinked {
        /// The row's id.
        id: i64,
        /// Its place.
        position: i64,
    },
    /// The last row is not the one at which the chain ends.
    #[error("the chain ends at position {position} with another hash than its head has")]
    OtherHead {
        /// The place of the head.
        position: i64,
    },
    /// The row at a place that was noted has another hash now.
    #[error("the row at position {position} has another hash than was noted: the chain was made anew")]
    OtherThanNoted {
        /// The noted place.
        position: i64,
    },
}

impl ChainWalk {
    /// Begins behind `start`.
    pub const fn from(start: ChainPoint) -> Self {
        Self { at: start }
    }

    /// The last row that fitted.
    pub const fn at(self) -> ChainPoint {
        self.at
    }

    /// Takes the next row in the order of the places.
    ///
    /// # Errors
    /// What is wrong with it, or that a row before it is missing.
    pub fn step(&mut self, row: &StoredAudit) -> Result<(), ChainFault> {
        let id = row.record.id;
        let next = self.at.followed_by(&row.record);
        let Some(place) = &row.place else {
            return Err(ChainFault::Removed {
                position: next.position,
            });
        };
        let position = place.position;
        if position > next.position {
            return Err(ChainFault::Removed {
                position: next.position,
            });
        }
        if position < next.position {
            return Err(ChainFault::Inserted { id, position });
        }
        if place.hash == next.hash.to_string() && place.prev == self.at.hash.to_string() {
            self.at = next;
            return Ok(());
        }
        let claimed = ChainHash::parse(&place.prev)
            .ok()
            .map(|hash| ChainPoint { hash, ..self.at });
        match claimed.map(|before| before.followed_by(&row.record).hash.to_string()) {
            Some(hash) if hash == place.hash => Err(ChainFault::Unlinked { id, position }),
            _ => Err(ChainFault::Altered { id, position }),
        }
    }

    /// Ends at `head`.
    ///
    /// # Errors
    /// If the rows end before it, or with another hash.
    pub fn end(self, head: ChainPoint) -> Result<(), ChainFault> {
        if self.at.position < head.position {
            let position = self.at.position.saturating_add(1);
            return Err(ChainFault::Removed { position });
        }
        if self.at.hash == head.hash {
            Ok(())
        } else {
            Err(ChainFault::OtherHead {
                position: head.position,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{AuditPlace, AuditRecord, Timestamp};

    fn chain(rows: i64) -> (Vec<StoredAudit>, ChainPoint) {
        let mut at = ChainPoint::START;
        let rows = (1..=rows).map(|number| {
            let record = AuditRecord {
                // Not in step with the places: ids have gaps, and rows may become visible late.
                id: number * 10,
                app_id: "wx0000000000000001".to_owned(),
                at: Timestamp::from_unix_seconds(number),
                actor_kind: "operator".to_owned(),
                actor: "cli:alice".to_owned(),
                act: "fans.sign_out".to_owned(),
                fan: None,
                details: "{}".to_owned(),
            };
            let prev = at.hash.to_string();
            at = at.followed_by(&record);
            StoredAudit {
                record,
                place: Some(AuditPlace {
                    position: at.position,
                    prev,
                    hash: at.hash.to_string(),
                }),
            }
        });
        let rows = rows.collect();
        (rows, at)
    }

    fn walk(rows: &[StoredAudit], head: ChainPoint) -> Result<(), ChainFault> {
        let mut walk = ChainWalk::from(ChainPoint::START);
        rows.iter().try_for_each(|row| walk.step(row))?;
        walk.end(head)
    }

    /// What somebody who may write the table does with a row: everything but the rows after it.
    fn rehash(row: &mut StoredAudit) {
        let place = row.place.as_mut().unwrap();
        let before = ChainPoint {
            position: place.position - 1,
            hash: ChainHash::parse(&place.prev).unwrap(),
        };
        place.hash = before.followed_by(&row.record).hash.to_string();
    }

    #[test]
    fn an_untouched_chain_is_intact() {
        let (rows, head) = chain(5);
        assert_eq!(walk(&rows, head), Ok(()));
        assert_eq!(walk(&[], ChainPoint::START), Ok(()));
    }

    #[test]
    fn an_altered_row_is_named() {
        let (mut rows, head) = chain(5);
        rows[2].record.actor = "cli:mallory".to_owned();
        assert_eq!(walk(&rows, head), Err(ChainFault::Altered { id: 30, position: 3 }));
        rehash(&mut rows[2]);
        // Its own hash is right again. The next row gives it away.
        assert_eq!(walk(&rows, head), Err(ChainFault::Unlinked { id: 40, position: 4 }));
        let (mut rows, head) = chain(5);
        rows[4].record.details = "[]".to_owned();
        rehash(&mut rows[4]);
        assert_eq!(
            walk(&rows, head),
            Err(ChainFault::OtherHead { position: 5 }),
            "the last row"
        );
        rows[1].place.as_mut().unwrap().prev = "nothing".to_owned();
        assert_eq!(walk(&rows, head), Err(ChainFault::Altered { id: 20, position: 2 }));
    }

    #[test]
    fn a_removed_row_is_named_wherever_it_was() {
        for removed in 0..5 {
            let (mut rows, head) = chain(5);
            rows.remove(removed);
            let position = i64::try_from(removed).unwrap() + 1;
            assert_eq!(walk(&rows, head), Err(ChainFault::Removed { position }));
        }
    }

    #[test]
    fn an_inserted_row_is_named() {
        let (mut rows, head) = chain(5);
        let mut inserted = rows[2].clone();
        inserted.record.id = 99;
        rows.insert(3, inserted);
        assert_eq!(walk(&rows, head), Err(ChainFault::Inserted { id: 99, position: 3 }));
        // In the place of a row that was removed for it, with hashes of its own.
        let (mut rows, head) = chain(5);
        rows[2].record.id = 99;
        rehash(&mut rows[2]);
        assert_eq!(walk(&rows, head), Err(ChainFault::Unlinked { id: 40, position: 4 }));
    }
}
