/// The value under a code's key: one letter for the kind, then the content.
pub(super) enum Entry {
    Leased,
    GrantSaved(String),
    Completed(String),
}

impl Entry {
    pub(super) fn leased(holder: &str) -> Vec<u8> {
        format!("h{holder}").into_bytes()
    }

    pub(super) fn grant_saved(sealed: &str) -> Vec<u8> {
        format!("g{sealed}").into_bytes()
    }

    pub(super) fn completed(sealed: &str) -> Vec<u8> {
        format!("f{sealed}").into_bytes()
    }

    /// Reads a value. None if it is not one of ours.
    pub(super) fn decode(bytes: &[u8]) -> Option<Self> {
        let (letter, content) = bytes.split_first()?;
        let content = || std::str::from_utf8(content).ok().map(str::to_owned);
        match letter {
            b'h' => Some(Self::Leased),
            b'g' => content().map(Self::GrantSaved),
            b'f' => content().map(Self::Completed),
            _ => None,
        }
    }
}
