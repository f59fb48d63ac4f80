//! Hooks run in the order of construction and back; whatever fails is named and undone.

use std::future::pending;
use std::sync::Mutex;

use bun_server::app::Phase;
use bun_server::di::BoxError;
use bun_server::prelude::*;
use tests::application::{Directory, application};
use tests::process::Process;
use tests::row::ARRIVED;
use tests::{eventually, holds, within};

const SLOW_START: &str = env!("CARGO_BIN_EXE_acceptance-slow-start");

/// What happened, in order.
#[derive(Clone, Default)]
struct Journal(Arc<Mutex<Vec<String>>>);

impl Journal {
    fn note(&self, what: &str) {
        self.0.lock().expect("no panic while it was held").push(what.to_owned());
    }

    fn entries(&self) -> Vec<String> {
        self.0.lock().expect("no panic while it was held").clone()
    }

    fn module(&self) -> DynamicModule {
        struct JournalModule;
        DynamicModule::builder::<JournalModule>()
            .provide(self.clone())
            .export::<Self>()
            .global()
            .build()
    }
}

#[injectable(on_start = Self::start, on_stop = Self::stop)]
struct Pool {
    journal: Arc<Journal>,
}

impl Pool {
    async fn start(&self) {
        self.journal.note("pool starts");
    }

    async fn stop(&self) {
        self.journal.note("pool stops");
    }
}

#[injectable(on_start = Self::start, on_stop = Self::stop)]
struct Repo {
    pool: Arc<Pool>,
    #[config_value("repo.fails", default = "nowhere")]
    fails: String,
}

impl Repo {
    async fn start(&self) -> Result<(), std::io::Error> {
        self.pool.journal.note("repo starts");
        match self.fails.as_str() {
            "start" => Err(std::io::Error::other("the table is locked")),
            _ => Ok(()),
        }
    }

    async fn stop(&self) -> Result<(), BoxError> {
        self.pool.journal.note("repo stops");
        match self.fails.as_str() {
            "stop" => Err("the table is still locked".into()),
            _ => Ok(()),
        }
    }
}

#[injectable(on_start = Self::start, on_stop = Self::stop)]
struct Service {
    repo: Arc<Repo>,
}

impl Service {
    async fn start(&self) {
        self.repo.pool.journal.note("service starts");
    }

    async fn stop(&self) {
        self.repo.pool.journal.note("service stops");
    }
}

#[controller("/service")]
impl Service {
    #[get("")]
    async fn answer(&self) -> &'static str {
        "here"
    }
}

fn hooked(journal: &Journal, fails: &str) -> Application {
    application("hooked", &Directory::new())
        .config_default("repo.fails", fails)
        .controller::<Service>()
        .provider::<Repo>()
        .provider::<Pool>()
        .import(journal.module())
}

#[tokio::test]
async fn hooks_run_in_the_order_of_dependencies_and_back() {
    let journal = Journal::default();
    let handle = hooked(&journal, "nowhere").start().await.expect("a start");
    assert_eq!(journal.entries(), ["pool starts", "repo starts", "service starts"]);
    handle.shutdown().await.expect("a clean stop");
    assert_eq!(journal.entries()[3..], ["service stops", "repo stops", "pool stops"]);
}

