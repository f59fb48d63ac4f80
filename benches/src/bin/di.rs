//! What do 100 services and a look-up cost over building by hand, and beside shaku? `cargo run --release --bin di`
//!
//! The graph has 100 singletons behind traits and 302 edges. shaku checks it at compile time and not at the start; bun-server
//! checks it at the start, all of it. By hand means `Arc::new` in the right order.

#![expect(unreachable_pub, reason = "generated services")]

use std::hint::black_box;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::time::{Duration, Instant};

#[path = "../di/graph.rs"]
mod graph;

#[expect(dead_code, reason = "what is injected is not read")]
mod bun {
    use bun_server::prelude::*;

    macro_rules! services {
        ($(($service:ident $component:ident [$($field:ident: $needed:ident),*]))*) => {
            $(
                pub trait $service: Send + Sync {}

                #[injectable(provide = dyn $service)]
                pub struct $component {
                    $($field: Arc<dyn $needed>,)*
                }

                impl $service for $component {}
            )*

            #[module(providers = [$($component),*], exports = [$(dyn $service),*])]
            pub struct Services;
        };
    }
    crate::graph!(services);

    #[injectable(scope = transient)]
    pub struct Leaf(Arc<dyn S3>);

    #[injectable(scope = transient)]
    pub struct Middle(Arc<Leaf>);

    #[injectable(scope = transient)]
    pub struct Top(Arc<Middle>);

    #[injectable(scope = request)]
    pub struct Basket(Arc<dyn S3>);

    #[injectable]
    pub struct Tops {
        pub tops: Factory<Top>,
    }

    #[module(imports = [Services], providers = [Leaf, Middle, Top, Tops, Basket])]
    pub struct Late;
}

#[expect(dead_code, reason = "what is injected is not read")]
mod shaku_peer {
    use std::sync::Arc;

    use shaku::{Component, Interface, module};

    macro_rules! services {
        ($(($service:ident $component:ident [$($field:ident: $needed:ident),*]))*) => {
            $(
                pub trait $service: Interface {}

                #[derive(Component)]
                #[shaku(interface = $service)]
                pub struct $component {
                    $(#[shaku(inject)] $field: Arc<dyn $needed>,)*
                }

                impl $service for $component {}
            )*

            module! {
                pub Services {
                    components = [$($component),*],
                    providers = []
                }
            }
        };
    }
    crate::graph!(services);
}

#[expect(
    dead_code,
    non_snake_case,
    reason = "what is given is not read; one name for a service and its variable"
)]
mod by_hand {
    use std::sync::Arc;

    macro_rules! services {
        ($(($service:ident $component:ident [$($field:ident: $needed:ident),*]))*) => {
            $(
                pub trait $service: Send + Sync {}

                pub struct $component {
                    $(pub $field: Arc<dyn $needed>,)*
                }

                impl $service for $component {}
            )*

            pub struct Services {
                $(pub $service: Arc<dyn $service>,)*
            }

            pub fn build() -> Services {
                $(let $service: Arc<dyn $service> = Arc::new($component { $($field: Arc::clone(&$needed)),* });)*
                Services { $($service),* }
            }
        };
    }
    crate::graph!(services);

    pub struct Leaf(pub Arc<dyn S3>);
    pub struct Middle(pub Arc<Leaf>);
    pub struct Top(pub Arc<Middle>);
}

/// What is ready at once.
fn now<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("nothing here waits"),
    }
}

fn container(module: impl bun_server::di::IntoModule) -> bun_server::di::Container {
    now(bun_server::di::Container::of(module)).unwrap_or_else(|error| panic!("{error}"))
}

/// A contender: its name, and what gives the nanoseconds of one call.
type Work<'a> = (&'static str, Box<dyn FnMut() -> f64 + 'a>);

/// The time of one call out of `calls`.
fn many<'a, T>(calls: u32, mut call: impl FnMut() -> T + 'a) -> Box<dyn FnMut() -> f64 + 'a> {
    Box::new(move || {
        let begun = Instant::now();
        for _ in 0..calls {
            black_box(call());
        }
        nanoseconds(begun.elapsed()) / f64::from(calls)
    })
}

