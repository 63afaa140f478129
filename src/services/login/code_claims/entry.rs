/// What stands under a code's key: one letter, and what belongs to it.
pub(super) enum Entry {
    Leased,
    GrantSaved(String),
    Completed(String),
}

impl Entry {
    /// The entry of a holder; it never changes, so that a renewal is recognised whatever became of its answer.
    pub(super) fn held(holder: &str) -> Vec<u8> {
        format!("h{holder}").into_bytes()
    }

    pub(super) fn granted(sealed: &str) -> Vec<u8> {
        format!("g{sealed}").into_bytes()
    }

    pub(super) fn finished(sealed: &str) -> Vec<u8> {
        format!("f{sealed}").into_bytes()
    }

    /// None for what is none of ours.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (letter, rest) = bytes.split_first()?;
        let rest = || std::str::from_utf8(rest).ok().map(str::to_owned);
        match letter {
            b'h' => Some(Self::Leased),
            b'g' => rest().map(Self::GrantSaved),
            b'f' => rest().map(Self::Completed),
            _ => None,
        }
    }
}
