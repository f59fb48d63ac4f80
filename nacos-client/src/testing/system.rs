//! Readiness, state, switches, cluster: what the server says of itself.

use serde_json::{Value, json};

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

    pub(super) fn cluster_nodes(&self) -> Outcome {
        Ok(Reply::ok([self.node()]))
    }
}

pub(super) fn metrics() -> Outcome {
    Ok(Reply::ok(json!({ "status": "UP" })))
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