/// The time of one call, what it made dropped outside of it; out of 32 the least.
fn single<'a, T>(mut call: impl FnMut() -> T + 'a) -> Box<dyn FnMut() -> f64 + 'a> {
    Box::new(move || {
        let one = |_| {
            let begun = Instant::now();
            let made = black_box(call());
            let took = begun.elapsed();
            drop(made);
            took
        };
        nanoseconds((0..32).map(one).min().unwrap_or_default())
    })
}

fn nanoseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1e9
}

/// All contenders take turns; a line for each: the least and the median time, and the median of the ratios to the first.
fn race(title: &str, rounds: usize, mut contenders: Vec<Work<'_>>) {
    let mut times: Vec<Vec<f64>> = vec![Vec::new(); contenders.len()];
    for round in 0..rounds {
        for step in 0..contenders.len() {
            let index = (round + step) % contenders.len();
            times[index].push(contenders[index].1());
        }
    }
    println!(
        "\n{title}: {rounds} rounds\n{:<44} {:>10} {:>10} {:>7}",
        "", "least ns", "median", "ratio"
    );
    for (index, (name, _)) in contenders.iter().enumerate() {
        let ratios = times[index]
            .iter()
            .zip(&times[0])
            .map(|(one, base)| one / base)
            .collect();
        let least = times[index].iter().copied().fold(f64::INFINITY, f64::min);
        println!(
            "{name:<44} {least:>10.1} {:>10.1} {:>7.2}",
            median(times[index].clone()),
            median(ratios)
        );
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn main() {
    use shaku::HasComponent;

    let services = by_hand::build();
    let ours = container(bun::Late);
    let all = container(bun::Services);
    let theirs = shaku_peer::Services::builder().build();

    race(
        "start of 100 services, 302 edges",
        400,
        vec![
            (
                "shaku (checked at compile time)",
                single(|| shaku_peer::Services::builder().build()),
            ),
            (
                "bun-server, every check at the start",
                single(|| container(bun::Services)),
            ),
            ("by hand", single(by_hand::build)),
        ],
    );
    race(
        "a singleton",
        200,
        vec![
            (
                "Arc cloned from a field",
                many(20_000, || Arc::clone(black_box(&services.S3))),
            ),
            ("bun-server, get", many(20_000, || black_box(&all).get::<dyn bun::S3>())),
            (
                "bun-server, get_ref",
                many(20_000, || black_box(&all).get_ref::<dyn bun::S3>().is_ok()),
            ),
            (
                "shaku, resolve",
                many(20_000, || -> Arc<dyn shaku_peer::S3> { black_box(&theirs).resolve() }),
            ),
            (
                "shaku, resolve_ref",
                many(20_000, || {
                    let service: &dyn shaku_peer::S3 = black_box(&theirs).resolve_ref();
                    std::ptr::from_ref(service)
                }),
            ),
        ],
    );
    let tops = ours.get::<bun::Tops>().unwrap_or_else(|error| panic!("{error}"));
    race(
        "a transient, three deep",
        200,
        vec![
            (
                "by hand, Arc",
                many(5_000, || {
                    let leaf = Arc::new(by_hand::Leaf(Arc::clone(black_box(&services.S3))));
                    Arc::new(by_hand::Top(Arc::new(by_hand::Middle(leaf))))
                }),
            ),
            (
                "bun-server, Factory::create",
                many(5_000, || black_box(&tops).tops.create()),
            ),
        ],
    );
    race(
        "a request",
        200,
        vec![
            (
                "Arc cloned and dropped",
                many(20_000, || Arc::clone(black_box(&services.S3))),
            ),
            (
                "bun-server, request_scope",
                many(20_000, || black_box(&ours).request_scope()),
            ),
            (
                "bun-server, request_scope and one component",
                many(2_000, || {
                    let scope = black_box(&ours).request_scope();
                    now(scope.get::<bun::Basket>()).is_ok()
                }),
            ),
        ],
    );
}
