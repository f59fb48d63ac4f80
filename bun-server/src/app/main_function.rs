use std::fmt::Debug;
use std::future::Future;
use std::pin::Pin;
use std::process::ExitCode;
use std::time::Duration;

tokio::task_local! {
    static CRATE_VERSION: Option<&'static str>;
}

/// The version of the crate whose `main` runs, where `#[bun_server::main]` says it.
pub(super) fn crate_version() -> Option<&'static str> {
    CRATE_VERSION.try_with(|version| *version).ok().flatten()
}

/// What `async fn main` may return.
#[diagnostic::on_unimplemented(
    message = "`main` cannot return `{Self}`",
    label = "return `AppResult`, `()`, or `Result<(), E>` with `E: Debug`"
)]
pub trait MainOutput {
    /// Prints what went wrong, and gives the process's exit code.
    fn exit_code(self) -> ExitCode;
}

impl MainOutput for () {
    fn exit_code(self) -> ExitCode {
        ExitCode::SUCCESS
    }
}

#[diagnostic::do_not_recommend]
impl<E: Debug> MainOutput for Result<(), E> {
    fn exit_code(self) -> ExitCode {
        match self {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => failed(&error),
        }
    }
}

/// After `main` is over, work on threads of its own (files, name look-ups) gets this long.
const LEFTOVERS: Duration = Duration::from_secs(1);

/// Runs `main` on a runtime of many threads.
#[must_use]
pub fn run_main<T: MainOutput>(version: Option<&'static str>, main: Pin<Box<dyn Future<Output = T>>>) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&format_args!("no runtime: {error}")),
    };
    let output = runtime.block_on(CRATE_VERSION.scope(version, main));
    let code = output.exit_code();
    runtime.shutdown_timeout(LEFTOVERS);
    code
}

#[expect(clippy::print_stderr, reason = "the last word of a process that failed")]
fn failed(error: &dyn Debug) -> ExitCode {
    eprintln!("error: {error:?}");
    ExitCode::FAILURE
}
