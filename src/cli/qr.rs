//! `fanpass qr …`: QR codes with a parameter.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// A command about QR codes.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum QrCommand {
    /// Make a QR code with a parameter
    Create(QrArguments),
}

/// Which code to make, and where to.
#[derive(Debug, Clone, PartialEq, Eq, Args)]
pub struct QrArguments {
    /// What WeChat tells when somebody scans the code: 1 to 64 characters
    #[arg(long, value_name = "TEXT")]
    pub scene: String,
    /// How long the code works, 1 to 30 days. Default: for ever; an account has 100,000 of these
    #[arg(long, value_name = "NUMBER")]
    pub days: Option<u16>,
    /// The picture to write, .png or .svg. Default: the terminal
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// One JSON object instead of text
    #[arg(long)]
    pub json: bool,
}