#[tokio::test]
async fn a_hook_that_fails_at_start_is_named_and_what_ran_is_undone() {
    let journal = Journal::default();
    let report = hooked(&journal, "start")
        .start()
        .await
        .expect_err("a refusal")
        .to_string();
    for part in [
        "hooked cannot start (1 problem)",
        "on_start of",
        "Repo",
        "the table is locked",
        file!(),
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert_eq!(journal.entries(), ["pool starts", "repo starts", "pool stops"]);
}

#[tokio::test]
async fn a_hook_that_fails_at_stop_is_named_and_the_others_run() {
    let journal = Journal::default();
    let handle = hooked(&journal, "stop").start().await.expect("a start");
    let error = handle.shutdown().await.expect_err("a failure");
    let AppError::Shutdown(report) = &error else {
        panic!("{error:?}")
    };
    assert_eq!(report.failures().len(), 1);
    let told = error.to_string();
    assert!(
        told.contains("Repo") && told.contains("the table is still locked"),
        "{told}"
    );
    assert_eq!(journal.entries()[3..], ["service stops", "repo stops", "pool stops"]);
    assert_eq!(handle.phase(), Phase::Stopped, "stopped all the same");
}

#[tokio::test]
async fn a_constructor_that_fails_is_named_with_its_cause() {
    struct Database;
    struct DatabaseModule;
    #[injectable]
    struct Reports {
        database: Arc<Database>,
    }
    #[controller("/reports")]
    impl Reports {
        #[get("")]
        async fn count(&self) -> String {
            Arc::strong_count(&self.database).to_string()
        }
    }
    let connect = || -> Result<Database, std::io::Error> { Err(std::io::Error::other("no route to the database")) };
    let module = DynamicModule::builder::<DatabaseModule>()
        .provide_with::<Database, _>(connect)
        .export::<Database>()
        .build();
    let journal = Journal::default();
    let report = hooked(&journal, "nowhere")
        .controller::<Reports>()
        .import(module)
        .start()
        .await;
    let report = report.expect_err("a refusal").to_string();
    for part in ["construction", "Database", "no route to the database", file!()] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert_eq!(journal.entries(), [""; 0], "no hook ran: nothing was complete");
}

/// Hangs or panics where it is told to.
#[injectable(on_start = Self::start, on_ready = Self::ready, on_stop = Self::stop)]
struct Troubled {
    pool: Arc<Pool>,
    #[config_value("troubled.at", default = "nowhere")]
    at: String,
}

impl Troubled {
    async fn arrive(&self, at: &str) {
        self.pool.journal.note(&format!("troubled {at}"));
        if self.at == format!("{at} hangs") {
            pending::<()>().await;
        }
        assert_ne!(self.at, format!("{at} panics"), "it was told to");
    }

    async fn start(&self) {
        self.arrive("start").await;
    }

    async fn ready(&self) {
        self.arrive("ready").await;
    }

    async fn stop(&self) {
        self.arrive("stop").await;
    }
}

#[controller("/troubled")]
impl Troubled {
    #[get("")]
    async fn answer(&self) -> &'static str {
        "here"
    }
}

fn troubled(journal: &Journal, at: &str) -> Application {
    application("troubled", &Directory::new())
        .config_default("troubled.at", at)
        .config_default("startup.hook_timeout", "200ms")
        .config_default("shutdown.hook_timeout", "400ms")
        .controller::<Troubled>()
        .provider::<Pool>()
        .import(journal.module())
}

#[tokio::test]
async fn each_phase_has_its_hooks() {
    let journal = Journal::default();
    let handle = troubled(&journal, "nowhere").start().await.expect("a start");
    assert_eq!(journal.entries(), ["pool starts", "troubled start", "troubled ready"]);
    handle.shutdown().await.expect("a clean stop");
    assert_eq!(journal.entries()[3..], ["troubled stop", "pool stops"]);
}

#[tokio::test]
async fn a_start_hook_that_hangs_or_panics_ends_the_start_and_what_was_started_is_stopped_once() {
    let cases = [
        (
            "start hangs",
            "did not end within 200 ms (startup.hook_timeout)",
            vec!["pool stops"],
        ),
        ("start panics", "panicked", vec!["pool stops"]),
        (
            "ready hangs",
            "on_ready of",
            vec!["troubled ready", "troubled stop", "pool stops"],
        ),
    ];
    for (at, said, then) in cases {
        let journal = Journal::default();
        let report = troubled(&journal, at).start().await.expect_err("a refusal").to_string();
        assert!(report.contains("Troubled") && report.contains(said), "{at}: {report}");
        assert_eq!(journal.entries()[..2], ["pool starts", "troubled start"], "{at}");
        assert_eq!(journal.entries()[2..], then, "{at}");
    }
}

#[tokio::test]
async fn a_stop_hook_that_hangs_or_panics_keeps_no_other_from_being_stopped() {
    for (at, said) in [("stop hangs", "did not end within 400 ms"), ("stop panics", "panicked")] {
        let journal = Journal::default();
        let handle = troubled(&journal, at).start().await.expect("a start");
        let error = handle.shutdown().await.expect_err("a failure").to_string();
        assert!(error.contains("Troubled") && error.contains(said), "{at}: {error}");
        assert_eq!(journal.entries()[3..], ["troubled stop", "pool stops"], "{at}");
        assert_eq!(handle.wait().await.expect_err("the same").to_string(), error);
    }
}

#[tokio::test]
async fn a_signal_during_the_start_stops_what_was_started() {
    let directory = Directory::new();
    let mut process = Process::start(SLOW_START, directory.path(), [("BUN_SERVER__PORT", "0".to_owned())]);
    eventually(ARRIVED, || async {
        let output = process.output();
        holds(output.contains("second starts"), output)
    })
    .await;
    process.signal("TERM").await;
    let ended = within(ARRIVED, "the end", process.ended(ARRIVED)).await;
    let output = process.output();
    assert_eq!(ended.code(), Some(0), "{output}");
    let told: Vec<&str> = output.lines().filter(|line| line.starts_with("hook: ")).collect();
    assert_eq!(
        told,
        ["hook: first starts", "hook: second starts", "hook: first stops"],
        "{output}"
    );
}
