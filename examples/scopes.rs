//! Scopes and qualifiers: `cargo run -p examples --bin scopes` prints its graph, then `curl -H 'x-user: ann'
//! http://127.0.0.1:8080/tickets` answers `ann: ticket 1 of 100 from replica, stored in main`.
//!
//! Each request has its own `CurrentUser`, made when it is first asked for and dropped with the request; each call of the
//! factory gives a new `Ticket`; the two pools are of one type and told apart by a qualifier, which is a type too. Write
//! `user: Arc<CurrentUser>` into `Tickets`: the check refuses a singleton that would keep the user of the first request.

use std::sync::atomic::{AtomicU32, Ordering};

use bun_server::prelude::*;

/// Qualifiers: nothing but names.
struct Main;
struct Replica;

struct Pool {
    name: &'static str,
}

#[provider(qualifier = Main)]
fn main_pool() -> Pool {
    Pool { name: "main" }
}

#[provider(qualifier = Replica)]
fn replica_pool() -> Pool {
    Pool { name: "replica" }
}

trait Numbers: Send + Sync {
    fn next(&self) -> u32;
}

#[injectable(provide = dyn Numbers)]
struct Counter {
    #[default]
    last: AtomicU32,
}

impl Numbers for Counter {
    fn next(&self) -> u32 {
        self.last.fetch_add(1, Ordering::Relaxed) + 1
    }
}

/// A new one for everyone who asks.
#[injectable(scope = transient, new = Self::draw)]
struct Ticket {
    number: u32,
}

impl Ticket {
    #[expect(clippy::needless_pass_by_value, reason = "what is injected is owned")]
    fn draw(numbers: Arc<dyn Numbers>) -> Self {
        Self { number: numbers.next() }
    }
}

/// One for each request.
#[injectable(scope = request, new = Self::of)]
struct CurrentUser {
    name: String,
}

impl CurrentUser {
    #[expect(clippy::needless_pass_by_value, reason = "what is injected is owned")]
    fn of(request: RequestParts) -> Self {
        let name = request.headers.get("x-user").and_then(|name| name.to_str().ok());
        Self {
            name: name.unwrap_or("somebody").to_owned(),
        }
    }
}

#[injectable]
struct Tickets {
    #[inject(qualifier = Main)]
    main: Arc<Pool>,
    #[inject(qualifier = Replica)]
    replica: Arc<Pool>,
    tickets: Factory<Ticket>,
    limit: Arc<u32>,
}

#[controller("/tickets")]
impl Tickets {
    #[get("")]
    async fn draw(&self, Dep(user): Dep<CurrentUser>) -> Result<String, Problem> {
        let ticket = self
            .tickets
            .create()
            .map_err(|error| Problem::new(StatusCode::INTERNAL_SERVER_ERROR).detail(error.to_string()))?;
        let (from, to) = (self.replica.name, self.main.name);
        Ok(format!(
            "{}: ticket {} of {} from {from}, stored in {to}\n",
            user.name, ticket.number, self.limit
        ))
    }
}

#[module(
    providers = [main_pool, replica_pool, Counter, Ticket, CurrentUser],
    values = [100_u32],
    controllers = [Tickets],
)]
struct TicketModule;

fn application() -> Application {
    Application::new("tickets").import(TicketModule)
}

#[bun_server::main]
#[expect(clippy::print_stdout, reason = "the graph is what this example shows")]
async fn main() -> AppResult {
    println!("{}", application().graph());
    application().run().await
}
