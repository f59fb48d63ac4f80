//! What is logged while a test runs on its thread.

use std::io;
use std::sync::{Arc, Mutex, PoisonError};

use tracing::subscriber::DefaultGuard;
use tracing_subscriber::filter::LevelFilter;

/// Everything that is logged on this thread; the test runs on a runtime of one thread.
#[derive(Debug)]
pub struct Logs {
    text: Written,
    _guard: DefaultGuard,
}

#[derive(Clone, Debug, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Logs {
    /// From now on, until it is dropped.
    #[must_use]
    pub fn capture() -> Self {
        let text = Written::default();
        let writer = text.clone();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(LevelFilter::DEBUG)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .finish();
        Self {
            text,
            _guard: tracing::subscriber::set_default(subscriber),
        }
    }

    #[must_use]
    pub fn text(&self) -> String {
        let bytes = self.text.0.lock().unwrap_or_else(PoisonError::into_inner);
        String::from_utf8_lossy(&bytes).into_owned()
    }

    /// Lines of a level that contain a text.
    #[must_use]
    pub fn lines(&self, level: &str, containing: &str) -> Vec<String> {
        let text = self.text();
        let lines = text.lines().filter(|line| {
            let level_of_line = line.split_whitespace().nth(1).unwrap_or_default();
            level_of_line == level && line.contains(containing)
        });
        lines.map(ToOwned::to_owned).collect()
    }

    #[must_use]
    pub fn warnings(&self, containing: &str) -> Vec<String> {
        self.lines("WARN", containing)
    }
}
