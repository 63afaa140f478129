use std::{net::TcpStream, path::Path, process::Command, thread, time::Duration};

use tempfile::TempDir;

use super::{
    certificates::certificates,
    processes::{Server, as_user, free_port, is_installed, is_root, run, signal},
    skipped,
};

/// A MariaDB of one test, which may stop, freeze and start it. It has one database, `fans`.
pub struct PrivateMysql {
    folder: TempDir,
    port: u16,
    options: Vec<String>,
    server: Option<Server>,
}

impl PrivateMysql {
    /// Lets everyone in. Not started yet; none where MariaDB is not installed.
    pub fn new(what: &str) -> Option<Self> {
        let mut server = Self::make(what, None)?;
        server.options.push("--skip-grant-tables".to_owned());
        Some(server)
    }

    /// With accounts: `root`, who may do everything, and `fan`, who has rights on the database `fans` only, so that
    /// `read_only` holds for it.
    pub fn with_accounts(what: &str) -> Option<Self> {
        if !is_installed("mariadb-install-db") {
            skipped(what, "mariadb-install-db");
            return None;
        }
        let mut server = Self::make(what, None)?;
        let folder = server.folder.path();
        let argument = |name: &str, path: &str| format!("--{name}={}", folder.join(path).display());
        let mut install = as_user("nobody", Path::new("mariadb-install-db"));
        install.args([
            "--no-defaults",
            "--skip-test-db",
            "--auth-root-authentication-method=normal",
        ]);
        run(install
            .args([argument("datadir", "data"), argument("tmpdir", "")])
            .current_dir(folder));
        std::fs::write(folder.join("start.sql"), ACCOUNTS).unwrap();
        server.options.push(argument("init-file", "start.sql"));
        Some(server)
    }

    /// Under TLS, with a certificate for `name` that `authority.pem` in its folder signed.
    pub fn with_certificate(what: &str, name: &str) -> Option<Self> {
        let mut server = Self::make(what, Some(name))?;
        server.options.push("--skip-grant-tables".to_owned());
        Some(server)
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
            .args(["--no-defaults", "--bind-address=127.0.0.1"])
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
        self.url_of("root", self.port)
    }

    /// As `fan`, by the way of `port`.
    pub fn fans_url(&self, port: u16) -> String {
        self.url_of("fan", port)
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    fn url_of(&self, user: &str, port: u16) -> String {
        format!("mysql://{user}:made-up@127.0.0.1:{port}/fans")
    }
}

/// Read at each start, a statement a line.
const ACCOUNTS: &str = "CREATE DATABASE IF NOT EXISTS fans;
CREATE USER IF NOT EXISTS root@'127.0.0.1' IDENTIFIED BY 'made-up';
GRANT ALL ON *.* TO root@'127.0.0.1' WITH GRANT OPTION;
ALTER USER root@localhost IDENTIFIED BY 'made-up';
CREATE USER IF NOT EXISTS fan IDENTIFIED BY 'made-up';
GRANT ALL ON fans.* TO fan;
";

/// Where Debian has it, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/mariadbd";
