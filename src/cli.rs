//! The command line: `fanpass [serve | sandbox | migrate | check [--online] | healthcheck | fans … | audit … | jobs … | keys … | menu … | qr … | replies … | explain …]`.

mod audit;
mod explain;
mod fans;
mod jobs;
mod keys;
mod menu;
mod qr;
mod replies;

use clap::{Parser, Subcommand};

pub use audit::{AuditCommand, AuditExportArguments};
pub use explain::{ExplainArguments, ExplainLanguage};
pub use fans::{ChangeOptions, ExportFormat, FansCommand, ListArguments};
pub use jobs::{JobsCommand, WhichJobs};
pub use keys::KeysCommand;
pub use menu::MenuCommand;
pub use qr::{QrArguments, QrCommand};
pub use replies::{RepliesCommand, RepliesTestArguments};

/// The arguments of the process.
#[derive(Debug, Parser)]
#[command(name = "fanpass", version, about)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
}

/// A command of `fanpass`.
#[derive(Debug, Clone, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Serve the pages; in development with the sandbox beside them (the default)
    Serve,
    /// Serve only the sandbox, a stand-in for the WeChat platform
    Sandbox,
    /// Run the pending migrations of the database
    Migrate,
    /// Check the settings and connect to what they name
    Check {
        /// Also prove AppID and AppSecret to the platform, with a made-up code
        #[arg(long)]
        online: bool,
    },
    /// Ask the process that runs with these settings whether it is alive, for a container's health check
    Healthcheck,
    /// Find, export, forget and sign out fans
    #[command(subcommand, after_help = EXIT_CODES)]
    Fans(FansCommand),
    /// Export and verify the audit log in the database
    #[command(subcommand, after_help = AUDIT_EXIT_CODES)]
    Audit(AuditCommand),
    /// List, retry and drop jobs: work that happens later, such as an erasure
    #[command(subcommand, after_help = JOBS_EXIT_CODES)]
    Jobs(JobsCommand),
    /// Seal what is stored with the current key
    #[command(subcommand, after_help = KEYS_EXIT_CODES)]
    Keys(KeysCommand),
    /// Show, compare and change the account's menu, which is kept in config/menu.toml
    #[command(subcommand, after_help = MENU_EXIT_CODES)]
    Menu(MenuCommand),
    /// Make QR codes with a parameter
    #[command(subcommand, after_help = QR_EXIT_CODES)]
    Qr(QrCommand),
    /// Try the rules for replies, which are kept in config/replies.toml
    #[command(subcommand, after_help = REPLIES_EXIT_CODES)]
    Replies(RepliesCommand),
    /// Explain the cause and fix of an error: a number, a status, the text of a page, a log line. Needs no settings
    #[command(after_help = "Exit codes: 0 explained; 1 not known; 2 wrong arguments")]
    Explain(ExplainArguments),
}

const EXIT_CODES: &str = "Exit codes: 0 done; 1 not done, or not all of it; 2 wrong arguments; 3 no such fan";
const AUDIT_EXIT_CODES: &str = "Exit codes: 0 done, and the chain is intact; 1 not done; 2 wrong arguments; 3 the chain is \
                                broken";

const JOBS_EXIT_CODES: &str = "Exit codes: 0 done; 1 not done; 2 wrong arguments; 3 no such job";

const MENU_EXIT_CODES: &str = "Exit codes: 0 done, or no difference; 1 not done, or a difference; 2 a fault";

const QR_EXIT_CODES: &str = "Exit codes: 0 made; 1 not made; 2 wrong arguments";

const REPLIES_EXIT_CODES: &str = "Exit codes: 0 the file is sound, whether or not a rule replies; 2 a fault";

const KEYS_EXIT_CODES: &str = "Exit codes: 0 done; 1 not done, or not all of it; 2 wrong arguments";

impl Command {
    /// The command of this process. Ends the process with clap's text after `--help`, `--version` or a wrong argument.
    pub fn from_process() -> Self {
        Self::of(Arguments::parse())
    }

    /// Reads the command from `arguments`. The first one is the program's name.
    ///
    /// # Errors
    /// A wrong argument, or `--help` or `--version`. Then the text of the error is the help or the version.
    pub fn parse_from<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Result<Self, clap::Error> {
        Arguments::try_parse_from(arguments).map(Self::of)
    }

    fn of(arguments: Arguments) -> Self {
        arguments.command.unwrap_or(Self::Serve)
    }
}

#[cfg(test)]
mod tests {
    use clap::error::ErrorKind;

    use super::*;

    fn parse(line: &str) -> Result<Command, ErrorKind> {
        Command::parse_from(line.split(' ')).map_err(|error| error.kind())
    }

    #[test]
    fn serving_is_the_default() {
        assert_eq!(parse("fanpass"), Ok(Command::Serve));
        assert_eq!(parse("fanpass serve"), Ok(Command::Serve));
    }

    #[test]
    fn every_command_is_known() {
        assert_eq!(parse("fanpass sandbox"), Ok(Command::Sandbox));
        assert_eq!(parse("fanpass migrate"), Ok(Command::Migrate));
        assert_eq!(parse("fanpass healthcheck"), Ok(Command::Healthcheck));
        assert_eq!(parse("fanpass check"), Ok(Command::Check { online: false }));
        assert_eq!(parse("fanpass check --online"), Ok(Command::Check { online: true }));
    }

