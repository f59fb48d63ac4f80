//! Readiness, state, switches, cluster: what the server says of itself.

use serde_json::{Value, json};

use super::incoming::Incoming;
use super::reply::{Outcome, Reply};
use super::world::World;

impl World {
    pub(super) fn state(&self) -> Outcome {
        Ok(Reply::ok(json!({
            "defaultMaxSize": "102400", "auth_system_type": "nacos", "auth_enabled": self.profile.auth.to_string(),
            "defaultMaxAggrSize": "1024", "maxHealthCheckFailCount": "12", "maxContent": "10485760",
            "defaultMaxAggrCount": "10000", "defaultGroupQuota": "200", "config_retention_days": "30",
            "auth_admin_request": (self.profile.auth && !self.accounts.has_admin()).to_string(),
            "startup_mode": "standalone", "version": "3.0.3", "isHealthCheck": "true", "function_mode": Value::Null,
            "isManageCapacity": "true", "isCapacityLimitCheck": "false", "datasource_platform": "",
            "server_port": self.port.to_string(), "notifyConnectTimeout": "100", "notifySocketTimeout": "200",
            "defaultClusterQuota": "100000", "plugin_datasource_log_enabled": "false",
        })))
    }

    fn node(&self) -> Value {
        let group = json!({
            "leader": format!("127.0.0.1:{}", self.port.saturating_sub(1000)),
            "raftGroupMember": [format!("127.0.0.1:{}", self.port.saturating_sub(1000))],
            "term": 1,
        });
        json!({
            "ip": "127.0.0.1", "port": self.port, "state": "UP",
            "extendInfo": {
                "supportGrayModel": true, "lastRefreshTime": crate::clock::unix_millis(), "version": "3.0.3",
                "raftMetaData": { "metaDataMap": {
                    "naming_instance_metadata": group, "naming_persistent_service": group,
                    "naming_persistent_service_v2": group, "naming_service_metadata": group,
                } },
                "raftPort": self.port.saturating_sub(1000).to_string(), "readyToUpgrade": true,
            },
            "address": format!("127.0.0.1:{}", self.port),
            "abilities": {
                "remoteAbility": { "supportRemoteConnection": true, "grpcReportEnabled": true },
                "configAbility": { "supportRemoteMetrics": false },
                "namingAbility": { "supportJraft": true },
            },
            "grpcReportEnabled": true, "failAccessCnt": 0,
        })
    }

    pub(super) fn cluster_self(&self) -> Outcome {
        Ok(Reply::ok(self.node()))
    }
}

impl World {
    pub(super) fn metrics(&self, incoming: &Incoming) -> Outcome {
        if incoming.or("onlyStatus", "true") == "true" {
            return Ok(Reply::ok(json!({ "status": "UP" })));
        }
        let instances = || self.services.values().flat_map(|service| service.instances.values());
        let ephemeral = instances().filter(|instance| instance.ephemeral).count();
        Ok(Reply::ok(json!({
            "status": "UP", "serviceCount": self.services.len(), "instanceCount": instances().count(),
            "subscribeCount": 0, "clientCount": self.publishers.len(), "connectionBasedClientCount": 0,
            "ephemeralIpPortClientCount": ephemeral, "persistentIpPortClientCount": instances().count() - ephemeral,
            "responsibleClientCount": self.publishers.len(),
        })))
    }

    pub(super) fn connection_load(&self) -> Outcome {
        Ok(Reply::ok(json!({
            "detail": [{
                "address": format!("127.0.0.1:{}", self.port), "sdkConCount": 0, "conCount": 0, "load": "0.0", "cpu": "0.0",
            }],
            "memberCount": 1, "metricsCount": 1, "completed": true, "max": 0, "min": 0, "avg": 0, "threshold": "0.0",
            "total": 0,
        })))
    }

    pub(super) fn members(&self, incoming: &Incoming) -> Outcome {
        let state = incoming.or("state", "UP").to_ascii_uppercase();
        if !["STARTING", "UP", "SUSPICIOUS", "DOWN", "ISOLATION"].contains(&&*state) {
            let detail = format!("Illegal state: {}", incoming.or("state", ""));
            return Err(Reply::failure(400, 23000, "illegal state", detail));
        }
        let here = format!("127.0.0.1:{}", self.port).starts_with(incoming.or("address", ""));
        let members = if here && state == "UP" {
            vec![self.node()]
        } else {
            Vec::new()
        };
        Ok(Reply::ok(members))
    }

    pub(super) fn capacity(&self, incoming: &Incoming) -> Outcome {
        let of = capacity_of(incoming)?;
        let (quota, max_size) = self.capacities.get(&of).copied().unwrap_or((200, 102_400));
        let usage = self
            .configs
            .iter()
            .filter(|(key, config)| config.formal && [&key.0, &key.1][usize::from(of.0 == "groupName")] == &of.1)
            .count();
        Ok(Reply::ok(json!({
            "id": "1", "quota": quota, "usage": usage, "maxSize": max_size, "maxAggrCount": 10000, "maxAggrSize": 1024,
            "gmtCreate": Value::Null, "gmtModified": Value::Null, of.0: of.1,
        })))
    }

