//! What `scripts/bench` passes to each part. The environment says where the database and Redis are, as for fanpass.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::{Deserialize, Serialize};

#[derive(Parser)]
pub struct Arguments {
    #[command(subcommand)]
    pub part: Part,
}

#[derive(Subcommand)]
pub enum Part {
    /// Fills the empty table, and makes some of its fans known to the sandbox
    Fill(Fill),
    /// Serves the bare handler
    Ceiling(Ceiling),
    /// Saves the page that a signed-in fan gets
    Page(Page),
    /// Puts load on each subject in turn and writes down what it cost
    Drive(Drive),
    /// Puts load on the internal API and prints the tables
    Internal(Internal),
    /// Pushes as the platform does, and prints the table
    Push(Push),
    /// Has pages signed for the JS-SDK, and prints the table
    Jssdk(JsSdk),
    /// Logs fans in while others upload photos, and prints the table
    Photos(Photos),
    /// Prints the tables
    Report { samples: PathBuf },
}

#[derive(Args)]
pub struct Fill {
    #[arg(long)]
    pub app_id: String,
    #[arg(long)]
    pub sandbox: SocketAddr,
    /// Fans in the table
    #[arg(long)]
    pub rows: u32,
    /// Where to write the openids of the fans whom the sandbox knows
    #[arg(long)]
    pub fans: PathBuf,
}

#[derive(Args)]
pub struct Ceiling {
    #[arg(long)]
    pub listen: SocketAddr,
    #[arg(long)]
    pub app_id: String,
    #[arg(long)]
    pub app_secret: String,
    #[arg(long)]
    pub sandbox: SocketAddr,
    /// The page of a signed-in fan, as fanpass sent it
    #[arg(long)]
    pub page: PathBuf,
}

#[derive(Args)]
pub struct Page {
    #[arg(long)]
    pub site: SocketAddr,
    #[arg(long)]
    pub sandbox: SocketAddr,
    #[arg(long)]
    pub fans: PathBuf,
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Drive {
    /// `name=address=process id`, once each
    #[arg(long = "subject", required = true)]
    pub subjects: Vec<Subject>,
    #[arg(long)]
    pub sandbox: SocketAddr,
    #[arg(long)]
    pub fans: PathBuf,
    #[arg(long = "operation", required = true)]
    pub operations: Vec<Operation>,
    /// What the table calls this setting
    #[arg(long)]
    pub setting: String,
    /// Milliseconds that each of the platform's responses takes
    #[arg(long, default_value_t = 0)]
    pub platform_delay: u64,
    /// Fans at once
    #[arg(long)]
    pub at_once: usize,
    #[arg(long)]
    pub rounds: usize,
    /// Milliseconds that each subject is measured in a round
    #[arg(long)]
    pub window: u64,
    /// Where the samples are appended
    #[arg(long)]
    pub out: PathBuf,
}

#[derive(Args)]
pub struct Internal {
    /// The internal listener, as `name=address=process id`
    #[arg(long)]
    pub fanpass: Subject,
    /// The bare handler
    #[arg(long)]
    pub bare: Subject,
    /// The platform
    #[arg(long)]
    pub sandbox: Subject,
    #[arg(long)]
    pub key: String,
    #[arg(long)]
    pub fans: PathBuf,
    /// Calls at once
    #[arg(long)]
    pub at_once: usize,
    #[arg(long)]
    pub rounds: usize,
    /// Milliseconds that each subject is measured in a round
    #[arg(long)]
    pub window: u64,
}

/// The key is as the console shows it.
#[derive(Args)]
pub struct Push {
    /// The public listener, as `name=address=process id`
    #[arg(long)]
    pub fanpass: Subject,
    #[arg(long)]
    pub app_id: String,
    #[arg(long)]
    pub token: String,
    #[arg(long)]
    pub aes_key: String,
    #[arg(long)]
    pub fans: PathBuf,
    /// The target that takes texts
    #[arg(long)]
    pub log: SocketAddr,
    /// The target that takes pictures, and hangs when it is told to
    #[arg(long)]
    pub other: SocketAddr,
    /// The target that answers places and voices, and hangs when it is told to
    #[arg(long)]
    pub bot: SocketAddr,
    /// Pushes at once
    #[arg(long)]
    pub at_once: usize,
    /// Pushes a second while a target hangs
    #[arg(long)]
    pub rate: u32,
    /// Milliseconds of each measurement
    #[arg(long)]
    pub window: u64,
}

#[derive(Args)]
pub struct JsSdk {
    /// The public listener, as `name=address=process id`
    #[arg(long)]
    pub fanpass: Subject,
    /// Further replicas, which have the same public URL
    #[arg(long = "replica")]
    pub replicas: Vec<SocketAddr>,
    #[arg(long)]
    pub sandbox: SocketAddr,
    /// A host of an app whose pages are signed
    #[arg(long)]
    pub app_host: String,
    /// Calls at once
    #[arg(long)]
    pub at_once: usize,
    #[arg(long)]
    pub rounds: usize,
    /// Milliseconds of each measurement
    #[arg(long)]
    pub window: u64,
}

#[derive(Args)]
pub struct Photos {
    /// The public listener, as `name=address=process id`
    #[arg(long)]
    pub fanpass: Subject,
    #[arg(long)]
    pub sandbox: SocketAddr,
    #[arg(long)]
    pub fans: PathBuf,
    /// The folder of the JPEG and PNG files that are uploaded
    #[arg(long)]
    pub pictures: PathBuf,
    /// Logins a second
    #[arg(long)]
    pub rate: u32,
    /// Fans who upload at once
    #[arg(long)]
    pub at_once: usize,
    #[arg(long)]
    pub rounds: usize,
    /// Milliseconds of each measurement
    #[arg(long)]
    pub window: u64,
}

/// A server under load.
#[derive(Clone)]
pub struct Subject {
    pub name: String,
    pub address: SocketAddr,
    pub pid: u32,
}

impl FromStr for Subject {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text} is not name=address=pid");
        let mut parts = text.splitn(3, '=');
        let mut part = || parts.next().ok_or_else(wrong);
        Ok(Self {
            name: part()?.to_owned(),
            address: part()?.parse().map_err(|_| wrong())?,
            pid: part()?.parse().map_err(|_| wrong())?,
        })
    }
}

/// What a fan does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Operation {
    /// A fan who is known comes without a session: begin, authorize, callback
    Login,
    /// A signed-in fan opens the index page
    Page,
    /// Somebody new agrees: begin, authorize, callback
    Registration,
}

/// `DATABASE_URL`.
pub fn database_url() -> String {
    std::env::var("DATABASE_URL").expect("DATABASE_URL")
}

/// `REDIS_URL`, where there is one.
pub fn redis_url() -> Option<String> {
    std::env::var("REDIS_URL").ok()
}
