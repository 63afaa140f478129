use crate::domain::{FanId, Malformed, OpenId};

/// Names one fan of the account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FanKey {
    /// By the row's id.
    Id(FanId),
    /// By openid.
    OpenId(OpenId),
}

impl FanKey {
    /// Reads an id, which has 36 characters and hyphens, or else an openid.
    pub fn parse(text: &str) -> Result<Self, Malformed> {
        const HYPHENATED_UUID: usize = 36;
        if text.len() == HYPHENATED_UUID
            && let Ok(id) = FanId::parse(text)
        {
            return Ok(Self::Id(id));
        }
        OpenId::parse(text).map(Self::OpenId).map_err(|_| Malformed {
            what: "the fan",
            expected: "an id (a UUID) or an openid",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_and_an_openid_are_distinguished() {
        let id = "019abcde-0000-7000-8000-000000000001";
        assert_eq!(FanKey::parse(id).unwrap(), FanKey::Id(FanId::parse(id).unwrap()));
        for openid in ["oMade-Up_Fan0000000000000001", "019abcde000070008000000000000001"] {
            assert_eq!(
                FanKey::parse(openid).unwrap(),
                FanKey::OpenId(OpenId::parse(openid).unwrap())
            );
        }
        for wrong in ["", "小雨", "o made up"] {
            assert!(FanKey::parse(wrong).is_err(), "{wrong:?} was accepted");
        }
    }
}
