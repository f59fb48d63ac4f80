//! Applications as processes of their own.

use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncRead, BufReader};
use tokio::process::{Child, Command};
use tokio::task::JoinSet;

use crate::{eventually, within};

/// A running application; it is killed when the test ends without having stopped it.
#[derive(Debug)]
pub struct Process {
    child: Child,
    output: Output,
    readers: JoinSet<()>,
}

/// What it printed and logged.
#[derive(Clone, Debug, Default)]
struct Output(Arc<Mutex<String>>);

impl Process {
    /// Starts a program in `directory`, with these variables and none of `BUN_…` but them.
    pub fn start<'a>(program: &str, directory: &Path, variables: impl IntoIterator<Item = (&'a str, String)>) -> Self {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("BUN_") {
                command.env_remove(name);
            }
        }
        let mut child = command
            .current_dir(directory)
            // Snapshots of a test belong to it.
            .env("XDG_STATE_HOME", directory)
            .envs(variables)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .expect("a program that starts");
        let output = Output::default();
        let mut readers = JoinSet::new();
        readers.spawn(output.clone().follow(child.stdout.take()));
        readers.spawn(output.clone().follow(child.stderr.take()));
        Self { child, output, readers }
    }

    /// Standard output and error, as far as they were read.
    #[must_use]
    pub fn output(&self) -> String {
        self.output.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits for its banner and gives the port in it.
    pub async fn port(&mut self) -> u16 {
        let output = self.output.clone();
        eventually(Duration::from_secs(20), || async {
            let text = output.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let banner = text
                .lines()
                .find(|line| line.contains(" · http://"))
                .ok_or_else(|| text.clone())?;
            let address = banner
                .split(" · http://")
                .nth(1)
                .and_then(|rest| rest.split(' ').next());
            let port = address
                .and_then(|address| address.rsplit(':').next())
                .and_then(|port| port.parse().ok());
            port.ok_or(text)
        })
        .await
    }

    /// Sends `TERM` or `INT`.
    pub async fn signal(&self, signal: &str) {
        let id = self.child.id().expect("a process that runs");
        let sent = Command::new("kill")
            .arg(format!("-{signal}"))
            .arg(id.to_string())
            .status()
            .await;
        assert!(sent.expect("the program kill").success(), "no signal reached {id}");
    }

    /// Waits for its end.
    pub async fn ended(&mut self, deadline: Duration) -> ExitStatus {
        let ended = within(deadline, "the process", self.child.wait()).await;
        // What it said last is read after its end.
        let read = async { while self.readers.join_next().await.is_some() {} };
        within(Duration::from_secs(10), "reading its output", read).await;
        ended.expect("a process that can be waited for")
    }
}

impl Output {
    async fn follow(self, stream: Option<impl AsyncRead + Unpin>) {
        let mut lines = BufReader::new(stream.expect("a pipe")).lines();
        while let Ok(Some(line)) = lines.next_line().await {
            let mut text = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            text.push_str(&line);
            text.push('\n');
        }
    }
}
