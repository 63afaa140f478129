//! An operator's command line beside the running application: the real binary.

use std::{
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use serde_json::Value;

use super::TestApp;

/// A command that has ended.
#[derive(Debug)]
pub struct CommandOutput {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

impl CommandOutput {
    /// The JSON objects of the output, one a line.
    pub fn json(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines.map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// `fanpass fans …` with these variables besides the deployment's own.
pub fn command(app: &TestApp, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    command_about(app, "fans", arguments, variables)
}

fn command_about(app: &TestApp, what: &str, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanpass"));
    command.arg(what).args(arguments);
    command.current_dir(app.settings_folder()).env_clear();
    // Whatever a command calls, it calls the sandbox.
    for name in ["FANPASS__WECHAT__API_URL", "FANPASS__WECHAT__OPEN_URL"] {
        command.env(name, &app.platform.url);
    }
    command.envs(app.variables()).envs(variables.iter().copied());
    command
}

impl TestApp {
    /// Runs `fanpass fans …` and expects it to do what it is asked for.
    pub async fn fans(&self, arguments: &[&str]) -> CommandOutput {
        let output = self.fans_with(arguments, &[], "").await;
        assert_eq!(output.code, 0, "{arguments:?}: {output:?}");
        output
    }

    /// Runs `fanpass fans …` with further variables and something typed.
    pub async fn fans_with(&self, arguments: &[&str], variables: &[(&str, &str)], typed: &str) -> CommandOutput {
        run(command(self, arguments, variables), typed).await
    }

    /// Runs `fanpass jobs …`.
    pub async fn jobs(&self, arguments: &[&str]) -> CommandOutput {
        run(command_about(self, "jobs", arguments, &[]), "").await
    }

    /// Runs `fanpass qr …`.
    pub async fn qr(&self, arguments: &[&str]) -> CommandOutput {
        run(command_about(self, "qr", arguments, &[]), "").await
    }

    /// Runs `fanpass menu …` in a folder, where `config/menu.toml` lies, with something typed.
    pub async fn menu(&self, folder: &Path, arguments: &[&str], typed: &str) -> CommandOutput {
        let mut command = command_about(self, "menu", arguments, &[]);
        command.current_dir(folder);
        run(command, typed).await
    }

    /// Runs `fanpass replies test …` in a folder, where `config/replies.toml` lies.
    pub async fn replies_test(&self, folder: &Path, arguments: &[&str]) -> CommandOutput {
        let mut command = command_about(self, "replies", &[&["test"], arguments].concat(), &[]);
        command.current_dir(folder);
        run(command, "").await
    }

    /// Runs `fanpass keys …` with further variables.
    pub async fn keys(&self, arguments: &[&str], variables: &[(&str, &str)]) -> CommandOutput {
        run(command_about(self, "keys", arguments, variables), "").await
    }

    /// Runs `fanpass audit …`.
    pub async fn audit(&self, arguments: &[&str]) -> CommandOutput {
        run(command_about(self, "audit", arguments, &[]), "").await
    }
}

async fn run(mut command: Command, typed: &str) -> CommandOutput {
    let typed = typed.to_owned();
    let run = move || {
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        // A command that asks nothing may have ended before this is read.
        let _ = child.stdin.take().unwrap().write_all(typed.as_bytes());
        child.wait_with_output().unwrap()
    };
    let output = actix_web::web::block(run).await.unwrap();
    CommandOutput {
        code: output.status.code().unwrap(),
        stdout: String::from_utf8(output.stdout).unwrap(),
        stderr: String::from_utf8(output.stderr).unwrap(),
    }
}
