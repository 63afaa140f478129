use std::io::{self, IsTerminal};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How far a command has come, on standard error.
pub struct Progress(ProgressBar);

/// Whether the bar is visible on a terminal and does not mix with the output.
pub fn is_visible(output_on_terminal: bool) -> bool {
    io::stderr().is_terminal() && !output_on_terminal
}

impl Progress {
    /// Starts the bar. `None`: the total is not known.
    pub fn begin(is_visible: bool, total: Option<u64>) -> Self {
        let target = if is_visible {
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

    /// Advances by this number of fans.
    pub fn advance(&self, fans: usize) {
        self.0.inc(u64::try_from(fans).unwrap_or_default());
    }

    /// So many of a total that may change.
    pub fn set(&self, fans: u64, total: u64) {
        self.0.set_length(total);
        self.0.set_position(fans);
    }

    /// Removes the bar.
    pub fn end(&self) {
        self.0.finish_and_clear();
    }
}
