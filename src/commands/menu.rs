//! `fanpass menu …`. The output goes to standard output, messages to standard error.

mod compare;

use std::{
    fs,
    io::{self, IsTerminal, Write},
    process::ExitCode,
};

use self::compare::{is_coloured, write_diff};
use super::{
    account_error::explained,
    operator::this_operator,
    terminal::{escape_lines, is_confirmed, print_error},
};
use crate::{
    cli::MenuCommand,
    domain::{Clock, ErrorChain, Menu, Random},
    services::{
        config_file::FileFault,
        menu::{CurrentMenu, MenuError, MenuOrigin, Menus, read_menu},
    },
    settings::Settings,
    startup::{StartupError, menus},
};

/// Where the operator keeps the menu, in the working directory.
const FILE: &str = "config/menu.toml";

/// Why a command failed. The text is for the operator's terminal.
#[derive(Debug, thiserror::Error)]
enum CommandFault {
    #[error(transparent)]
    Startup(#[from] StartupError),
    #[error("{}", menu_fault(.0))]
    Menu(#[from] MenuError),
    #[error("{FILE} cannot be read ({0}); docs/menu.md has an example")]
    NoFile(#[source] io::Error),
    #[error("{}", list(.0))]
    File(Vec<FileFault>),
    #[error("the output cannot be written: {0}")]
    Output(#[from] io::Error),
}

/// How a command ended without a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Done,
    NotDone,
}

const FAULT: u8 = 2;

/// Runs a command and prints what went wrong, if anything did.
pub(super) async fn run(settings: &Settings, command: MenuCommand) -> ExitCode {
    match execute(settings, command).await {
        Ok(Outcome::Done) => ExitCode::SUCCESS,
        Ok(Outcome::NotDone) => ExitCode::FAILURE,
        // The reader of the output closed it on purpose, as `head` does.
        Err(CommandFault::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => FAULT.into(),
        Err(fault) => {
            print_error(&fault.to_string());
            FAULT.into()
        }
    }
}

async fn execute(settings: &Settings, command: MenuCommand) -> Result<Outcome, CommandFault> {
    // A fault of the file is found before the platform is asked.
    let wanted = match command {
        MenuCommand::Diff | MenuCommand::Push { .. } => read_file(settings)?,
        MenuCommand::Show { .. } | MenuCommand::Delete { .. } => Menu::default(),
    };
    let menus = menus(settings, this_operator(), Clock::system(), Random::system())?;
    let current = menus.current().await?;
    let mut output = io::stdout().lock();
    match command {
        MenuCommand::Show { json: true } => {
            writeln!(output, "{:#}", current.menu.to_json())?;
            Ok(Outcome::Done)
        }
        MenuCommand::Show { json: false } => show(&current, &mut output),
        MenuCommand::Diff => {
            let is_same = write_diff(&mut output, &current.menu, &wanted, is_coloured())?;
            Ok(if is_same { Outcome::Done } else { Outcome::NotDone })
        }
        MenuCommand::Push { yes, replace } => {
            let is_same = write_diff(&mut output, &current.menu, &wanted, is_coloured())?;
            if is_same && current.origin == MenuOrigin::Api {
                print_error("the account has this menu already");
                return Ok(Outcome::Done);
            }
            push(&menus, &current, &wanted, yes, replace).await
        }
        MenuCommand::Delete { yes } => delete(&menus, &current, yes).await,
    }
}

fn read_file(settings: &Settings) -> Result<Menu, CommandFault> {
    let text = fs::read_to_string(FILE).map_err(CommandFault::NoFile)?;
    read_menu(&text, &settings.account().account.public_url).map_err(CommandFault::File)
}

fn show(current: &CurrentMenu, output: &mut dyn Write) -> Result<Outcome, CommandFault> {
    match current.origin {
        MenuOrigin::Nowhere => writeln!(output, "the account has no menu")?,
        MenuOrigin::Console => writeln!(output, "made in the console (公众平台):")?,
        MenuOrigin::Api => {}
    }
    write!(output, "{}", escape_lines(&current.menu.to_text()))?;
    for (menu, rule) in &current.conditional {
        writeln!(output, "\nfor some fans only, by the rule {}:", escape_lines(rule))?;
        write!(output, "{}", escape_lines(&menu.to_text()))?;
    }
    Ok(Outcome::Done)
}

async fn push(
    menus: &Menus,
    current: &CurrentMenu,
    wanted: &Menu,
    yes: bool,
    replace: bool,
) -> Result<Outcome, CommandFault> {
    if current.origin == MenuOrigin::Console && !replace {
        print_error("nothing was changed: the menu was made in the console, and would be lost; --replace replaces it");
        return Ok(Outcome::NotDone);
    }
    if !current.conditional.is_empty() {
        let count = current.conditional.len();
        print_error(&format!("menus for some fans only stay as they are: {count}"));
    }
    if !is_agreed("The account gets this menu.", yes)? {
        return Ok(Outcome::NotDone);
    }
    menus.push(wanted).await?;
    // Pushed it is, whatever becomes of this look.
    let stored = menus.current().await;
    if stored.is_ok_and(|stored| stored.menu != *wanted) {
        print_error("the platform took the menu, and shows it differently: see `fanpass menu diff`");
    }
    print_error("done; fans see it within five minutes, or when they enter the chat again");
    Ok(Outcome::Done)
}

async fn delete(menus: &Menus, current: &CurrentMenu, yes: bool) -> Result<Outcome, CommandFault> {
    if current.origin == MenuOrigin::Nowhere {
        print_error("the account has no menu");
        return Ok(Outcome::Done);
    }
    let count = current.conditional.len();
    let question = format!("The menu will be removed, and with it {count} for some fans only.");
    if !is_agreed(&question, yes)? {
        return Ok(Outcome::NotDone);
    }
    menus.delete().await?;
    print_error("done");
    Ok(Outcome::Done)
}

/// Asks, if there is a terminal to ask at.
fn is_agreed(question: &str, yes: bool) -> io::Result<bool> {
    let is_agreed = (yes || io::stdin().is_terminal()) && is_confirmed(question, yes)?;
    if !is_agreed {
        print_error("nothing was changed: it was not confirmed (type yes, or add --yes)");
    }
    Ok(is_agreed)
}

fn list(faults: &[FileFault]) -> String {
    let lines: String = faults.iter().map(|fault| format!("\n  {FILE}, {fault}")).collect();
    format!("the menu has faults:{lines}")
}

fn menu_fault(error: &MenuError) -> String {
    match error {
        MenuError::Platform(error) => explained(error),
        MenuError::NotLogged(_) => ErrorChain(error).to_string(),
    }
}