    pub(super) fn set_capacity(&mut self, incoming: &Incoming) -> Outcome {
        let of = capacity_of(incoming)?;
        let number = |name: &str| incoming.get(name).and_then(|text| text.parse().ok());
        let (quota, max_size) = (number("quota"), number("maxSize"));
        if quota.is_none() && max_size.is_none() {
            let detail = "The parameters quota, maxSize, maxAggrCount, maxAggrSize cannot be empty at the same time";
            return Err(Reply::parameter_missing(detail));
        }
        let now = self.capacities.entry(of).or_insert((200, 102_400));
        *now = (quota.unwrap_or(now.0), max_size.unwrap_or(now.1));
        Ok(Reply::ok(true))
    }
}

fn capacity_of(incoming: &Incoming) -> Result<(&'static str, String), Reply> {
    ["namespaceId", "groupName"]
        .into_iter()
        .find_map(|name| Some((name, incoming.get(name)?.to_owned())))
        .ok_or_else(|| {
            Reply::parameter_missing("At least one of the parameters (groupName or namespaceId) must be provided")
        })
}

/// The answer of the operations that say nothing of what they did.
pub(super) fn silent() -> Outcome {
    Ok(Reply::ok(Value::Null))
}

pub(super) fn set_config_log(incoming: &Incoming) -> Outcome {
    let (module, level) = (incoming.or("logName", "null"), incoming.or("logLevel", "null"));
    Ok(Reply::ok(format!(
        "Log level updated successfully! Module: {module}, Log Level: {level}"
    )))
}

pub(super) fn set_core_log(incoming: &Incoming) -> Outcome {
    if incoming.json.is_some() {
        return silent();
    }
    let detail = "Content-Type 'application/x-www-form-urlencoded;charset=UTF-8' is not supported";
    Err(Reply::failure(400, 20003, "MediaType Error", detail))
}

pub(super) fn id_generators() -> Outcome {
    let generator = |resource: &str| json!({ "resource": resource, "info": { "currentId": 0, "workerId": 1 } });
    Ok(Reply::ok(
        ["config-info-id", "config-history-id", "namespace-id"].map(generator),
    ))
}

pub(super) fn health_checkers() -> Outcome {
    Ok(Reply::ok(json!({
        "TCP": {}, "HTTP": { "path": "", "headers": "", "expectedResponseCode": 200 },
        "MYSQL": { "user": Value::Null, "pwd": Value::Null, "cmd": Value::Null }, "NONE": {},
    })))
}

pub(super) fn listened_by() -> Outcome {
    Ok(Reply::ok(json!({ "queryType": "ip", "listenersStatus": {} })))
}

/// A page of nothing.
pub(super) fn no_page() -> Outcome {
    Ok(Reply::ok(
        json!({ "totalCount": 0, "pageNumber": 1, "pagesAvailable": 0, "pageItems": [] }),
    ))
}

pub(super) fn config_listeners() -> Outcome {
    Ok(Reply::ok(json!({ "queryType": "config", "listenersStatus": {} })))
}

pub(super) fn switches() -> Outcome {
    Ok(Reply::ok(json!({
        "masters": Value::Null, "adWeightMap": {}, "defaultPushCacheMillis": 10000, "clientBeatInterval": 5000,
        "defaultCacheMillis": 3000, "distroThreshold": 0.7, "healthCheckEnabled": true,
        "autoChangeHealthCheckEnabled": true, "distroEnabled": true, "enableStandalone": true, "pushEnabled": true,
        "checkTimes": 3, "httpHealthParams": { "max": 5000, "min": 500, "factor": 0.85 },
        "tcpHealthParams": { "max": 5000, "min": 1000, "factor": 0.75 },
        "mysqlHealthParams": { "max": 3000, "min": 2000, "factor": 0.65 }, "incrementalList": [],
        "serverStatusSynchronizationPeriodMillis": 2000, "serviceStatusSynchronizationPeriodMillis": 5000,
        "disableAddIP": false, "sendBeatOnly": false, "lightBeatEnabled": true, "limitedUrlMap": {},
        "distroServerExpiredMillis": 10000, "pushVersionOfGo": "0.1.0", "pushVersionOfJava": "0.1.0",
        "pushVersionOfPython": "0.4.3", "pushVersionOfC": "1.0.12", "pushVersionOfCsharp": "0.9.0",
        "enableAuthentication": false, "overriddenServerStatus": Value::Null, "defaultInstanceEphemeral": true,
        "healthCheckWhiteList": [], "name": "00-00---000-NACOS_SWITCH_DOMAIN-000---00-00", "checksum": Value::Null,
    })))
}
