//! The attributes of bun-server. Use them through that crate: `use bun_server::prelude::*`.
//!
//! Each attribute is a folder: `parse` reads what the user wrote, `validate` finds what is wrong with it, `expand` prints.
//! What is wrong is said all at once, at the tokens; the item is emitted all the same, so that one mistake is one message.
//! `cargo expand` shows what an attribute emits.

mod controller;
mod definition;
mod driver;
mod duration;
mod errors;
mod field;
mod injectable;
mod keys;
mod main_function;
mod module;
mod paths;
mod policy;
mod provider;
mod route;
mod service_client;
mod service_registry;
mod types;

use proc_macro::TokenStream;

/// Makes a struct a component: its fields are injected.
///
/// | key | meaning |
/// |---|---|
/// | `provide = dyn Trait` | what it is asked for as, instead of its own type; several: `provide = [Self, dyn A]` |
/// | `new = Self::connect` | a constructor, sync or async, fallible or not; its arguments are injected instead of the fields |
/// | `scope = transient` | a new one for everyone who asks; `request`: one for each request that asks; default `singleton` |
/// | `qualifier = Replica` | a type of yours that tells components of one type apart: `#[inject(qualifier = Replica)]` on a field |
/// | `primary` | the one that is meant where several could be |
/// | `order = 10` | its place among all of a token, the lowest first; default 0 |
/// | `on_start = Self::method` | an `async fn(&self)` that runs after everything is built, in order |
/// | `on_ready = Self::method` | the same once everything is answered and registered |
/// | `on_stop = Self::method` | the same at the end, in reverse order |
/// | `crate = path` | where bun-server is, when it was renamed |
///
/// Fields: `Arc<T>`, `Arc<dyn Trait>`, `Option<Arc<T>>`, `Vec<Arc<T>>`, `Lazy<T>`, `Factory<T>`, handles such as `ServiceClient` and `Governance`;
/// `#[default]` or `#[default(expr)]` for plain state; `#[config_value("path", default = ..)]` and
/// `#[config_center_value(data_id = "..", key = "..", default = ..)]` on `ConfigValue<T>` (live) or on a plain type (a
/// snapshot taken at start).
///
/// ```ignore
/// #[injectable(provide = dyn OrderRepo, on_start = Self::migrate)]
/// pub struct SqlOrderRepo {
///     pool: Arc<Pool>,
///     #[config_value("database.schema", default = "public")]
///     schema: String,
///     #[default]
///     hits: AtomicU64,
/// }
/// ```
#[proc_macro_attribute]
pub fn injectable(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, injectable::expand)
}

/// `#[injectable]` as a derive: the same keys and field attributes, and the item stays as it is written.
///
/// ```ignore
/// #[derive(Debug, Injectable)]
/// #[injectable(provide = dyn OrderRepo, scope = transient)]
/// pub struct SqlOrderRepo {
///     pool: Arc<Pool>,
///     #[default]
///     hits: AtomicU64,
/// }
/// ```
#[proc_macro_derive(
    Injectable,
    attributes(injectable, inject, default, config_value, config_center_value, governance)
)]
pub fn derive_injectable(item: TokenStream) -> TokenStream {
    driver::derive(item, injectable::derive)
}

/// Makes a function a provider: its arguments are injected, its result is the component. Sync or async, fallible or not;
/// the result may be `T`, `Arc<T>` or `Arc<dyn Trait>`, also of foreign types.
///
/// `#[provider(scope = transient)]` makes a new one for everyone who asks, `scope = request` one for each request; `qualifier`,
/// `primary` and `order` are as for `#[injectable]`.
///
/// Modules list it by its name: the attribute makes an uninhabited type of that name beside the function, which stays
/// callable. A module `mod pool` in the same place would clash with it.
///
/// ```ignore
/// #[provider]
/// async fn pool(#[config_value("database.url")] url: Secret<String>) -> Result<Pool, PoolError> {
///     Pool::connect(url.expose()).await
/// }
///
/// #[module(providers = [pool], exports = [Pool])]
/// struct StorageModule;
/// ```
#[proc_macro_attribute]
pub fn provider(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, provider::expand)
}

