use std::{
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    process::Command,
};

use super::server::is_root;

/// A small disk that only one process sees: a file system in memory, in a mount namespace that ends with the process.
pub struct Disk {
    folder: PathBuf,
    seen: Option<PathBuf>,
}

impl Disk {
    /// A disk below `folder`; none where namespaces are not allowed.
    pub fn new(folder: &Path) -> Option<Self> {
        let folder = folder.join("disk");
        fs::create_dir(&folder).unwrap();
        let disk = Self { folder, seen: None };
        let words = disk.wrapper();
        let tried = Command::new(&words[0]).args(&words[1..]).arg("true").status();
        tried.is_ok_and(|status| status.success()).then_some(disk)
    }

    /// What stands before a command that is to have the disk.
    pub fn wrapper(&self) -> Vec<String> {
        let mut words = vec!["unshare", "--mount"];
        if !is_root() {
            words.push("--map-root-user");
        }
        let mount = "mount -t tmpfs -o size=16m tmpfs \"$0\" && exec \"$@\"";
        words.extend(["sh", "-c", mount, self.folder.to_str().unwrap()]);
        words.into_iter().map(str::to_owned).collect()
    }

    /// The database on it, as the process sees it.
    pub fn database(&self) -> PathBuf {
        self.folder.join("fanpass.db")
    }

    /// Lets everybody see the disk of this process; returns where the database is then.
    pub fn look_through(&mut self, pid: u32) -> PathBuf {
        let root = PathBuf::from(format!("/proc/{pid}/root"));
        let seen = root.join(self.folder.strip_prefix("/").unwrap());
        let database = seen.join("fanpass.db");
        self.seen = Some(seen);
        database
    }

    /// Writes until there is no room for another byte.
    pub fn fill(&self) {
        let mut file = File::create(self.ballast()).unwrap();
        for size in [65_536, 4096, 1] {
            while file.write_all(&vec![0; size]).is_ok() {}
        }
    }

    /// Gives the room back.
    pub fn free(&self) {
        fs::remove_file(self.ballast()).unwrap();
    }

    fn ballast(&self) -> PathBuf {
        self.seen.as_ref().unwrap().join("ballast")
    }
}
