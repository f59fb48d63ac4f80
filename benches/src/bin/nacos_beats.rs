//! `cargo run --release --bin nacos_beats`: 1,000 registered instances, against the least requests and bare POSTs.

use std::time::Duration;

use benches::{Background, Load, LoadTable, Outcome, open_sockets, runtime};
use nacos_client::{Instance, ServiceKey};
use reqwest::header::CONTENT_TYPE;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const INSTANCES: u16 = 1_000;
const INTERVAL: Duration = Duration::from_secs(1);
const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(3);
const STRETCH: Duration = Duration::from_secs(10);

fn main() -> Outcome {
    let background = Background::start()?;
    let mut table = LoadTable::new(
        ["bare reqwest, one task per instance", "nacos-client, register(..)"],
        f64::from(INSTANCES) / INTERVAL.as_secs_f64(),
    );
    for _ in 0..ROUNDS {
        // Each contender has a runtime of its own: nothing of the one before is left.
        let bare = runtime()?.block_on(bare(&background))?;
        let kept = runtime()?.block_on(registered(&background))?;
        table.add([bare, kept]);
    }
    table.print("1,000 beating instances");
    Ok(())
}

fn instance(index: u16) -> Instance {
    Instance::new(service(index), "10.0.0.5", 8_000 + index).metadata("version", "1.4.0")
}

/// Ten instances each.
fn service(index: u16) -> String {
    format!("service-{:03}", index / 10)
}

async fn registered(background: &Background) -> Outcome<Load> {
    let client = background.server().client().heartbeat_interval(INTERVAL).build()?;
    let began = Instant::now();
    for index in 0..INSTANCES {
        client.naming().register(instance(index)).await?;
    }
    println!("registered within {:.0?}", began.elapsed());
    sleep(WARM_UP).await;
    let load = Load::measure(background, STRETCH).await;
    let listed = background.server().instances(&ServiceKey::new(service(0))).len();
    let failing = client
        .status()
        .registrations
        .into_iter()
        .filter(|held| held.last_error.is_some());
    let (failing, began) = (failing.count(), Instant::now());
    client.close().await?;
    println!(
        "{listed} of 10 listed, {failing} failing; closed within {:.0?}, then {} connections and {} left",
        began.elapsed(),
        open_sockets() / 2,
        (0..INSTANCES / 10)
            .map(|index| background
                .server()
                .instances(&ServiceKey::new(service(index * 10)))
                .len())
            .sum::<usize>()
    );
    Ok(load)
}

/// The same heartbeats without a client: nothing is decoded, nothing would be registered again.
async fn bare(background: &Background) -> Outcome<Load> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let naming = background.server().client().build()?.naming();
    let mut beats: JoinSet<Outcome> = JoinSet::new();
    for index in 0..INSTANCES {
        naming.register_once(&instance(index)).await?;
        let client = client.clone();
        let url = format!("http://{}/nacos/v3/client/ns/instance", background.server().address());
        let form = format!(
            "namespaceId=public&groupName=DEFAULT_GROUP&serviceName={}&ip=10.0.0.5&port={}&clusterName=DEFAULT&heartBeat=true",
            service(index),
            8_000 + index
        );
        beats.spawn(async move {
            loop {
                sleep(INTERVAL.mul_f64(0.9 + fastrand::f64() * 0.2)).await;
                let beat = client
                    .post(&url)
                    .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                    .body(form.clone());
                beat.send().await?.error_for_status()?.bytes().await?;
            }
        });
    }
    sleep(WARM_UP).await;
    let load = Load::measure(background, STRETCH).await;
    match beats.try_join_next() {
        Some(ended) => ended?.map(|()| load),
        None => Ok(load),
    }
}