    #[test]
    fn the_commands_about_fans_are_known() {
        let fans = |line| parse(&format!("fanpass fans {line}"));
        let options = ChangeOptions { yes: true, json: false };
        let forget = FansCommand::Forget {
            fan: "o".into(),
            options,
        };
        assert_eq!(fans("forget --yes o"), Ok(Command::Fans(forget)));
        let all = FansCommand::SignOut {
            fan: None,
            all: true,
            options,
        };
        assert_eq!(fans("sign-out --all --yes"), Ok(Command::Fans(all)));
        assert_eq!(fans("sign-out"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(fans("sign-out o --all"), Err(ErrorKind::ArgumentConflict));
        assert_eq!(fans("list --limit 0"), Err(ErrorKind::ValueValidation));
        assert_eq!(fans("export --format xml"), Err(ErrorKind::InvalidValue));
    }

    #[test]
    fn the_commands_about_the_audit_log_are_known() {
        let audit = |line| parse(&format!("fanpass audit {line}"));
        let head = Some("1:00".to_owned());
        let verify = AuditCommand::Verify { head, json: true };
        assert_eq!(audit("verify --head 1:00 --json"), Ok(Command::Audit(verify)));
        let export = AuditExportArguments {
            format: ExportFormat::Csv,
            since: Some("2026-11-27".to_owned()),
            until: None,
            output: None,
        };
        let expected = Command::Audit(AuditCommand::Export(export));
        assert_eq!(audit("export --format csv --since 2026-11-27"), Ok(expected));
        assert_eq!(audit("export"), Err(ErrorKind::MissingRequiredArgument));
    }

    #[test]
    fn the_commands_about_jobs_are_known() {
        let jobs = |line| parse(&format!("fanpass jobs {line}"));
        assert_eq!(jobs("list --json"), Ok(Command::Jobs(JobsCommand::List { json: true })));
        let which = WhichJobs {
            job: None,
            all_failed: true,
        };
        let options = ChangeOptions { yes: true, json: false };
        let retry = JobsCommand::Retry { which, options };
        assert_eq!(jobs("retry --all-failed --yes"), Ok(Command::Jobs(retry)));
        assert_eq!(jobs("drop"), Err(ErrorKind::MissingRequiredArgument));
        assert_eq!(jobs("drop 1 --all-failed"), Err(ErrorKind::ArgumentConflict));
    }

    #[test]
    fn the_command_about_replies_is_known() {
        let test = |line: &str| match parse(&format!("fanpass replies test{line}")) {
            Ok(Command::Replies(RepliesCommand::Test(arguments))) => Ok(arguments),
            Ok(other) => panic!("{other:?}"),
            Err(kind) => Err(kind),
        };
        let none = RepliesTestArguments::default();
        assert_eq!(test(""), Ok(none.clone()));
        let expected = RepliesTestArguments {
            text: Some("hi".to_owned()),
            ..none.clone()
        };
        assert_eq!(test(" hi"), Ok(expected));
        let expected = RepliesTestArguments {
            subscribe: Some(None),
            ..none.clone()
        };
        assert_eq!(test(" --subscribe"), Ok(expected));
        let expected = RepliesTestArguments {
            subscribe: Some(Some("shop".to_owned())),
            ..none
        };
        assert_eq!(test(" --subscribe shop"), Ok(expected));
        assert_eq!(test(" hi --menu book"), Err(ErrorKind::ArgumentConflict));
    }

    #[test]
    fn what_is_to_be_explained_may_be_a_negative_number_and_several_words() {
        let explained = |line: &str| match parse(&format!("fanpass explain {line}")) {
            Ok(Command::Explain(arguments)) => Ok((arguments.words.join(" "), arguments.lang)),
            Ok(other) => panic!("{other:?}"),
            Err(kind) => Err(kind),
        };
        assert_eq!(explained("-1"), Ok(("-1".to_owned(), None)));
        let chinese = Some(ExplainLanguage::Zh);
        assert_eq!(
            explained("errcode -1 --lang zh"),
            Ok(("errcode -1".to_owned(), chinese))
        );
        assert_eq!(
            explained("--lang zh 登录 没有完成"),
            Ok(("登录 没有完成".to_owned(), chinese))
        );
        assert_eq!(explained("--lang fr 1"), Err(ErrorKind::InvalidValue));
        assert_eq!(parse("fanpass explain"), Err(ErrorKind::MissingRequiredArgument));
    }

    #[test]
    fn anything_else_is_refused() {
        assert_eq!(parse("fanpass server"), Err(ErrorKind::InvalidSubcommand));
        assert_eq!(parse("fanpass serve --online"), Err(ErrorKind::UnknownArgument));
    }

    #[test]
    fn the_version_is_the_crate_s() {
        let error = Command::parse_from(["fanpass", "--version"]).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::DisplayVersion);
        assert_eq!(error.to_string(), concat!("fanpass ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}
