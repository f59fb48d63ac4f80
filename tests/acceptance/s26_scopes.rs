//! Singletons, transients and what lives in a request: how long each lives, who may hold it, and what is refused.

use std::sync::atomic::{AtomicUsize, Ordering};

use bun_server::di::{AsyncFactory, BoxError, CreateError, Factory, LookUpError};
use bun_server::prelude::*;
use tests::application::{Directory, application};
use tests::http::Http;

/// Counts what is alive.
#[injectable]
struct Alive {
    #[default]
    tickets: AtomicUsize,
    #[default]
    users: AtomicUsize,
    #[default]
    made: AtomicUsize,
}

#[injectable(scope = transient)]
struct Ticket {
    alive: Arc<Alive>,
    #[default(alive_number())]
    number: usize,
}

fn alive_number() -> usize {
    static NEXT: AtomicUsize = AtomicUsize::new(1);
    NEXT.fetch_add(1, Ordering::Relaxed)
}

/// Lives in a request, and sees it.
#[injectable(scope = request, new = Self::of)]
struct CurrentUser {
    name: String,
    alive: Arc<Alive>,
}

impl CurrentUser {
    async fn of(request: RequestParts, alive: Arc<Alive>) -> Result<Self, BoxError> {
        tokio::task::yield_now().await;
        let name = request.headers.get("x-user").ok_or("nobody is logged in")?;
        alive.users.fetch_add(1, Ordering::Relaxed);
        alive.made.fetch_add(1, Ordering::Relaxed);
        Ok(Self {
            name: name.to_str()?.to_owned(),
            alive,
        })
    }
}

impl Drop for CurrentUser {
    fn drop(&mut self) {
        self.alive.users.fetch_sub(1, Ordering::Relaxed);
    }
}

trait Audit: Send + Sync {
    fn line(&self) -> String;
}

/// Another component of the same request: the same user.
#[injectable(scope = request, provide = dyn Audit)]
struct RequestAudit {
    user: Arc<CurrentUser>,
    ticket: Arc<Ticket>,
}

impl Audit for RequestAudit {
    fn line(&self) -> String {
        format!("{} has ticket {}", self.user.name, self.ticket.number)
    }
}

#[injectable]
struct Desk {
    one: Arc<Ticket>,
    other: Arc<Ticket>,
    tickets: Factory<Ticket>,
    slow: AsyncFactory<Connection>,
}

#[injectable(scope = transient, new = Self::open)]
struct Connection {
    ticket: Arc<Ticket>,
}

impl Connection {
    async fn open(ticket: Arc<Ticket>) -> Result<Self, BoxError> {
        tokio::task::yield_now().await;
        Ok(Self { ticket })
    }
}

#[controller("/desk")]
impl Desk {
    #[get("/tickets")]
    async fn tickets(&self) -> Result<String, Problem> {
        let failed = |error: CreateError| Problem::new(StatusCode::INTERNAL_SERVER_ERROR).detail(error.to_string());
        let more = [
            self.tickets.create().map_err(failed)?,
            self.tickets.create().map_err(failed)?,
        ];
        let connection = self.slow.create().await.map_err(failed)?;
        let mut numbers = vec![self.one.number, self.other.number, more[0].number, more[1].number];
        numbers.push(connection.ticket.number);
        numbers.sort_unstable();
        numbers.dedup();
        self.one.alive.tickets.store(numbers.len(), Ordering::Relaxed);
        Ok(format!("{} tickets", numbers.len()))
    }

    #[get("/me")]
    async fn me(&self, Dep(user): Dep<CurrentUser>, Dep(audit): Dep<dyn Audit>, Dep(alive): Dep<Alive>) -> String {
        let now = alive.users.load(Ordering::Relaxed);
        format!("{}: {now} alive; {}", user.name, audit.line())
    }

    #[get("/nothing")]
    async fn nothing(&self) -> &'static str {
        "nothing of the request was asked for"
    }
}

#[module(
    providers = [Alive, Ticket, CurrentUser, RequestAudit, Connection],
    controllers = [Desk],
)]
struct DeskModule;

