//! What happened between the captured exchanges, and what the double does not do.

use std::time::Duration;

use crate::capture::Capture;
use crate::stage::Stage;

/// Exchanges whose cause the double has no part in.
const SKIPPED: [&str; 7] = [
    // Registered by another protocol.
    "naming.list.grpc_owned_instance",
    "naming.beat.grpc_owned_instance",
    "naming.deregister.grpc_owned_instance",
    "naming.list.grpc_owned_after_http_deregister",
    // The server probed the instance's port.
    "naming.list.persistent_after_probe",
    // Listed half a second before the second registration was seen.
    "auth.ok.list",
    // One page of several, in the order of a hash table.
    "admin.service.list",
];

pub(crate) fn is_skipped(version: &str, name: &str) -> bool {
    SKIPPED.contains(&name) || fails_by_itself(version, name)
}

/// 3.0.2 deletes the beta version, and then fails on its own database.
pub(crate) fn fails_by_itself(version: &str, name: &str) -> bool {
    version == "3.0.2" && name == "config.beta.delete"
}

const INSTANCE: &str = "/v3/client/ns/instance";
const CONFIG: &str = "/v3/admin/cs/config";

/// How long before the listener's wait ends the change comes.
pub(crate) const CHANGE_AFTER: Duration = Duration::from_secs(2);

pub(crate) async fn prepare(stage: &mut Stage, capture: &Capture, run: &str) {
    let name = &*capture.name;
    let named = |text: &str| format!("{text}-{run}");
    match name {
        "config.publish.query_params" => {
            for kind in ["json", "properties", "xml", "html", "toml", "TEXT"] {
                let data_id = named(&format!("ty-{kind}"));
                publish(
                    stage,
                    &[
                        ("dataId", &data_id),
                        ("groupName", "G1"),
                        ("content", "{}"),
                        ("type", kind),
                    ],
                )
                .await;
            }
        }
        // Two more that were published and not captured.
        "namespace.list" => {
            for data_id in ["more1", "more2"] {
                publish(stage, &[("dataId", data_id), ("groupName", "G1"), ("content", "x")]).await;
            }
        }
        "naming.deregister.form_body" => register(stage, &named("svc"), "10.0.0.4", "8080", &[]).await,
        "naming.list.protect_threshold" => {
            register(stage, &named("adm"), "10.0.3.1", "1", &[("healthy", "false")]).await;
        }
        "naming.list.unhealthy_after_15s" => {
            register(stage, &named("exp"), "10.0.5.1", "1", &[]).await;
            tokio::time::advance(Duration::from_secs(16)).await;
            register(stage, &named("exp"), "10.0.5.2", "1", &[]).await;
        }
        "naming.list.after_expiry" | "naming.list.custom_timing_unhealthy" => {
            let pause = if name.ends_with("expiry") { 15 } else { 4 };
            tokio::time::advance(Duration::from_secs(pause)).await;
        }
        "auth.denied.expired_token.config_get" => {
            stage.with_our_token(&capture.request.headers["accessToken"]).await;
            tokio::time::advance(Duration::from_secs(11)).await;
        }
        "restart.list_ephemeral_lost" => {
            register(stage, "rst-e", "10.0.0.1", "1", &[]).await;
            register(stage, "rst-p", "127.0.0.1", "18858", &[("ephemeral", "false")]).await;
            publish(stage, &[("dataId", "rst"), ("groupName", "G"), ("content", "keep")]).await;
            stage.server.restart().await.unwrap();
        }
        _ => {}
    }
}

async fn publish(stage: &mut Stage, form: &[(&str, &str)]) {
    stage.quietly("POST", CONFIG, form, &[]).await;
}

async fn register(stage: &mut Stage, service: &str, ip: &str, port: &str, more: &[(&str, &str)]) {
    let mut form = vec![("serviceName", service), ("ip", ip), ("port", port)];
    form.extend_from_slice(more);
    stage.quietly("POST", INSTANCE, &form, &[]).await;
}

/// The change for which `legacy.v1.listener.change_during_wait` waits.
pub(crate) async fn change_during_wait(stage: &mut Stage, run: &str) {
    let data_id = format!("u-{run}");
    publish(
        stage,
        &[("dataId", &data_id), ("groupName", "G1"), ("content", "changed")],
    )
    .await;
}
