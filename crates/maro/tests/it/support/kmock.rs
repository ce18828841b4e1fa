//! kmock, an emulated Kubernetes API server from `PyPI`, as a child process.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

const SERVER: &str = "
import asyncio, kmock
async def main():
    emulator = kmock.KubernetesEmulator()
    emulator.resources['v1/secrets'] = kmock.ResourceInfo(
        namespaced=True, kind='Secret', verbs={'get', 'list', 'create', 'delete'})
    async with emulator, kmock.Server(emulator) as server:
        print(server.url, flush=True)
        await asyncio.Event().wait()
asyncio.run(main())
";

/// A running emulator. It is killed when the value goes away.
pub(crate) struct Kmock {
    pub(crate) url: String,
    child: Child,
}

impl Kmock {
    /// Starts it with the Python of `conformance/`, or the one that `MARO_KMOCK_PYTHON` names, and
    /// writes the files of an account.
    pub(crate) fn start(account: &Path) -> Option<Self> {
        let python = python();
        let can = Command::new(&python).args(["-c", "import kmock"]).output();
        if !can.is_ok_and(|output| output.status.success()) {
            let shown = python.display();
            println!("SKIPPED: {shown} has no kmock; `cargo xtask test` installs it");
            return None;
        }
        std::fs::create_dir_all(account).unwrap();
        std::fs::write(account.join("token"), "any token").unwrap();
        std::fs::write(account.join("namespace"), "maro").unwrap();
        let mut child = Command::new(python)
            .args(["-c", SERVER])
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut url = String::new();
        let stdout = child.stdout.take().unwrap();
        BufReader::new(stdout).read_line(&mut url).unwrap();
        let url = url.trim().to_owned();
        Some(Self { url, child })
    }
}

fn python() -> PathBuf {
    let installed = "../../conformance/.venv/bin/python";
    let named = std::env::var_os("MARO_KMOCK_PYTHON");
    named.map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join(installed),
        PathBuf::from,
    )
}

impl Drop for Kmock {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