#[tokio::test]
async fn every_injection_and_every_create_of_a_transient_is_a_new_one() {
    let directory = Directory::new();
    let handle = application("desk", &directory)
        .import(DeskModule)
        .start()
        .await
        .expect("a start");
    let answer = Http::new().get(handle.address(), "/desk/tickets").await;
    assert_eq!(answer.body, "5 tickets");
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn what_lives_in_a_request_is_made_once_in_it_and_dropped_at_its_end() {
    let directory = Directory::new();
    let handle = application("desk", &directory)
        .import(DeskModule)
        .start()
        .await
        .expect("a start");
    let alive = handle.container().get::<Alive>().expect("a singleton");
    let http = Http::new();
    let nothing = http.get(handle.address(), "/desk/nothing").await;
    assert_eq!((nothing.status, alive.made.load(Ordering::Relaxed)), (200, 0));
    for (number, name) in [(1, "ada"), (2, "bob")] {
        let answer = http.get_with(handle.address(), "/desk/me", &[("x-user", name)]).await;
        assert!(
            answer.body.starts_with(&format!("{name}: 1 alive; {name} has ticket ")),
            "{answer:?}"
        );
        assert_eq!(alive.made.load(Ordering::Relaxed), number, "one for each request");
        assert_eq!(alive.users.load(Ordering::Relaxed), 0, "gone with its request");
    }
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn a_constructor_that_fails_in_a_request_is_a_500_without_internals() {
    let directory = Directory::new();
    let handle = application("desk", &directory)
        .import(DeskModule)
        .start()
        .await
        .expect("a start");
    let answer = Http::new().get(handle.address(), "/desk/me").await;
    assert_eq!(answer.status, 500);
    assert_eq!(answer.header("content-type"), Some("application/problem+json"));
    assert!(
        !answer.body.contains("nobody") && !answer.body.contains("CurrentUser"),
        "{answer:?}"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn outside_of_a_request_it_is_a_clear_error() {
    let directory = Directory::new();
    let handle = application("desk", &directory)
        .import(DeskModule)
        .start()
        .await
        .expect("a start");
    let error = handle.container().get::<CurrentUser>().err().expect("no request");
    assert!(matches!(error, LookUpError::OutsideRequest { .. }), "{error:?}");
    let text = error.to_string();
    assert!(text.contains("CurrentUser") && text.contains("Dep<..>"), "{text}");
    let error = handle.container().get::<Ticket>().err().expect("a transient");
    assert!(error.to_string().contains("create"), "{error}");
    let ticket = handle.container().create::<Ticket>().await.expect("a new one");
    let another = handle.container().create::<Ticket>().await.expect("a new one");
    assert_ne!(ticket.number, another.number);
    handle.shutdown().await.expect("a clean stop");
}

#[tokio::test]
async fn without_http_a_request_is_begun_by_hand() {
    let directory = Directory::new();
    let handle = application("desk", &directory)
        .import(DeskModule)
        .start()
        .await
        .expect("a start");
    let (parts, ()) = http::Request::builder()
        .header("x-user", "eve")
        .body(())
        .expect("a request")
        .into_parts();
    let scope = handle.container().request_scope().with(RequestParts::new(parts));
    let (one, other) = tokio::join!(scope.get::<CurrentUser>(), scope.get::<CurrentUser>());
    let (one, other) = (one.expect("a user"), other.expect("a user"));
    assert!(Arc::ptr_eq(&one, &other), "made once, by whoever comes first");
    let audit = scope.get::<dyn Audit>().await.expect("an audit");
    assert!(audit.line().starts_with("eve has ticket "));
    drop((one, other, audit));
    let alive = handle.container().get::<Alive>().expect("a singleton");
    assert_eq!(alive.users.load(Ordering::Relaxed), 1);
    drop(scope);
    assert_eq!(alive.users.load(Ordering::Relaxed), 0);
    handle.shutdown().await.expect("a clean stop");
}

/// Answers by itself whoever is not logged in.
#[injectable(scope = request, new = Self::of)]
struct Session {
    user: String,
}

impl Session {
    #[expect(clippy::needless_pass_by_value, reason = "what is injected is owned")]
    fn of(request: RequestParts) -> Result<Self, Problem> {
        let token = request
            .headers
            .get("authorization")
            .and_then(|value| value.to_str().ok());
        let user = token.and_then(|token| token.strip_prefix("Bearer "));
        let user = user.ok_or_else(|| Problem::new(StatusCode::UNAUTHORIZED).detail("log in"))?;
        Ok(Self { user: user.to_owned() })
    }
}

trait Greeting: Send + Sync {
    fn word(&self) -> &'static str;
}

#[injectable(provide = dyn Greeting)]
struct Hello;

impl Greeting for Hello {
    fn word(&self) -> &'static str {
        "hello"
    }
}

#[injectable(provide = dyn Greeting)]
struct Salut;

impl Greeting for Salut {
    fn word(&self) -> &'static str {
        "salut"
    }
}

#[injectable]
struct English;

#[controller("/english")]
impl English {
    #[get("")]
    async fn greet(&self, Dep(greeting): Dep<dyn Greeting>, audit: Option<Dep<dyn Audit>>) -> String {
        format!("{} {}", greeting.word(), audit.is_some())
    }
}

#[injectable]
struct French;

#[controller("/french")]
impl French {
    #[get("")]
    async fn greet(&self, Dep(greeting): Dep<dyn Greeting>, Dep(session): Dep<Session>) -> String {
        format!("{} {}", greeting.word(), session.user)
    }
}

#[module(providers = [Hello], controllers = [English])]
struct EnglishModule;

#[module(providers = [Salut, Session], controllers = [French])]
struct FrenchModule;

#[tokio::test]
async fn a_handler_gets_what_its_module_means_by_a_token() {
    let directory = Directory::new();
    let handle = application("greetings", &directory)
        .import(EnglishModule)
        .import(FrenchModule)
        .start()
        .await
        .expect("a start");
    let http = Http::new();
    assert_eq!(http.get(handle.address(), "/english").await.body, "hello false");
    let bearer = [("authorization", "Bearer zoe")];
    let french = http.get_with(handle.address(), "/french", &bearer).await;
    assert_eq!(french.body, "salut zoe");
    let refused = http.get(handle.address(), "/french").await;
    assert_eq!(
        (refused.status, refused.body.contains("log in")),
        (401, true),
        "{refused:?}"
    );
    handle.shutdown().await.expect("a clean stop");
}

#[expect(dead_code, reason = "it is refused")]
mod wrong {
    use super::*;

    #[injectable(scope = request)]
    struct Session {
        #[default]
        hits: AtomicUsize,
    }

    #[injectable(scope = transient)]
    struct Stamp {
        session: Arc<Session>,
    }

    #[injectable]
    struct Cache {
        stamp: Arc<Stamp>,
        parts: RequestParts,
        lazy: Lazy<Session>,
    }

    #[injectable]
    struct Printer {
        caches: Factory<Cache>,
        stamps: Factory<Stamp>,
        lazy: Lazy<Plain>,
        connections: Factory<Connection>,
    }

    #[injectable(scope = transient)]
    struct Plain;

    #[controller("/wrong")]
    impl Printer {
        #[get("")]
        async fn all(&self, Dep(missing): Dep<dyn Unknown>, Dep(session): Dep<Session>) -> String {
            format!("{} {}", missing.name(), session.hits.load(Ordering::Relaxed))
        }
    }

    trait Unknown: Send + Sync {
        fn name(&self) -> String;
    }

    #[module(providers = [Session, Stamp, Cache, Plain, Connection, Ticket, Alive], controllers = [Printer])]
    pub(super) struct WrongModule;
}

#[test]
fn captives_and_what_a_handler_misses_are_in_the_report() {
    let directory = Directory::new();
    let error = application("wrong", &directory)
        .import(wrong::WrongModule)
        .check()
        .expect_err("a refusal");
    let report = error.to_string();
    for part in [
        // A singleton would keep what belongs to one request, also through a transient.
        "captive   ",
        "Cache → Stamp → Session",
        "Cache.stamp",
        "Cache.parts",
        "Cache.lazy",
        "#[injectable(scope = request)]",
        // A factory makes transients.
        "Printer.caches",
        "`Cache` is a singleton",
        "Printer.stamps",
        "Printer.lazy",
        "write `Factory<Plain>`",
        "write `AsyncFactory<Connection>`",
        // A handler is checked, too.
        "missing provider   dyn ",
        "wrong::Printer.all(missing)",
    ] {
        assert!(report.contains(part), "{part}: {report}");
    }
    assert!(!report.contains("Printer.all(session)"), "{report}");
}
