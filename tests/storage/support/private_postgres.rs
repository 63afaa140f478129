use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use tempfile::TempDir;

use super::{
    processes::{as_user, free_port, is_root, run, signal},
    skipped,
};

/// A PostgreSQL of one test, which may stop, freeze and start it.
pub struct PrivatePostgres {
    folder: TempDir,
    programs: PathBuf,
    port: u16,
    options: String,
    variables: Vec<(&'static str, PathBuf)>,
}

impl PrivatePostgres {
    /// Initialised, but not started yet; none where PostgreSQL is not installed.
    pub fn new(what: &str) -> Option<Self> {
        let Some(programs) = programs() else {
            skipped(what, "PostgreSQL's initdb");
            return None;
        };
        let server = Self {
            folder: tempfile::tempdir().unwrap(),
            programs,
            port: free_port(),
            options: String::new(),
            variables: Vec::new(),
        };
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(server.folder.path()));
        }
        let auth = [
            "--username=fanpass",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ];
        run(server.program("initdb").args(auth).arg("-D").arg(server.data()));
        Some(server)
    }

    /// Whose messages are in Chinese; none where that is not installed.
    pub fn in_chinese(what: &str) -> Option<Self> {
        let any_locale = Path::new("/usr/lib/locale/C.utf8");
        if !any_locale.exists() {
            skipped(what, "the locale C.UTF-8");
            return None;
        }
        let mut server = Self::new(what)?;
        let locales = server.folder.path().join("locales");
        fs::create_dir(&locales).unwrap();
        // The messages are found by the locale's name; nothing else of it matters here.
        run(Command::new("cp")
            .arg("-r")
            .arg(any_locale)
            .arg(locales.join("zh_CN.UTF-8")));
        server.options = " -c lc_messages=zh_CN.UTF-8".to_owned();
        // Before a client is let in the server writes in the encoding of its own environment.
        server.variables = vec![("LOCPATH", locales), ("LC_ALL", PathBuf::from("zh_CN.UTF-8"))];
        Some(server)
    }

    /// Lets `role` in with its password only. Before the start.
    pub fn ask_for_password_of(&self, role: &str) {
        let file = self.data().join("pg_hba.conf");
        let rules = fs::read_to_string(&file).unwrap();
        fs::write(file, format!("host all {role} 127.0.0.1/32 scram-sha-256\n{rules}")).unwrap();
    }

    pub fn start(&mut self) {
        let options = format!(
            "-p {} -c listen_addresses=127.0.0.1 -c unix_socket_directories={} -c fsync=off{}",
            self.port,
            self.folder.path().display(),
            self.options
        );
        self.control(&["start", "-w", "-l", "/dev/null", "-o", &options]);
    }

    pub fn stop(&mut self) {
        self.control(&["stop", "-w", "-m", "immediate"]);
    }

    /// Starts it anew as a standby, which takes no writes.
    pub fn turn_into_standby(&mut self) {
        self.stop();
        fs::write(self.data().join("standby.signal"), "").unwrap();
        self.start();
    }

    pub fn freeze(&self) {
        signal("STOP", &self.pids());
    }

    pub fn thaw(&self) {
        signal("CONT", &self.pids());
    }

    /// As `fanpass`, who may do everything.
    pub fn url(&self) -> String {
        self.url_by(self.port)
    }

    /// The same, by the way of another port.
    pub fn url_by(&self, port: u16) -> String {
        format!("postgres://fanpass:made-up@127.0.0.1:{port}/postgres")
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn control(&self, arguments: &[&str]) {
        run(self.program("pg_ctl").arg("-D").arg(self.data()).args(arguments));
    }

    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = as_user("postgres", &program);
        command
            .current_dir(self.folder.path())
            .envs(self.variables.iter().cloned());
        command
    }

    /// The server and those that it started.
    fn pids(&self) -> Vec<u32> {
        let file = fs::read_to_string(self.data().join("postmaster.pid")).unwrap();
        let server = file.lines().next().unwrap().trim().to_owned();
        let children = fs::read_to_string(format!("/proc/{server}/task/{server}/children")).unwrap();
        let all = children.split_whitespace().chain([server.as_str()]);
        all.map(|pid| pid.parse().unwrap()).collect()
    }
}

impl Drop for PrivatePostgres {
    fn drop(&mut self) {
        if self.data().join("postmaster.pid").exists() {
            self.thaw();
            self.stop();
        }
    }
}

fn programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let of_debian = of_debian.map(|version| version.path().join("bin"));
    env::split_paths(&on_path)
        .chain(of_debian)
        .find(|folder| folder.join("initdb").is_file())
}
