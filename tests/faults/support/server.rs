use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use diesel::{Connection, MysqlConnection, PgConnection};

use super::{
    eventually, locked,
    process::{Process, free_port, signal},
    scale::Scale,
};

/// Where Debian installs it; not every PATH includes it.
const MARIADBD: &str = "/usr/sbin/mariadbd";

/// A database server of one test; in a full run with the durability that it has by default. It lets everyone in.
pub struct Server {
    kind: Kind,
    folder: PathBuf,
    port: u16,
    process: Mutex<Option<Process>>,
    frozen: Mutex<Vec<u32>>,
}

/// What it is.
pub enum Kind {
    /// With the folder of its programs.
    Postgres(PathBuf),
    MariaDb,
}

impl Kind {
    /// `postgres` or `mysql`, if it is installed.
    pub fn find(name: &str) -> Option<Self> {
        match name {
            "postgres" => postgres_programs().map(Self::Postgres),
            "mysql" => Path::new(MARIADBD).exists().then_some(Self::MariaDb),
            other => panic!("no database {other:?}"),
        }
    }

    pub fn name(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "PostgreSQL",
            Self::MariaDb => "MariaDB",
        }
    }

    /// The user of its process: neither server runs as root.
    fn user(&self) -> &'static str {
        match self {
            Self::Postgres(_) => "postgres",
            Self::MariaDb => "nobody",
        }
    }
}

impl Server {
    /// Makes an empty database in `folder` and starts its server.
    pub fn start(folder: &Path, kind: Kind) -> Self {
        let server = Self {
            kind,
            folder: folder.join("database"),
            port: free_port(),
            process: Mutex::new(None),
            frozen: Mutex::default(),
        };
        server.make();
        server.launch();
        if let Kind::MariaDb = server.kind {
            server.settle();
        }
        server
    }

    pub fn name(&self) -> &'static str {
        self.kind.name()
    }

    pub fn url(&self) -> String {
        match self.kind {
            Kind::Postgres(_) => format!("postgres://fanpass:made-up@127.0.0.1:{}/postgres", self.port),
            Kind::MariaDb => format!("mysql://root:made-up@127.0.0.1:{}/fans", self.port),
        }
    }

    /// Starts it and waits until it takes queries.
    pub fn launch(&self) {
        let log = self.folder.with_file_name("database.log");
        let process = Process::start(&mut self.command(), &log);
        let url = self.url();
        let is_up = || match self.kind {
            Kind::Postgres(_) => PgConnection::establish(&url).is_ok(),
            Kind::MariaDb => MysqlConnection::establish(&url).is_ok(),
        };
        let starts = eventually(Duration::from_secs(60), is_up);
        assert!(
            starts,
            "it does not start: {}",
            fs::read_to_string(log).unwrap_or_default()
        );
        *locked(&self.process) = Some(process);
    }

    /// SIGKILL to the server and all its processes, at once.
    pub fn kill(&self) {
        let process = locked(&self.process).take().unwrap();
        let family = process.family();
        signal("KILL", &family);
        process.kill();
        eventually(Duration::from_secs(5), || family.iter().all(|pid| is_gone(*pid)));
    }

    pub fn freeze(&self) {
        let family = locked(&self.process).as_ref().unwrap().family();
        signal("STOP", &family);
        *locked(&self.frozen) = family;
    }

    pub fn thaw(&self) {
        signal("CONT", &std::mem::take(&mut *locked(&self.frozen)));
    }

    /// What MariaDB creates at its first start is complete only after a shutdown.
    fn settle(&self) {
        let process = locked(&self.process).take().unwrap();
        process.signal("TERM");
        process.wait(Duration::from_secs(30)).expect("it shuts down");
        self.launch();
    }

    fn make(&self) {
        // For MariaDB a database is a folder.
        fs::create_dir_all(self.folder.join("data/fans")).unwrap();
        if let Kind::Postgres(_) = self.kind {
            fs::remove_dir_all(self.folder.join("data")).unwrap();
        }
        if is_root() {
            run(Command::new("chown").arg("-R").arg(self.kind.user()).arg(&self.folder));
        }
        if let Kind::Postgres(programs) = &self.kind {
            let mut initdb = self.as_user(&programs.join("initdb"));
            initdb.args([
                "--username=fanpass",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
            ]);
            run(initdb.arg("-D").arg(self.folder.join("data")));
        }
    }

    fn command(&self) -> Command {
        let (data, port) = (self.folder.join("data"), self.port);
        match &self.kind {
            Kind::Postgres(programs) => {
                let mut command = self.as_user(&programs.join("postgres"));
                command.arg("-D").arg(data).args(["-p", &port.to_string()]);
                command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
                if !Scale::is_full() {
                    // What a process that is killed has written is with the kernel. A short run would measure the disk.
                    command.args(["-c", "fsync=off"]);
                }
                command
            }
            Kind::MariaDb => {
                let mut command = self.as_user(Path::new(MARIADBD));
                let at = |option: &str, name: &str| format!("--{option}={}", self.folder.join(name).display());
                command.args(["--no-defaults", "--skip-grant-tables", "--bind-address=127.0.0.1"]);
                command
                    .arg(format!("--port={port}"))
                    .arg(format!("--datadir={}", data.display()));
                command.args([at("tmpdir", ""), at("socket", "socket"), at("pid-file", "pid")]);
                command
            }
        }
    }

    fn as_user(&self, program: &Path) -> Command {
        let mut command = match is_root() {
            true => Command::new("setpriv"),
            false => Command::new(program),
        };
        if is_root() {
            let group = if self.kind.user() == "nobody" {
                "nogroup"
            } else {
                self.kind.user()
            };
            command
                .arg(format!("--reuid={}", self.kind.user()))
                .arg(format!("--regid={group}"));
            command.arg("--clear-groups").arg(program);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.thaw();
        if locked(&self.process).is_some() {
            self.kill();
        }
    }
}

fn postgres_programs() -> Option<PathBuf> {
    let on_path = env::var_os("PATH").unwrap_or_default();
    let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let of_debian = of_debian.map(|version| version.path().join("bin"));
    env::split_paths(&on_path)
        .chain(of_debian)
        .find(|folder| folder.join("initdb").is_file())
}

/// Whether a process has ended, also if its parent has not collected it yet.
fn is_gone(pid: u32) -> bool {
    match fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => stat.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" Z")),
        Err(_) => true,
    }
}

pub fn is_root() -> bool {
    Path::new("/proc/self").metadata().unwrap().uid() == 0
}

fn run(command: &mut Command) {
    let status = command.stdin(Stdio::null()).stdout(Stdio::null()).status().unwrap();
    assert!(status.success(), "{command:?} failed");
}
