use std::time::Duration;

use crate::domain::Deadline;

/// After an end was logged, the next outage is not logged before this time is over: while one of a cluster's nodes is
/// away, calls fail and succeed by turns.
const QUIET: Duration = Duration::from_secs(10);

/// Whether the log says of a trouble that it is there.
#[derive(Debug, Default)]
pub enum News {
    /// There was none.
    #[default]
    Nothing,
    /// Its beginning was logged.
    Begun,
    /// Its end was logged.
    Over {
        /// So long another beginning is none.
        quiet_until: Deadline,
    },
}

impl News {
    /// Takes note of the trouble, and says whether the log is to say that it begins.
    pub fn begins(&mut self) -> bool {
        let is_news = match self {
            Self::Nothing => true,
            Self::Begun => false,
            Self::Over { quiet_until } => quiet_until.has_passed(),
        };
        if is_news {
            *self = Self::Begun;
        }
        is_news
    }

    /// Takes note of its end, and says whether the log is to say so.
    pub fn ends(&mut self) -> bool {
        let is_news = matches!(self, Self::Begun);
        if is_news {
            let quiet_until = Deadline::after(QUIET);
            *self = Self::Over { quiet_until };
        }
        is_news
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_beginning_and_an_end_are_news_once_and_the_next_beginning_after_a_quiet_time() {
        let mut news = News::default();
        assert!(!news.ends());
        assert!(news.begins() && !news.begins());
        assert!(news.ends() && !news.ends());
        assert!(!news.begins(), "too soon");
        tokio::time::advance(QUIET).await;
        assert!(news.begins() && news.ends());
    }
}
