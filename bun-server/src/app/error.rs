use std::fmt;

use crate::di::Problem;

/// What `main` returns.
pub type AppResult<T = ()> = Result<T, AppError>;

/// Why an application did not start, or did not stop as it should. Its `Debug` is the report for people, since that is what
/// Rust prints when `main` returns it.
#[non_exhaustive]
pub enum AppError {
    /// It did not start: everything that is wrong, at once.
    Startup(StartupReport),
    /// It stopped, and something failed while it did.
    Shutdown(ShutdownReport),
}

/// Everything that keeps an application from starting.
#[derive(Clone)]
pub struct StartupReport {
    application: String,
    problems: Vec<Problem>,
}

impl StartupReport {
    pub(crate) fn new(application: impl Into<String>, mut problems: Vec<Problem>) -> Self {
        let mut known: Vec<Problem> = Vec::with_capacity(problems.len());
        problems.retain(|problem| {
            let new = !known.contains(problem);
            if new {
                known.push(problem.clone());
            }
            new
        });
        Self {
            application: application.into(),
            problems,
        }
    }

    /// The application's name.
    #[must_use]
    pub fn application(&self) -> &str {
        &self.application
    }

    /// What is wrong.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for StartupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let count = self.problems.len();
        let plural = if count == 1 { "" } else { "s" };
        writeln!(f, "{} cannot start ({count} problem{plural})\n", self.application)?;
        for (number, problem) in (1..).zip(&self.problems) {
            let separator = if number < count { "\n" } else { "" };
            write!(f, "{number:>2}. {problem}{separator}")?;
        }
        Ok(())
    }
}

impl fmt::Debug for StartupReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// What failed while an application stopped; it is stopped all the same.
#[derive(Clone)]
pub struct ShutdownReport {
    application: String,
    failures: Vec<String>,
}

impl ShutdownReport {
    pub(crate) fn new(application: impl Into<String>, failures: Vec<String>) -> Self {
        Self {
            application: application.into(),
            failures,
        }
    }

    /// Each failure, with its causes.
    #[must_use]
    pub fn failures(&self) -> &[String] {
        &self.failures
    }
}

impl fmt::Display for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} stopped with {} failed", self.application, self.failures.len())?;
        self.failures
            .iter()
            .try_for_each(|failure| write!(f, "\n      {failure}"))
    }
}

impl fmt::Debug for ShutdownReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Startup(report) => report.fmt(f),
            Self::Shutdown(report) => report.fmt(f),
        }
    }
}

impl fmt::Debug for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for AppError {}
