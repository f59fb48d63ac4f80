//! A real Nacos of the test's own, to be killed and wiped.

use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::{Mutex, MutexGuard};

use crate::row::Nacos;
use crate::{unique, within};

/// Started by tests/servers/nacos.sh; stopped at the end, whatever happened.
#[derive(Debug)]
pub struct RealServer {
    home: PathBuf,
    pub nacos: Nacos,
    _alone: MutexGuard<'static, ()>,
}

/// Several that start at once on a small machine run into their own timeouts.
static ONE_AT_A_TIME: Mutex<()> = Mutex::const_new(());

const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/servers/nacos.sh");
const LIMIT: Duration = Duration::from_secs(150);

impl RealServer {
    /// `None` when neither NACOS_LIB nor NACOS_DIST names a server.
    pub async fn start() -> Option<Self> {
        if std::env::var_os("NACOS_LIB").is_none() && std::env::var_os("NACOS_DIST").is_none() {
            return None;
        }
        let alone = ONE_AT_A_TIME.lock().await;
        let home = std::env::temp_dir().join(unique("bun-nacos"));
        let told = started(&home).await;
        let address = told
            .lines()
            .find_map(|line| line.strip_prefix("address="))
            .unwrap_or_else(|| panic!("no address in {told}"));
        Some(Self {
            nacos: Nacos {
                address: address.to_owned(),
                credentials: None,
            },
            home,
            _alone: alone,
        })
    }

    /// Ends it at once, as a crash would.
    pub async fn kill(&self) {
        script("kill", &self.home).await;
    }

    /// Forgets everything; it must not run.
    pub async fn wipe(&self) {
        script("wipe", &self.home).await;
    }

    /// Runs it again, at the same address.
    pub async fn start_again(&self) {
        started(&self.home).await;
    }
}

impl Drop for RealServer {
    fn drop(&mut self) {
        let killed = std::process::Command::new(SCRIPT)
            .args(["kill", "--home"])
            .arg(&self.home)
            .status();
        // A test that failed already says why.
        let _ = (killed, std::fs::remove_dir_all(&self.home));
    }
}

/// Its own database gives up after a few seconds on a machine that is busy: then once more.
async fn started(home: &Path) -> String {
    match run("start", home).await {
        Ok(told) => told,
        Err(_) => script("start", home).await,
    }
}

async fn script(action: &str, home: &Path) -> String {
    run(action, home)
        .await
        .unwrap_or_else(|errors| panic!("nacos.sh {action}: {errors}"))
}

async fn run(action: &str, home: &Path) -> Result<String, String> {
    let mut command = Command::new(SCRIPT);
    command.args([action, "--home"]).arg(home);
    let output = within(LIMIT, action, command.output()).await.expect("nacos.sh");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() {
        Ok(text(&output.stdout))
    } else {
        Err(text(&output.stderr))
    }
}
