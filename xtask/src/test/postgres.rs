//! A temporary PostgreSQL cluster, as safe as a real one: fsync and `synchronous_commit` stay on.
//!
//! The server is a child of this process and gets SIGINT (a fast shutdown) when this process
//! ends, however it ends. PostgreSQL refuses to run as root, so root runs it as `postgres`.

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use tempfile::TempDir;

use crate::process::{self, Cleanup};

const OLDEST: u32 = 15;
const PROGRAMS: [&str; 3] = ["initdb", "postgres", "pg_isready"];
const START_DEADLINE: Duration = Duration::from_mins(1);

/// A running cluster; it stops and disappears with this value.
pub(crate) struct Cluster {
    dir: Option<TempDir>,
    server: Child,
    url: String,
}

impl Cluster {
    /// Creates a cluster in a temporary folder and starts it on a free port.
    pub(crate) fn start(cleanup: &Cleanup) -> anyhow::Result<Self> {
        let binaries = find_binaries().context("PostgreSQL 15 or newer is not installed")?;
        let only_mine = std::fs::Permissions::from_mode(0o700);
        let dir = tempfile::Builder::new()
            .prefix("maro-postgres-")
            .permissions(only_mine)
            .tempdir()?;
        let password = random_password()?;
        let password_file = dir.path().join("password");
        std::fs::write(&password_file, &password)?;
        give_to_server_user(dir.path())?;
        give_to_server_user(&password_file)?;
        initialise(&binaries, dir.path(), &password_file)?;

        let port = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?.port();
        let server = serve(&binaries, dir.path(), port)?;
        stop_on_signal(cleanup, &server, dir.path());
        let url = format!("postgres://postgres:{password}@127.0.0.1:{port}/postgres");
        let mut cluster = Self {
            dir: Some(dir),
            server,
            url,
        };
        cluster.wait_until_ready(&binaries, port)?;
        println!("PostgreSQL of {} on port {port}", binaries.display());
        Ok(cluster)
    }

    /// The address of the cluster, for its superuser.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    fn wait_until_ready(&mut self, binaries: &Path, port: u16) -> anyhow::Result<()> {
        let deadline = Instant::now() + START_DEADLINE;
        while Instant::now() < deadline {
            if let Some(status) = self.server.try_wait()? {
                bail!("the server ended with {status}: {}", self.log());
            }
            let mut probe = Command::new(binaries.join("pg_isready"));
            probe.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
            if process::run(&mut probe).is_ok() {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        bail!(
            "the server is not ready after {START_DEADLINE:?}: {}",
            self.log()
        )
    }

    fn log(&self) -> String {
        let dir = self.dir.as_ref().map(TempDir::path);
        dir.and_then(|dir| std::fs::read_to_string(dir.join("server.log")).ok())
            .unwrap_or_default()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        interrupt(self.server.id());
        let _ = self.server.wait();
        drop(self.dir.take());
    }
}

/// The folder with `initdb` and `postgres` of the newest installed version.
pub(crate) fn find_binaries() -> Option<PathBuf> {
    let debian = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten();
    let from_path = process::find("initdb").and_then(|file| file.parent().map(PathBuf::from));
    let mut found: Vec<(u32, PathBuf)> = debian
        .map(|entry| entry.path().join("bin"))
        .chain(from_path)
        .filter(|dir| PROGRAMS.iter().all(|program| dir.join(program).is_file()))
        .filter_map(|dir| Some((version(&dir)?, dir)))
        .filter(|(version, _)| *version >= OLDEST)
        .collect();
    found.sort();
    found.pop().map(|(_, dir)| dir)
}

fn version(binaries: &Path) -> Option<u32> {
    let text = process::output(Command::new(binaries.join("postgres")).arg("--version")).ok()?;
    text.split(|c: char| !c.is_ascii_digit())
        .find(|part| !part.is_empty())?
        .parse()
        .ok()
}

fn initialise(binaries: &Path, dir: &Path, password_file: &Path) -> anyhow::Result<()> {
    let mut command = as_server_user(&binaries.join("initdb"));
    command
        .args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ])
        .arg(format!("--pwfile={}", password_file.display()))
        .arg(format!("--pgdata={}", dir.join("cluster").display()))
        .current_dir(dir);
    process::output(&mut command).map(|_| ())
}

fn serve(binaries: &Path, dir: &Path, port: u16) -> anyhow::Result<Child> {
    let log = std::fs::File::create(dir.join("server.log"))?;
    let mut command = as_server_user(&binaries.join("postgres"));
    command
        .arg("-D")
        .arg(dir.join("cluster"))
        .args(["-p", &port.to_string(), "-c", "listen_addresses=127.0.0.1"])
        .args(["-c", "max_connections=300", "-c", "shared_buffers=256MB"])
        .args(["-c", "fsync=on", "-c", "synchronous_commit=on"])
        .arg("-c")
        .arg(format!("unix_socket_directories={}", dir.display()))
        .current_dir(dir)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log);
    command
        .spawn()
        .context("the PostgreSQL server does not start")
}

/// A command that runs as a user that PostgreSQL accepts and does not outlive this process.
fn as_server_user(program: &Path) -> Command {
    if process::find("setpriv").is_none() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    if process::is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--init-groups"]);
    }
    command.args(["--pdeathsig=INT", "--"]).arg(program);
    command
}

fn give_to_server_user(path: &Path) -> anyhow::Result<()> {
    if !process::is_root() {
        return Ok(());
    }
    let id = |flag: &str| -> anyhow::Result<u32> {
        let text = process::output(Command::new("id").args([flag, "postgres"]))
            .context("root needs a user named postgres to run the server")?;
        Ok(text.trim().parse()?)
    };
    Ok(chown(path, Some(id("-u")?), Some(id("-g")?))?)
}

fn stop_on_signal(cleanup: &Cleanup, server: &Child, dir: &Path) {
    let (id, dir) = (server.id(), dir.to_owned());
    cleanup.add(move || {
        interrupt(id);
        let deadline = Instant::now() + Duration::from_secs(10);
        while dir.join("cluster/postmaster.pid").exists() && Instant::now() < deadline {
            std::thread::sleep(Duration::from_millis(50));
        }
        let _ = std::fs::remove_dir_all(&dir);
    });
}

/// Asks for a fast shutdown: connections are cut, the data is flushed.
fn interrupt(process_id: u32) {
    let mut command = Command::new("kill");
    let _ = command
        .args(["-INT", &process_id.to_string()])
        .stderr(Stdio::null())
        .status();
}

fn random_password() -> anyhow::Result<String> {
    use std::io::Read;
    let mut bytes = [0_u8; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes
        .iter()
        .fold(String::new(), |text, byte| format!("{text}{byte:02x}")))
}
