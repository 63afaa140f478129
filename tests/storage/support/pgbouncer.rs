use std::{fs, net::TcpStream, path::Path, process::Command, thread, time::Duration};

use tempfile::TempDir;

use super::{
    private_postgres::PrivatePostgres,
    processes::{Server, as_user, free_port, is_root, run},
    skipped,
};

/// Where Debian has it, which is not on everybody's path.
const PROGRAM: &str = "/usr/sbin/pgbouncer";

/// A PgBouncer of one test, with three sessions of a PostgreSQL for all its clients.
pub struct PgBouncer {
    port: u16,
    _folder: TempDir,
    _server: Server,
}

impl PgBouncer {
    /// In front of `postgres`, with this `pool_mode`; none where it is not installed.
    pub fn start(postgres: &PrivatePostgres, mode: &str) -> Option<Self> {
        if !Path::new(PROGRAM).exists() {
            skipped("PgBouncer", "the package pgbouncer");
            return None;
        }
        let (folder, port) = (tempfile::tempdir().unwrap(), free_port());
        let path = folder.path();
        let settings = format!(
            "[databases]\npostgres = host=127.0.0.1 port={}\n[pgbouncer]\nlisten_addr = 127.0.0.1\nlisten_port = {port}\n\
             unix_socket_dir =\nauth_type = trust\nauth_file = {}\npool_mode = {mode}\ndefault_pool_size = 3\n\
             max_client_conn = 200\n",
            postgres.port(),
            path.join("users").display()
        );
        fs::write(path.join("settings"), settings).unwrap();
        fs::write(path.join("users"), "\"fanpass\" \"\"\n").unwrap();
        if is_root() {
            run(Command::new("chown").args(["-R", "nobody"]).arg(path));
        }
        let mut command = as_user("nobody", Path::new(PROGRAM));
        let server = Server::start(command.current_dir(path).arg(path.join("settings")));
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            thread::sleep(Duration::from_millis(10));
        }
        Some(Self {
            port,
            _folder: folder,
            _server: server,
        })
    }

    pub fn port(&self) -> u16 {
        self.port
    }
}
