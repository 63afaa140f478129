use std::{
    fs::{self, File},
    net::{Ipv4Addr, TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, ExitStatus, Stdio},
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{below, eventually, locked};

/// A process that a test started; it ends with the test.
pub struct Process {
    child: Mutex<Child>,
    pid: u32,
}

impl Process {
    /// Starts it and appends its output to `log`.
    pub fn start(command: &mut Command, log: &Path) -> Self {
        let log = File::options().create(true).append(true).open(log).unwrap();
        let errors = log.try_clone().unwrap();
        let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().unwrap();
        let pid = child.id();
        Self {
            child: Mutex::new(child),
            pid,
        }
    }

    pub fn pid(&self) -> u32 {
        self.pid
    }

    /// How it ended, if it has.
    pub fn ended(&self) -> Option<ExitStatus> {
        locked(&self.child).try_wait().unwrap()
    }

    /// Waits for its end, for at most `limit`; returns how and after how long.
    pub fn wait(&self, limit: Duration) -> Option<(ExitStatus, Duration)> {
        let begun = Instant::now();
        let mut end = None;
        eventually(limit, || {
            end = self.ended();
            end.is_some()
        });
        end.map(|status| (status, begun.elapsed()))
    }

    /// Ends it with SIGKILL.
    pub fn kill(&self) {
        let mut child = locked(&self.child);
        child.kill().ok();
        child.wait().ok();
    }

    pub fn signal(&self, name: &str) {
        signal(name, &[self.pid]);
    }

    /// The number of its threads.
    pub fn threads(&self) -> usize {
        let status = fs::read_to_string(format!("/proc/{}/status", self.pid)).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("Threads:"));
        line.unwrap().trim().parse().unwrap()
    }

    /// It and those that it started.
    pub fn family(&self) -> Vec<u32> {
        let pid = self.pid;
        let children = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        let children = children.split_whitespace().map(|pid| pid.parse().unwrap());
        std::iter::once(pid).chain(children).collect()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Sends `STOP`, `CONT` and the like to exactly these processes. Some may have ended meanwhile.
pub fn signal(name: &str, pids: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}")).args(pids.iter().map(u32::to_string));
    kill.stderr(Stdio::null()).status().unwrap();
}

/// A free port below the range that the kernel takes for outgoing connections, so that none of ours sits on it later.
pub fn free_port() -> u16 {
    loop {
        let port = u16::try_from(10_000 + below(22_000)).unwrap();
        if TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok() {
            return port;
        }
    }
}

/// Waits until something listens there. Fails when the process ends instead.
pub fn until_it_listens(process: &Process, port: u16, log: &Path) {
    let listens = || TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok();
    let came_up = eventually(Duration::from_secs(30), || listens() || process.ended().is_some());
    let log = || fs::read_to_string(log).unwrap_or_default();
    assert!(came_up && process.ended().is_none(), "it does not start: {}", log());
}

pub fn is_installed(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}
