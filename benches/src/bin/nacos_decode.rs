//! `cargo run --release --bin nacos_decode`: a list of 1,000 instances, against bare serde_json.

use std::collections::BTreeMap;
use std::sync::Arc;

use benches::{Outcome, Race, runtime};
use bytes::Bytes;
use nacos_client::testing::TestServer;
use nacos_client::transport::{Exchange, Transport};
use nacos_client::{Instance, NacosClient, ServiceKey};
use serde::Deserialize;

const INSTANCES: u16 = 1_000;
const ROUNDS: usize = 60;
const CALLS: u32 = 20;

/// The list, as somebody would write it who needs nothing else.
#[derive(Deserialize)]
struct Answer {
    code: i64,
    data: Vec<Listed>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "decoding them is what is measured")]
struct Listed {
    ip: String,
    port: u16,
    weight: f64,
    healthy: bool,
    enabled: bool,
    ephemeral: bool,
    cluster_name: String,
    service_name: String,
    metadata: BTreeMap<String, String>,
    instance_id: Option<String>,
}

/// Answers everything with one list, at once.
#[derive(Debug)]
struct Canned(Bytes);

impl Transport for Canned {
    fn exchange(&self, _: http::Request<Bytes>) -> Exchange<'_> {
        let body = self.0.clone();
        Box::pin(async move { Ok(http::Response::new(body)) })
    }
}

fn main() -> Outcome {
    runtime()?.block_on(async {
        let body = list().await?;
        let client = NacosClient::builder("127.0.0.1:1")
            .transport(Arc::new(Canned(body.clone())))
            .build()?;
        let naming = client.naming();
        let service = ServiceKey::new("order-service");
        let mut race = Race::new(
            [
                "bare serde_json, from_slice",
                "nacos-client, list_once(..) without a network",
            ],
            CALLS,
        );
        for _ in 0..ROUNDS {
            for contender in race.round() {
                match contender {
                    0 => race.turn(0, async || bare(&body)).await?,
                    _ => {
                        race.turn(1, async || check(naming.list_once(&service).await?.len()))
                            .await?;
                    }
                }
            }
        }
        race.print(&format!("decode 1,000 instances, {} bytes", body.len()));
        Ok(())
    })
}

/// What a server says about 1,000 instances with three metadata values each.
async fn list() -> Outcome<Bytes> {
    let server = TestServer::in_process();
    let naming = server.client().build()?.naming();
    for index in 0..INSTANCES {
        let instance = Instance::new("order-service", format!("10.0.{}.{}", index / 250, index % 250), 8080)
            .weight(1.5)
            .metadata("version", "1.4.0")
            .metadata("zone", "eu-central-1a")
            .metadata("preserved.register.source", "BUN_SERVER");
        naming.register_once(&instance).await?;
    }
    let uri = "http://127.0.0.1:1/nacos/v3/client/ns/instance/list?namespaceId=public&groupName=DEFAULT_GROUP&serviceName=order-service";
    let request = http::Request::get(uri).body(Bytes::new())?;
    Ok(server.transport().exchange(request).await?.into_body())
}

fn bare(body: &[u8]) -> Outcome {
    let Answer { code, data } = serde_json::from_slice(body)?;
    check(if code == 0 { data.len() } else { 0 })
}

fn check(instances: usize) -> Outcome {
    if instances == usize::from(INSTANCES) {
        Ok(())
    } else {
        Err(format!("{instances} instances").into())
    }
}
