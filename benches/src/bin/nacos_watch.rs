//! `cargo run --release --bin nacos_watch`: 1,000 watched configurations, against the least requests and bare GETs.

use std::sync::Arc;
use std::time::Duration;

use benches::{Background, Load, LoadTable, Outcome, open_sockets, runtime};
use nacos_client::ConfigKey;
use nacos_client::config::WatchMode;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

const KEYS: usize = 1_000;
const INTERVAL: Duration = Duration::from_secs(1);
const AT_ONCE: usize = 8;
const ROUNDS: usize = 3;
const WARM_UP: Duration = Duration::from_secs(3);
/// A listener answers after half a minute when nothing changes; only then are polls rarer.
const WARM_UP_LISTENER: Duration = Duration::from_secs(33);
const STRETCH: Duration = Duration::from_secs(10);

fn main() -> Outcome {
    let background = Background::start()?;
    for index in 0..KEYS {
        background.server().publish(&key(index), &format!("number: {index}"));
    }
    let mut table = LoadTable::new(
        [
            "bare reqwest, one task per key",
            "nacos-client, polling",
            "nacos-client, WatchMode::Auto",
        ],
        KEYS as f64 / INTERVAL.as_secs_f64(),
    );
    for _ in 0..ROUNDS {
        // Each contender has a runtime of its own: nothing of the one before is left.
        let bare = runtime()?.block_on(bare(&background))?;
        let polled = runtime()?.block_on(watched(&background, WatchMode::Poll))?;
        let listened = runtime()?.block_on(watched(&background, WatchMode::Auto))?;
        table.add([bare, polled, listened]);
    }
    table.print("1,000 watched configurations, none of which changes");
    Ok(())
}

fn key(index: usize) -> ConfigKey {
    ConfigKey::new(format!("key-{index:04}.yaml")).group("BENCH")
}

async fn watched(background: &Background, mode: WatchMode) -> Outcome<Load> {
    background.server().clear_journal();
    let client = background
        .server()
        .client()
        .poll_interval(INTERVAL)
        .max_concurrent_polls(AT_ONCE)
        .watch_mode(mode)
        .build()?;
    let began = Instant::now();
    let mut watches: Vec<_> = (0..KEYS).map(|index| client.config().watch(&key(index))).collect();
    for watch in &mut watches {
        watch.next().await.ok_or("a watch ended")?;
    }
    println!(
        "{mode:?}: all keys known after {:.0?}, {} connections",
        began.elapsed(),
        open_sockets() / 2
    );
    match mode {
        WatchMode::Poll => sleep(WARM_UP).await,
        _ => sleep(WARM_UP_LISTENER).await,
    }
    let journal = background.server().journal();
    let listening = journal.iter().filter(|recorded| recorded.method == "POST").count();
    println!(
        "{mode:?}: {} requests until now, {listening} of them to the listener",
        journal.len()
    );
    let load = Load::measure(background, STRETCH).await;
    client.close().await?;
    Ok(load)
}

/// The same polls without a client: nothing is decoded, compared or told.
async fn bare(background: &Background) -> Outcome<Load> {
    let client = reqwest::Client::builder().no_proxy().build()?;
    let permits = Arc::new(Semaphore::new(AT_ONCE));
    let mut polls: JoinSet<Outcome> = JoinSet::new();
    for index in 0..KEYS {
        let (client, permits) = (client.clone(), Arc::clone(&permits));
        let url = format!(
            "http://{}/nacos/v3/client/cs/config?namespaceId=public&groupName=BENCH&dataId=key-{index:04}.yaml",
            background.server().address()
        );
        polls.spawn(async move {
            loop {
                let permit = permits.acquire().await?;
                client.get(&url).send().await?.error_for_status()?.bytes().await?;
                drop(permit);
                sleep(INTERVAL.mul_f64(0.9 + fastrand::f64() * 0.2)).await;
            }
        });
    }
    sleep(WARM_UP).await;
    let load = Load::measure(background, STRETCH).await;
    match polls.try_join_next() {
        Some(ended) => ended?.map(|()| load),
        None => Ok(load),
    }
}
