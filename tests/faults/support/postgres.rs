use std::{
    env, fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    sync::Mutex,
    time::Duration,
};

use diesel::{Connection, PgConnection};

use super::{
    eventually, locked,
    process::{Process, free_port, signal},
};

/// A PostgreSQL with the durability that it has by default.
pub struct Postgres {
    folder: PathBuf,
    programs: PathBuf,
    port: u16,
    process: Mutex<Option<Process>>,
    frozen: Mutex<Vec<u32>>,
}

impl Postgres {
    /// Where its programs are, if it is installed.
    pub fn programs() -> Option<PathBuf> {
        let on_path = env::var_os("PATH").unwrap_or_default();
        let of_debian = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
        let of_debian = of_debian.map(|version| version.path().join("bin"));
        env::split_paths(&on_path)
            .chain(of_debian)
            .find(|folder| folder.join("initdb").is_file())
    }

    /// Makes a cluster in `folder` and starts it.
    pub fn start(folder: &Path, programs: PathBuf) -> Self {
        let server = Self {
            folder: folder.join("postgres"),
            programs,
            port: free_port(),
            process: Mutex::new(None),
            frozen: Mutex::default(),
        };
        fs::create_dir(&server.folder).unwrap();
        if is_root() {
            run(Command::new("chown").arg("postgres").arg(&server.folder));
        }
        let mut initdb = server.program("initdb");
        initdb.args([
            "--username=fanpass",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]);
        run(initdb.arg("-D").arg(server.folder.join("data")));
        server.launch();
        server
    }

    pub fn url(&self) -> String {
        format!("postgres://fanpass:made-up@127.0.0.1:{}/postgres", self.port)
    }

    /// Starts it and waits until it takes queries.
    pub fn launch(&self) {
        let mut command = self.program("postgres");
        command
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-p", &self.port.to_string()]);
        command.args(["-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]);
        let log = self.folder.parent().unwrap().join("postgres.log");
        let process = Process::start(&mut command, &log);
        let url = self.url();
        let answers = eventually(Duration::from_secs(30), || PgConnection::establish(&url).is_ok());
        assert!(
            answers,
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

    /// It refuses to run as root.
    fn program(&self, name: &str) -> Command {
        let program = self.programs.join(name);
        let mut command = match is_root() {
            true => Command::new("setpriv"),
            false => Command::new(&program),
        };
        if is_root() {
            command
                .args(["--reuid=postgres", "--regid=postgres", "--clear-groups"])
                .arg(&program);
        }
        command.current_dir(&self.folder);
        command
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        self.thaw();
        if locked(&self.process).is_some() {
            self.kill();
        }
    }
}

/// Whether a process has ended; whoever inherited it need not have taken note.
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
