//! `cargo run --release --bin nacos_get`: what reading a configuration costs over a bare GET of the same URL.

use benches::{Background, Outcome, Race, runtime};
use nacos_client::ConfigKey;
use serde::Deserialize;

const ROUNDS: usize = 60;
const CALLS: u32 = 250;

/// The answer, as somebody would write it who needs nothing else.
#[derive(Deserialize)]
struct Answer {
    code: i64,
    data: Data,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    content: String,
    md5: String,
    content_type: String,
    last_modified: u64,
}

fn main() -> Outcome {
    let background = Background::start()?;
    let runtime = runtime()?;
    for length in [64, 16 * 1024] {
        runtime.block_on(race(&background, length))?;
    }
    Ok(())
}

async fn race(background: &Background, length: usize) -> Outcome {
    let key = ConfigKey::new("order.yaml").group("ORDERS");
    background.server().publish(&key, &"x".repeat(length));
    let url = format!(
        "http://{}/nacos/v3/client/cs/config?namespaceId=public&groupName=ORDERS&dataId=order.yaml",
        background.server().address()
    );
    let bare = reqwest::Client::builder().no_proxy().build()?;
    let ours = background.server().client().build()?;
    let config = ours.config();

    let mut race = Race::new(
        [
            "bare reqwest, body as bytes",
            "bare reqwest, body decoded by serde_json",
            "nacos-client, config().get(..)",
        ],
        CALLS,
    );
    for _ in 0..ROUNDS {
        background.server().clear_journal();
        for contender in race.round() {
            match contender {
                0 => race.turn(0, async || fetch(&bare, &url).await.map(drop)).await?,
                1 => {
                    race.turn(1, async || decode(&fetch(&bare, &url).await?, length))
                        .await?;
                }
                _ => {
                    race.turn(2, async || {
                        let document = config.get(&key).await?;
                        check(document.content.len(), length)
                    })
                    .await?;
                }
            }
        }
    }
    race.print(&format!("get, content of {length} bytes, one call at a time"));
    ours.close().await?;
    Ok(())
}

async fn fetch(client: &reqwest::Client, url: &str) -> Outcome<bytes::Bytes> {
    Ok(client.get(url).send().await?.error_for_status()?.bytes().await?)
}

fn decode(body: &[u8], length: usize) -> Outcome {
    let Answer { code, data } = serde_json::from_slice(body)?;
    let complete = code == 0 && data.md5.len() == 32 && !data.content_type.is_empty() && data.last_modified > 0;
    check(if complete { data.content.len() } else { 0 }, length)
}

fn check(got: usize, expected: usize) -> Outcome {
    if got == expected {
        Ok(())
    } else {
        Err(format!("{got} bytes instead of {expected}").into())
    }
}
