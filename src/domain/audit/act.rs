/// What was done. The words stand in the database and in exports: one that was given never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AuditAct {
    /// The sessions of one fan were ended.
    SignOut,
    /// All sessions were ended.
    SignOutAll,
    /// A fan downloads what is kept of them.
    Export,
    /// A fan is to be forgotten.
    Forget,
    /// Nickname and avatar of a fan were emptied.
    ProfileClear,
    /// The photos of a fan were removed, because the fan withdrew them.
    PhotosClear,
    /// An erasure was finished: that of a fan, or that of nickname and avatar, or of photos.
    ErasureFinished,
    /// What is sealed was sealed anew with the present key.
    KeysReseal,
    /// A failed job was put back.
    JobsRetry,
    /// A job was thrown away.
    JobsDrop,
    /// The platform was asked who follows the account.
    FansSync,
    /// The menu was replaced.
    MenuPush,
    /// The menu was removed.
    MenuDelete,
}

impl AuditAct {
    /// Every act.
    pub const ALL: [Self; 13] = [
        Self::SignOut,
        Self::SignOutAll,
        Self::Export,
        Self::Forget,
        Self::ProfileClear,
        Self::PhotosClear,
        Self::ErasureFinished,
        Self::KeysReseal,
        Self::JobsRetry,
        Self::JobsDrop,
        Self::FansSync,
        Self::MenuPush,
        Self::MenuDelete,
    ];

    /// The word in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SignOut => "fans.sign_out",
            Self::SignOutAll => "fans.sign_out_all",
            Self::Export => "fans.export",
            Self::Forget => "fans.forget",
            Self::ProfileClear => "fans.clear_profile",
            Self::PhotosClear => "fans.clear_photos",
            Self::ErasureFinished => "erasure.finished",
            Self::KeysReseal => "keys.reseal",
            Self::JobsRetry => "jobs.retry",
            Self::JobsDrop => "jobs.drop",
            Self::FansSync => "fans.sync",
            Self::MenuPush => "menu.push",
            Self::MenuDelete => "menu.delete",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_act_has_a_word_of_its_own_that_fits_its_column() {
        let words: BTreeSet<&str> = AuditAct::ALL.into_iter().map(AuditAct::as_str).collect();
        assert_eq!(words.len(), AuditAct::ALL.len());
        assert!(words.iter().all(|word| word.len() <= 64));
    }
}
