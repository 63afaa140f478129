//! `fanpass replies …`: the rules for replies.

use clap::{Args, Subcommand};

/// A command about the rules for replies.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum RepliesCommand {
    /// Say which rule replies to what a fan does, and what; without arguments, list the rules
    Test(RepliesTestArguments),
}

/// What the fan does. Nothing: the rules are listed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Args)]
pub struct RepliesTestArguments {
    /// The fan writes this
    #[arg(value_name = "TEXT")]
    pub text: Option<String>,
    /// The fan follows, perhaps by the QR code with this scene
    #[arg(long, value_name = "SCENE", num_args = 0..=1, conflicts_with_all = ["text", "menu"])]
    pub subscribe: Option<Option<String>>,
    /// The fan taps the button with this key in the menu
    #[arg(long, value_name = "KEY", conflicts_with = "text")]
    pub menu: Option<String>,
    /// The nickname to fill in
    #[arg(long, value_name = "NAME")]
    pub nickname: Option<String>,
}