/// Makes a unit struct a module: a list of what it imports, builds and shows.
///
/// | key | meaning |
/// |---|---|
/// | `imports = [..]` | expressions: modules, or `DynamicModule`s such as `MicroserviceModule::from_config()` |
/// | `providers = [..]` | components; `Repo as dyn OrderRepo` binds a component to a trait, `as Qualified<dyn OrderRepo, Replica>` under a qualifier |
/// | `values = [..]` | expressions: `Limits::default()`, `SystemClock as dyn Clock`; each is one component |
/// | `aliases = [..]` | what exists, under another token: `PgRepo as dyn OrderRepo`, `dyn Ledger as dyn ReadLedger` |
/// | `controllers = [..]` | components with `#[controller]` |
/// | `exports = [..]` | types and traits that importers see; an imported module passes on its own exports |
/// | `global` | its exports are seen without being imported |
/// | `discover` | takes every annotated item that is declared at or below the Rust module in which it stands, save what another module lists |
/// | `crate = path` | where bun-server is, when it was renamed |
#[proc_macro_attribute]
pub fn module(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, module::expand)
}

/// Makes the methods of an `impl` block handlers: `#[controller("/orders")] impl OrderController { #[get("/{id}")] .. }`.
///
/// Handlers take `&self` and any axum extractor, and return any `IntoResponse`. A path is the controller's followed by the
/// handler's.
///
/// | key | meaning |
/// |---|---|
/// | `layer = expression` | a tower layer around all of its routes, and around nothing else; several: `layer = [outer, inner]` |
/// | `crate = path` | where bun-server is, when it was renamed |
#[proc_macro_attribute]
pub fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, controller::expand)
}

/// Registers the service when the application is ready, and takes it out before it stops. Stands on a module (or any
/// component) of the application.
///
/// | key | meaning | default |
/// |---|---|---|
/// | `name = "order-service"` | the service's name | the application's |
/// | `version = "1.4.0"` | written as metadata `version` | `app.version` |
/// | `weight = 2.5` | share of the traffic, 0 to 10000 | 1 |
/// | `metadata(zone = "cn-east-1a")` | further metadata | |
/// | `group = ".."`, `cluster = ".."` | where the registry has them | the registry's |
#[proc_macro_attribute]
pub fn service_registry(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, service_registry::expand)
}

/// Makes a trait the client of a service: `#[service_client(name = "user-service")] trait UserApi { .. }`.
///
/// Each method has `#[get("/users/{id}")]` or its like; arguments go by name into the path, or are marked `#[query]`,
/// `#[header("x-tenant")]`, `#[body]`. The attribute makes a component `<Trait>Client` that provides `dyn <Trait>`: list it
/// in the providers of a module. `fallback = Component` names what answers when a call fails.
#[proc_macro_attribute]
pub fn service_client(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, service_client::expand)
}

/// Puts a circuit breaker around an async method that returns a `Result`.
///
/// | key | meaning | default |
/// |---|---|---|
/// | `name = "owner"` | where its state is kept and configured: `governance.owner` | required |
/// | `failure_rate = 50` | percent of failed calls at which it opens | 50 |
/// | `minimum_calls = 10` | calls before the rate is judged | 100 |
/// | `window_size = 100` | the last calls that are looked at | 100 |
/// | `open_for = "30s"` | how long it stays open | 60 s |
/// | `half_open_calls = 5` | calls let through to see | 10 |
/// | `fallback = Self::guest` | called with the arguments and the cause | |
///
/// The component holds the state in its field `governance: Governance`. Without a fallback the method's error implements
/// `From<Rejected>`. On a method of a `#[service_client]` trait there is one breaker for each instance.
#[proc_macro_attribute]
pub fn circuit_breaker(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, policy::expand)
}

/// Makes an `async fn main` run on a tokio runtime of many threads.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::run(arguments, item, main_function::expand)
}

macro_rules! route_stubs {
    ($($name:ident $method:literal),* $(,)?) => {$(
        #[doc = concat!("A handler for ", $method, " inside of `#[controller]`: `#[", stringify!($name), "(\"/orders/{id}\")]`.")]
        ///
        /// The path follows that of the controller; what stands in braces is taken out by `Path<..>`. `layer = expression` puts a
        /// tower layer around this route alone. `get`, `post`, `put`, `patch` and `delete` also stand in a trait with
        /// `#[service_client]`, where they say what is called.
        #[proc_macro_attribute]
        pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
            driver::misplaced(
                stringify!($name),
                "inside of an `impl` with `#[controller]` or a trait with `#[service_client]`",
                arguments,
                item,
            )
        }
    )*};
}
route_stubs!(
    get "GET",
    post "POST",
    put "PUT",
    patch "PATCH",
    delete "DELETE",
    head "HEAD",
    options "OPTIONS",
    any "any method",
);

/// Policies of one method of a `#[service_client]` trait: `#[policy(timeout = "800ms", circuit_breaker(failure_rate = 50))]`.
#[proc_macro_attribute]
pub fn policy(arguments: TokenStream, item: TokenStream) -> TokenStream {
    driver::misplaced("policy", "inside of a trait with `#[service_client]`", arguments, item)
}
