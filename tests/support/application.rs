//! Applications of tests: on free ports of loopback, with directories of their own.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use bun_server::prelude::*;

use crate::unique;

/// A directory that goes with its test.
#[derive(Debug)]
pub struct Directory(PathBuf);

impl Default for Directory {
    fn default() -> Self {
        Self::new()
    }
}

impl Directory {
    #[must_use]
    pub fn new() -> Self {
        let path = std::env::temp_dir().join(unique("bun-test"));
        std::fs::create_dir_all(&path).expect("a directory for temporary files");
        Self(path)
    }

    #[must_use]
    pub fn with(self, file: &str, content: &str) -> Self {
        self.write(file, content);
        self
    }

    pub fn write(&self, file: &str, content: &str) {
        std::fs::write(self.0.join(file), content).expect("a file that can be written");
    }

    #[must_use]
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// An application that sees nothing of the machine: no variables, an empty directory, free ports, and no pause at its end.
pub fn application(name: &str, directory: &Directory) -> Application {
    application_with(name, directory, &[])
}

/// The same with variables.
pub fn application_with(name: &str, directory: &Directory, variables: &[(&str, &str)]) -> Application {
    let state = ("XDG_STATE_HOME".to_owned(), directory.path().display().to_string());
    let own = variables
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Application::new(name)
        .environment(own.chain([state]))
        .config_directory(directory.path())
        .config_default("server.address", "127.0.0.1")
        .config_default("server.port", 0)
        .config_default("management.port", 0)
        .config_default("shutdown.pre_stop_delay", "0s")
        .config_default("config_center.request_timeout", "10s")
        .config_default("service_registry.request_timeout", "10s")
}

/// The management server of an application of tests.
#[must_use]
pub fn management(handle: &ApplicationHandle) -> SocketAddr {
    handle.management_address().expect("a management server")
}
