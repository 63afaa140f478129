//! The real binary, as an operator runs it: in a folder and an environment of its own.

use std::{
    collections::BTreeSet,
    hash::{BuildHasher, RandomState},
    io::{BufRead, BufReader, Read},
    net::TcpListener,
    path::Path,
    process::{Child, Command, ExitStatus, Output, Stdio},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use tempfile::TempDir;

/// A command that serves; it ends with its test.
pub struct Process {
    child: Child,
    printed: Arc<Mutex<Vec<String>>>,
    readers: Vec<thread::JoinHandle<()>>,
    folder: TempDir,
}

pub fn command(folder: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_fanpass"));
    command
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(variables.iter().copied());
    command
}

/// Runs a command to its end.
pub fn run(arguments: &[&str], variables: &[(&str, &str)]) -> (Output, String) {
    let folder = tempfile::tempdir().unwrap();
    let output = command(folder.path(), arguments, variables).output().unwrap();
    let text = [output.stdout.as_slice(), &output.stderr].concat();
    (output, String::from_utf8(text).unwrap())
}

/// Starts a command that serves, and waits until it printed a line that contains `until`.
pub fn start(arguments: &[&str], variables: &[(&str, &str)], until: &str) -> Process {
    let process = Process::spawn(arguments, variables);
    process.wait_for(until);
    process
}

/// A free port below the range that the kernel takes for outgoing connections, so that none of those takes it before the
/// process does. No test gets one port twice.
pub fn free_port() -> u16 {
    static GIVEN: Mutex<BTreeSet<u16>> = Mutex::new(BTreeSet::new());
    loop {
        let random = RandomState::new().hash_one(());
        let port = u16::try_from(10_000 + random % 22_000).unwrap();
        if TcpListener::bind(("127.0.0.1", port)).is_ok() && GIVEN.lock().unwrap().insert(port) {
            return port;
        }
    }
}

impl Process {
    pub fn spawn(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut process = Self::spawn_unread(arguments, variables);
        process.read();
        process
    }

    /// As [`Self::spawn`], but nobody reads its standard output before [`Self::read`].
    pub fn spawn_unread(arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        Self::spawn_in(tempfile::tempdir().unwrap(), arguments, variables)
    }

    /// As [`Self::spawn_unread`], in a folder that is removed with the process.
    pub fn spawn_in(folder: TempDir, arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = command(folder.path(), arguments, variables);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let printed = Arc::default();
        let readers = vec![collect(child.stderr.take().unwrap(), &printed)];
        Self {
            child,
            printed,
            readers,
            folder,
        }
    }

    /// The folder in which it runs.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Reads its standard output from now on.
    pub fn read(&mut self) {
        let stdout = self.child.stdout.take().unwrap();
        self.readers.push(collect(stdout, &self.printed));
    }

    /// Everything that it has printed.
    pub fn printed(&self) -> Vec<String> {
        self.printed.lock().unwrap().clone()
    }

    /// Waits for a line that contains `text`.
    pub fn wait_for(&self, text: &str) -> String {
        for _ in 0..1500 {
            if let Some(line) = self.printed().iter().find(|line| line.contains(text)) {
                return line.clone();
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("no line with {text:?} in {:#?}", self.printed());
    }

    pub fn signal(&self, name: &str) {
        let pid = self.child.id().to_string();
        let sent = Command::new("kill").args(["-s", name, &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// Sends SIGTERM and waits until it has ended, as [`Self::end`].
    pub async fn terminate(self) -> (ExitStatus, Vec<String>) {
        self.signal("TERM");
        self.ended().await
    }

    /// As [`Self::end`], where the test itself must go on.
    pub async fn ended(self) -> (ExitStatus, Vec<String>) {
        actix_web::web::block(|| self.end()).await.unwrap()
    }

    /// Waits until it has ended; returns how, and everything that it printed.
    pub fn end(mut self) -> (ExitStatus, Vec<String>) {
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait().unwrap() {
                self.readers.drain(..).for_each(|reader| reader.join().unwrap());
                return (status, self.printed());
            }
            thread::sleep(Duration::from_millis(20));
        }
        panic!("it does not end: {:#?}", self.printed());
    }
}

fn collect(stream: impl Read + Send + 'static, printed: &Arc<Mutex<Vec<String>>>) -> thread::JoinHandle<()> {
    let printed = Arc::clone(printed);
    let lines = BufReader::new(stream).lines().map_while(Result::ok);
    thread::spawn(move || lines.for_each(|line| printed.lock().unwrap().push(line)))
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
