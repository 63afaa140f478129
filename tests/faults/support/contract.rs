use std::time::{Duration, Instant};

use super::phone::{End, Kind, Login, Seen};

/// Time after a fault in which its pages may still be seen.
pub const RECOVERY: Duration = Duration::from_secs(5);

/// What fans may see of a fault.
#[derive(Debug, Clone, Copy)]
pub struct Contract {
    /// Pages with these statuses.
    pub pages: &'static [u16],
    /// Connections that break, for one login.
    pub broken: usize,
    /// How often a fan tries again at once. One who does must end signed in.
    pub patience: usize,
}

impl Contract {
    /// Nothing at all.
    pub const NOTHING: Self = Self {
        pages: &[],
        broken: 0,
        patience: 0,
    };

    /// Pages with these statuses.
    pub const fn pages(pages: &'static [u16]) -> Self {
        Self { pages, ..Self::NOTHING }
    }
}

/// When the fault began and ended.
#[derive(Debug, Clone, Copy)]
pub struct Window {
    pub began: Instant,
    pub ended: Instant,
}

impl Window {
    /// Whether a login ran while the fault lasted.
    pub fn touches(&self, login: &Login) -> bool {
        login.ended >= self.began && login.began <= self.ended
    }

    /// When a login ran, in words.
    fn place(&self, login: &Login) -> String {
        let seconds = |earlier: Instant, later: Instant| later.saturating_duration_since(earlier).as_secs_f32();
        if login.ended < self.began {
            format!(", {:.1} s before the fault", seconds(login.ended, self.began))
        } else if login.began > self.ended {
            format!(", {:.1} s after the fault", seconds(self.ended, login.began))
        } else {
            ", in the fault".to_owned()
        }
    }

    /// Whether it ran then, or soon after.
    fn excuses(&self, login: &Login) -> bool {
        login.ended >= self.began && login.began <= self.ended + RECOVERY
    }
}

/// What was wrong with a login.
pub fn wrongs(contract: &Contract, window: &Window, login: &Login) -> Vec<String> {
    let may_see = window.excuses(login);
    let mut broken = 0;
    let mut wrongs = Vec::new();
    for seen in &login.seen {
        match seen {
            Seen::Page(status) if may_see && contract.pages.contains(status) => {}
            Seen::Broken if may_see && broken < contract.broken => broken += 1,
            other => wrongs.push(format!("{:?} saw {other:?}{}", login.kind, window.place(login))),
        }
    }
    let is_good =
        is_complete(login) || (login.end == End::Stranded && contract.patience == 0 && !login.seen.is_empty());
    if !is_good {
        let place = window.place(login);
        wrongs.push(format!(
            "{:?} ended {:?} after {:?}{place}",
            login.kind, login.end, login.seen
        ));
    }
    wrongs
}

/// Whether the fan got where fans of this kind get.
pub fn is_complete(login: &Login) -> bool {
    match login.kind {
        Kind::Registration | Kind::Return => login.end == End::SignedIn,
        Kind::Visit => login.end == End::AtThePrompt,
    }
}
