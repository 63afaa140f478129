use std::{net::TcpStream, path::Path, process::Command, thread, time::Duration};

use tempfile::TempDir;

use super::{
    certificates::certificates,
    processes::{Server, as_user, free_port, is_root, run, signal},
    skipped,
};

/// A MariaDB of one test, which may stop, freeze and start it. It lets everyone in and has one database, `fans`.
pub struct PrivateMysql {
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    server: Option<Server>,
}

impl PrivateMysql {
    /// Not started yet; none where MariaDB is not installed.
    pub fn new(what: &str) -> Option<Self> {
        Self::make(what, None)
    }

    /// Under TLS, with a certificate for `name` that `authority.pem` in its folder signed.
    pub fn with_certificate(what: &str, name: &str) -> Option<Self> {
        Self::make(what, Some(name))
    }

    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    fn make(what: &str, certified: Option<&str>) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            skipped(what, "MariaDB's mariadbd");
            return None;
        }
        let folder = tempfile::tempdir().unwrap();
        // A database is a folder.
        std::fs::create_dir_all(folder.path().join("data/fans")).unwrap();
        let mut options = Vec::new();
        if let Some(name) = certified {
            certificates(folder.path(), name);
            let file = |option: &str, name: &str| format!("--{option}={}", folder.path().join(name).display());
            options = vec![file("ssl-cert", "certificate.pem"), file("ssl-key", "key.pem")];
        }
        if is_root() {
            run(Command::new("chown").args(["-R", "nobody"]).arg(folder.path()));
        }
        Some(Self {
            folder,
            port: free_port(),
            options,
            server: None,
        })
    }

    pub fn start(&mut self) {
        let folder = self.folder.path();
        let mut command = as_user("nobody", Path::new(PROGRAM));
        command
            .current_dir(folder)
            .args(["--no-defaults", "--skip-grant-tables", "--bind-address=127.0.0.1"])
            .args(["--innodb-buffer-pool-size=8M", "--innodb-log-file-size=4M"])
            .arg(format!("--port={}", self.port))
            .arg(format!("--datadir={}", folder.join("data").display()))
            .arg(format!("--tmpdir={}", folder.display()))
            .arg(format!("--socket={}", folder.join("socket").display()))
            .arg(format!("--pid-file={}", folder.join("pid").display()))
            .args(&self.options);
        self.server = Some(Server::start(&mut command));
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
    }

    pub fn stop(&mut self) {
        self.server.take().unwrap().kill();
    }

    pub fn freeze(&self) {
        signal("STOP", &[self.server.as_ref().unwrap().pid()]);
    }

    pub fn thaw(&self) {
        signal("CONT", &[self.server.as_ref().unwrap().pid()]);
    }

    pub fn url(&self) -> String {
        format!("mysql://root:made-up@127.0.0.1:{}/fans", self.port)
    }
}

/// Where Debian has it, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/mariadbd";
