use std::{
    fs,
    hash::{BuildHasher, RandomState},
    net::TcpListener,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// A server that a test started; it ends with the test.
pub struct Server(Child);

impl Server {
    pub fn start(command: &mut Command) -> Self {
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        Self(command.spawn().unwrap())
    }

    pub fn pid(&self) -> u32 {
        self.0.id()
    }

    pub fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

/// Sends `STOP`, `CONT` and the like to exactly these processes. Some may have ended meanwhile.
pub fn signal(name: &str, pids: &[u32]) {
    let mut kill = Command::new("kill");
    kill.arg(format!("-{name}"))
        .args(pids.iter().map(u32::to_string))
        .stderr(Stdio::null())
        .status()
        .unwrap();
    if name == "STOP" {
        pids.iter().for_each(|pid| wait_until_stopped(*pid));
    }
}

/// On a busy machine a thread of the process may still respond to a request shortly after the signal was sent.
fn wait_until_stopped(pid: u32) {
    let limit = fanpass::domain::Deadline::after(Duration::from_secs(1));
    while has_running_thread(pid) {
        assert!(!limit.has_passed(), "the process {pid} does not stop");
        thread::sleep(Duration::from_millis(2));
    }
}

fn has_running_thread(pid: u32) -> bool {
    let Ok(threads) = fs::read_dir(format!("/proc/{pid}/task")) else {
        return false;
    };
    threads.flatten().any(|task| {
        let stat = fs::read_to_string(task.path().join("stat")).unwrap_or_default();
        // The state follows the name, which is in parentheses. T: stopped, t: traced, Z: ended.
        let state = stat.rsplit_once(") ").and_then(|(_, rest)| rest.chars().next());
        state.is_some_and(|state| !matches!(state, 'T' | 't' | 'Z' | 'X'))
    })
}

/// A free port below the range that the kernel takes for outgoing connections, so that none of those takes it before the
/// server does.
pub fn free_port() -> u16 {
    loop {
        let random = RandomState::new().hash_one(());
        let port = u16::try_from(10_000 + random % 22_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() {
            return port;
        }
    }
}

pub fn is_installed(program: &str) -> bool {
    let asked = Command::new(program).arg("--version").stdout(Stdio::null()).status();
    asked.is_ok_and(|status| status.success())
}

/// `program` as `user`, where this test runs as root, as which servers refuse to run.
#[cfg(any(feature = "postgres", feature = "mysql"))]
pub fn as_user(user: &str, program: &std::path::Path) -> Command {
    if !is_root() {
        return Command::new(program);
    }
    let group = Command::new("id").args(["--group", "--name", user]).output().unwrap();
    let group = String::from_utf8(group.stdout).unwrap();
    let mut command = Command::new("setpriv");
    command
        .arg(format!("--reuid={user}"))
        .arg(format!("--regid={}", group.trim()))
        .arg("--clear-groups")
        .arg(program);
    command
}

pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::path::Path::new("/proc/self").metadata().unwrap().uid() == 0
}

pub fn run(command: &mut Command) {
    let status = command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .unwrap();
    assert!(status.success(), "{command:?} failed");
}
