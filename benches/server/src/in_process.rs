//! A request without a socket: time, and allocations, those of the request itself included.

use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt as _;
use rustix::time::{ClockId, clock_gettime};
use stats_alloc::Region;
use tower_service::Service as _;

use crate::table::Table;
use crate::{ALLOCATOR, CONTENDERS, Outcome};

const ROUNDS: usize = 60;
const REQUESTS: u32 = 5_000;

pub(crate) fn run() -> Outcome {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut routers = Vec::new();
        for contender in CONTENDERS {
            routers.push(contender.router().await?);
        }
        println!("\nin process, allocations of one request");
        for (contender, (router, _)) in CONTENDERS.iter().zip(&routers) {
            for _ in 0..10 {
                ask(router).await?;
            }
            let region = Region::new(ALLOCATOR);
            for _ in 0..100 {
                ask(router).await?;
            }
            let change = region.change();
            let allocations = change.allocations + change.reallocations;
            let (allocations, bytes) = (allocations as f64 / 100.0, change.bytes_allocated / 100);
            println!("{:<34} {allocations:>9.2} of {bytes} bytes", contender.name());
        }
        let mut table = Table::default();
        for round in 0..ROUNDS {
            let mut turns = [0.0; CONTENDERS.len()];
            for step in 0..CONTENDERS.len() {
                let contender = (round + step) % CONTENDERS.len();
                let before = processor_time();
                for _ in 0..REQUESTS {
                    ask(&routers[contender].0).await?;
                }
                turns[contender] = (processor_time() - before).as_secs_f64() * 1e9 / f64::from(REQUESTS);
            }
            table.add(turns);
        }
        table.print("in process, ns of processor time for one request");
        Ok(())
    })
}

async fn ask(router: &Router) -> Outcome {
    let request = Request::get("/hello").body(Body::empty())?;
    let response = router.clone().call(request).await?;
    let body = response.into_body().collect().await?.to_bytes();
    if body.ends_with(b"\"id\":42}") {
        Ok(())
    } else {
        Err("another answer".into())
    }
}

/// The processor time that the calling thread has used.
pub(crate) fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(
        time.tv_sec.try_into().unwrap_or_default(),
        time.tv_nsec.try_into().unwrap_or_default(),
    )
}
