use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a command has come, on standard error.
pub struct Progress(ProgressBar);

/// Whether somebody would see it, and it would not run into the answer.
pub fn is_seen(answer_on_terminal: bool) -> bool {
    io::stderr().is_terminal() && !answer_on_terminal
}

impl Progress {
    /// Towards `total`; none: nobody knows how far it goes.
    pub fn begin(is_seen: bool, total: Option<u64>) -> Self {
        let target = if is_seen {
            ProgressDrawTarget::stderr()
        } else {
            ProgressDrawTarget::hidden()
        };
        let template = match total {
            Some(_) => "{wide_bar} {human_pos} of {human_len} fans, {per_sec}, {eta} left",
            None => "{spinner} {human_pos} fans, {per_sec}",
        };
        let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_bar());
        Self(ProgressBar::with_draw_target(total, target).with_style(style))
    }

    /// So many more.
    pub fn advance(&self, fans: usize) {
        self.0.inc(u64::try_from(fans).unwrap_or_default());
    }

    /// Takes it away again.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
