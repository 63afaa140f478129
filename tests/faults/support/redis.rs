use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use super::{
    locked,
    process::{Process, free_port, is_installed, until_it_listens},
};

/// A Redis that forgets everything when it is killed.
pub struct Redis {
    folder: PathBuf,
    port: u16,
    process: Mutex<Option<Process>>,
}

impl Redis {
    /// Whether redis-server is there.
    pub fn is_installed() -> bool {
        is_installed("redis-server")
    }

    pub fn start(folder: &Path) -> Self {
        let redis = Self {
            folder: folder.to_owned(),
            port: free_port(),
            process: Mutex::new(None),
        };
        redis.launch();
        redis
    }

    pub fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    pub fn launch(&self) {
        let log = self.folder.join("redis.log");
        let mut command = Command::new("redis-server");
        command.args(["--bind", "127.0.0.1", "--port", &self.port.to_string(), "--save", ""]);
        let process = Process::start(command.arg("--dir").arg(&self.folder), &log);
        until_it_listens(&process, self.port, &log);
        *locked(&self.process) = Some(process);
    }

    pub fn kill(&self) {
        drop(locked(&self.process).take());
    }

    pub fn signal(&self, name: &str) {
        locked(&self.process).as_ref().unwrap().signal(name);
    }
}
