use std::{fmt, str::FromStr};

use sha2::{Digest, Sha256};

use crate::domain::{Malformed, Timestamp};

/// The beginning of every row's bytes: the form of the chain, should it ever change.
const FORM: &[u8] = b"fanpass audit 1";

/// A row of the audit log as the database has it. The words are kept as they are: rows of a newer version are chained and
/// verified too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRecord {
    /// Grows with each row. Rows may become visible in another order.
    pub id: i64,
    /// The account.
    pub app_id: String,
    /// When it was done.
    pub at: Timestamp,
    /// `operator`, `platform`, `fan` or `fanpass`.
    pub actor_kind: String,
    /// Name or id, or empty.
    pub actor: String,
    /// What was done.
    pub act: String,
    /// The fan it concerns.
    pub fan: Option<String>,
    /// A JSON object, byte by byte as it was written.
    pub details: String,
}

/// The hash of a row and, through it, of all rows before.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ChainHash([u8; 32]);

/// A place in the chain of an account. Rows count from 1 in the order in which they were chained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainPoint {
    /// 0: before the first row.
    pub position: i64,
    /// Of the row at this place.
    pub hash: ChainHash,
}

/// A row and, once it is chained, what stands there of its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredAudit {
    /// The row.
    pub record: AuditRecord,
    /// None: not chained yet.
    pub place: Option<AuditPlace>,
}

/// The columns of a row's place. The hashes are texts, because somebody may have written anything there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditPlace {
    /// From 1.
    pub position: i64,
    /// The hash of the row before.
    pub prev: String,
    /// The row's own hash.
    pub hash: String,
}

impl StoredAudit {
    /// The row's place, if it has one that can be read.
    pub fn point(&self) -> Option<ChainPoint> {
        let place = self.place.as_ref()?;
        let hash = ChainHash::parse(&place.hash).ok()?;
        Some(ChainPoint {
            position: place.position,
            hash,
        })
    }
}

impl ChainPoint {
    /// Before the first row.
    pub const START: Self = Self {
        position: 0,
        hash: ChainHash([0; 32]),
    };

    /// The place of `record` if it comes next.
    #[must_use]
    pub fn followed_by(self, record: &AuditRecord) -> Self {
        let position = self.position.saturating_add(1);
        Self {
            position,
            hash: ChainHash::of(position, record, self.hash),
        }
    }
}

impl ChainHash {
    /// SHA-256 over the previous hash and every field of the row. Each field is preceded by its length, so that no two
    /// different rows have the same bytes.
    fn of(position: i64, record: &AuditRecord, prev: Self) -> Self {
        let mut digest = Sha256::new();
        let mut field = |bytes: &[u8]| {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            digest.update(length.to_be_bytes());
            digest.update(bytes);
        };
        field(FORM);
        field(&prev.0);
        field(&position.to_be_bytes());
        field(&record.id.to_be_bytes());
        field(record.app_id.as_bytes());
        field(&record.at.unix_seconds().to_be_bytes());
        field(record.actor_kind.as_bytes());
        field(record.actor.as_bytes());
        field(record.act.as_bytes());
        // No fan is another row than a fan without an id.
        field(&[u8::from(record.fan.is_some())]);
        field(record.fan.as_deref().unwrap_or_default().as_bytes());
        field(record.details.as_bytes());
        Self(digest.finalize().into())
    }

    /// Reads 64 hexadecimal digits.
    ///
    /// # Errors
    /// If the text has another form.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        let mut bytes = [0; 32];
        let malformed = |_| Malformed {
            what: "the hash",
            expected: "64 hexadecimal digits",
        };
        hex::decode_to_slice(text, &mut bytes).map_err(malformed)?;
        Ok(Self(bytes))
    }
}

/// 64 hexadecimal digits.
impl fmt::Display for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for ChainHash {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, formatter)
    }
}

/// `12:` and the hash, as the head is printed and noted.
impl fmt::Display for ChainPoint {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}:{}", self.position, self.hash)
    }
}

impl FromStr for ChainPoint {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        let parts = text.split_once(':').and_then(|(position, hash)| {
            let position = position.parse().ok().filter(|position| *position >= 0)?;
            Some((position, ChainHash::parse(hash).ok()?))
        });
        let (position, hash) = parts.ok_or(Malformed {
            what: "the head",
            expected: "a position, a colon and 64 hexadecimal digits, as `fanpass audit verify` prints it",
        })?;
        Ok(Self { position, hash })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record() -> AuditRecord {
        AuditRecord {
            id: 7,
            app_id: "wx0000000000000001".to_owned(),
            at: Timestamp::from_unix_seconds(1_795_435_199),
            actor_kind: "operator".to_owned(),
            actor: "cli:alice".to_owned(),
            act: "fans.sign_out".to_owned(),
            fan: Some("0190b0e0-0000-7000-8000-000000000000".to_owned()),
            details: "{}".to_owned(),
        }
    }

    /// Computed apart from this program, with Python's hashlib. Rows that are stored depend on it.
    #[test]
    fn the_form_of_the_chain_does_not_change() {
        let point = ChainPoint::START.followed_by(&record());
        assert_eq!(point.position, 1);
        assert_eq!(
            point.hash.to_string(),
            "ba27e258e52bc98695f68dbf9dafb34d8d2ec867c2c6f152142f0ddcc24c5a2a"
        );
    }

    #[test]
    fn every_field_and_the_row_before_change_the_hash() {
        let place = |record: &AuditRecord| ChainPoint::START.followed_by(record).hash;
        let plain = place(&record());
        let changes: [fn(&mut AuditRecord); 10] = [
            |row| row.id = 8,
            |row| row.app_id.push('x'),
            |row| row.at = row.at.plus_seconds(1),
            |row| row.actor_kind = "fan".to_owned(),
            |row| row.actor = "cli:mallory".to_owned(),
            |row| row.act = "fans.forget".to_owned(),
            |row| row.fan = None,
            |row| row.fan = Some(String::new()),
            |row| row.details = r#"{"a":1}"#.to_owned(),
            // A letter that moves from one field to the next.
            |row| {
                row.actor_kind = "operatorc".to_owned();
                row.actor = "li:alice".to_owned();
            },
        ];
        let mut hashes = vec![plain];
        for change in changes {
            let mut changed = record();
            change(&mut changed);
            hashes.push(place(&changed));
        }
        hashes.push(ChainPoint::START.followed_by(&record()).followed_by(&record()).hash);
        for (number, hash) in hashes.iter().enumerate() {
            assert!(!hashes.iter().skip(number + 1).any(|other| other == hash), "{number}");
        }
    }

    #[test]
    fn a_head_reads_back() {
        let head = ChainPoint::START.followed_by(&record());
        assert_eq!(head.to_string().parse::<ChainPoint>().unwrap(), head);
        for wrong in [
            "",
            "1",
            "1:",
            "1:00",
            "-1:00",
            &format!("x:{}", head.hash),
            &format!("-1:{}", head.hash),
        ] {
            assert!(wrong.parse::<ChainPoint>().is_err(), "{wrong:?} was accepted");
        }
    }
}
