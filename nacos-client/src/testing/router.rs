//! Which operation a request is, and the order of its checks: path, method, access, parameters.

use http::Method;
use tokio::time::Instant;

use super::access::Scope;
use super::filter;
use super::incoming::Incoming;
use super::legacy::gone;
use super::reply::{Outcome, Reply};
use super::system;
use super::world::World;

const CONTEXT: &str = "/nacos";

struct Route {
    path: &'static str,
    /// As in the `Allow` header.
    methods: &'static str,
    scope: Scope,
}

const fn route(path: &'static str, methods: &'static str, scope: Scope) -> Route {
    Route { path, methods, scope }
}

const ROUTES: &[Route] = &[
    route("/v3/client/cs/config", "GET", Scope::Resource),
    route("/v3/client/ns/instance", "POST, DELETE", Scope::Resource),
    route("/v3/client/ns/instance/list", "GET", Scope::Resource),
    route("/v3/auth/user/login", "POST", Scope::Open),
    route("/v3/auth/user/admin", "POST", Scope::Open),
    route("/v3/auth/user/list", "GET", Scope::Admin),
    route("/v3/auth/user/search", "GET", Scope::Admin),
    route("/v3/auth/role", "POST, DELETE", Scope::Admin),
    route("/v3/auth/role/list", "GET", Scope::Admin),
    route("/v3/auth/role/search", "GET", Scope::Admin),
    route("/v3/auth/permission", "GET, POST, DELETE", Scope::Admin),
    route("/v3/auth/permission/list", "GET", Scope::Admin),
    route("/v3/admin/core/state", "GET", Scope::Open),
    route("/v3/admin/core/state/liveness", "GET", Scope::Open),
    route("/v3/admin/core/state/readiness", "GET", Scope::Open),
    route("/v3/admin/core/namespace", "GET, POST, PUT, DELETE", Scope::Admin),
    route("/v3/admin/core/namespace/list", "GET", Scope::Admin),
    route("/v3/admin/core/namespace/check", "GET", Scope::Admin),
    route("/v3/admin/core/cluster/node/self", "GET", Scope::Admin),
    route("/v3/admin/core/cluster/node/list", "GET", Scope::Admin),
    route("/v3/admin/core/ops/ids", "GET", Scope::Admin),
    route("/v3/admin/core/ops/log", "PUT", Scope::Admin),
    route("/v3/admin/core/ops/raft", "POST", Scope::Admin),
    route("/v3/admin/core/loader/current", "GET", Scope::Admin),
    route("/v3/admin/core/loader/cluster", "GET", Scope::Admin),
    route("/v3/admin/core/loader/reloadCurrent", "POST", Scope::Admin),
    route("/v3/admin/core/loader/reloadClient", "POST", Scope::Admin),
    route("/v3/admin/core/loader/smartReloadCluster", "POST", Scope::Admin),
    route("/v3/admin/cs/config", "GET, POST, DELETE", Scope::Resource),
    route("/v3/admin/cs/config/batch", "DELETE", Scope::Admin),
    route("/v3/admin/cs/config/list", "GET", Scope::Admin),
    route("/v3/admin/cs/config/beta", "GET, DELETE", Scope::Resource),
    route("/v3/admin/cs/config/listener", "GET", Scope::Resource),
    route("/v3/admin/cs/config/export", "GET", Scope::Admin),
    route("/v3/admin/cs/config/import", "POST", Scope::Admin),
    route("/v3/admin/cs/config/clone", "POST", Scope::Admin),
    route("/v3/admin/cs/capacity", "GET, POST", Scope::Admin),
    route("/v3/admin/cs/listener", "GET", Scope::Admin),
    route("/v3/admin/cs/ops/log", "PUT", Scope::Admin),
    route("/v3/admin/cs/ops/localCache", "POST", Scope::Admin),
    route("/v3/admin/cs/history", "GET", Scope::Resource),
    route("/v3/admin/cs/history/list", "GET", Scope::Resource),
    route("/v3/admin/cs/history/previous", "GET", Scope::Resource),
    route("/v3/admin/cs/history/configs", "GET", Scope::Admin),
    route("/v3/admin/ns/service", "GET, POST, PUT, DELETE", Scope::Resource),
    route("/v3/admin/ns/service/list", "GET", Scope::Admin),
    route("/v3/admin/ns/instance", "GET, POST, PUT, DELETE", Scope::Resource),
    route("/v3/admin/ns/instance/list", "GET", Scope::Resource),
    route("/v3/admin/ns/instance/partial", "PUT", Scope::Resource),
    route("/v3/admin/ns/instance/metadata/batch", "PUT, DELETE", Scope::Resource),
    route("/v3/admin/ns/service/subscribers", "GET", Scope::Resource),
    route("/v3/admin/ns/service/selector/types", "GET", Scope::Admin),
    route("/v3/admin/ns/cluster", "PUT", Scope::Resource),
    route("/v3/admin/ns/health/instance", "PUT", Scope::Resource),
    route("/v3/admin/ns/health/checkers", "GET", Scope::Admin),
    route("/v3/admin/ns/client", "GET", Scope::Admin),
    route("/v3/admin/ns/client/list", "GET", Scope::Admin),
    route("/v3/admin/ns/client/publish/list", "GET", Scope::Admin),
    route("/v3/admin/ns/client/subscribe/list", "GET", Scope::Admin),
    route("/v3/admin/ns/client/service/publisher/list", "GET", Scope::Admin),
    route("/v3/admin/ns/client/service/subscriber/list", "GET", Scope::Admin),
    route("/v3/admin/ns/ops/log", "PUT", Scope::Admin),
    route("/v3/admin/ns/client/distro", "GET", Scope::Admin),
    route("/v3/admin/ns/ops/switches", "GET, PUT", Scope::Admin),
    route("/v3/admin/ns/ops/metrics", "GET", Scope::Admin),
    route("/v1/auth/users/login", "POST", Scope::Open),
    route("/v1/auth/login", "POST", Scope::Open),
    route("/v1/cs/configs", "GET, POST", Scope::Resource),
    route("/v1/cs/configs/listener", "POST", Scope::Open),
    route("/v1/ns/instance", "POST", Scope::Resource),
    route("/v1/ns/instance/list", "GET", Scope::Resource),
    route("/v1/ns/instance/beat", "PUT", Scope::Resource),
    route("/v1/ns/operator/metrics", "GET", Scope::Open),
    route("/v2/cs/config", "GET", Scope::Open),
    route("/v2/ns/instance/list", "GET", Scope::Open),
];

/// The user operations share one path; the recorded server refuses a change of password to everyone.
fn user_scope(method: &Method) -> Scope {
    if method == Method::PUT {
        Scope::Nobody
    } else {
        Scope::Admin
    }
}

impl World {
    pub(super) fn handle(&mut self, incoming: &Incoming, now: Instant) -> Reply {
        self.sweep(now);
        match self.route(incoming, now) {
            // A server with authentication swallows what no controller caught.
            Err(reply) if reply.exception && self.profile.auth => Reply::empty(200),
            Ok(reply) | Err(reply) => reply,
        }
    }

    fn route(&mut self, incoming: &Incoming, now: Instant) -> Outcome {
        let Some(path) = incoming.path.strip_prefix(CONTEXT).filter(|path| path.starts_with('/')) else {
            return Err(Reply::no_such_page());
        };
        let head = incoming.method == Method::HEAD;
        let method = if head { Method::GET } else { incoming.method.clone() };
        let user_route = route("/v3/auth/user", "POST, PUT, DELETE", user_scope(&method));
        let known = ROUTES.iter().chain([&user_route]).find(|route| route.path == path);
        let Some(route) = known else {
            let message = format!("No endpoint {method} {}.", incoming.path);
            return Err(Reply::spring(404, &message, &incoming.path));
        };
        if !route.methods.split(", ").any(|allowed| allowed == method.as_str()) {
            return Err(Reply::method_not_allowed(&method, route.methods, &incoming.path));
        }
        self.check_access(incoming, route.scope, now)?;
        filter::check(
            incoming,
            path.ends_with("/config/list") || path.ends_with("/service/list"),
        )?;
        if incoming
            .header("accept")
            .is_some_and(|accept| !accept.contains("json") && !accept.contains('*'))
        {
            return Err(Reply::empty(406));
        }
        let reply = self.dispatch(&method, path, incoming, now)?;
        Ok(if head { reply.without_body() } else { reply })
    }

    fn dispatch(&mut self, method: &Method, path: &str, incoming: &Incoming, now: Instant) -> Outcome {
        if let Some(rest) = path.strip_prefix("/v3/admin/ns/") {
            return self.dispatch_naming_admin(method, rest, incoming, now);
        }
        if let Some(rest) = path.strip_prefix("/v3/admin/cs/") {
            return self.dispatch_config_admin(method, rest, incoming);
        }
        match (method.as_str(), path) {
            ("GET", "/v3/client/cs/config") => self.client_get(incoming),
            ("POST", "/v3/client/ns/instance") => self.register_or_beat(incoming, now),
            ("DELETE", "/v3/client/ns/instance") => self.deregister(incoming),
            ("GET", "/v3/client/ns/instance/list") => self.list_instances(incoming, now),
            ("POST", "/v3/auth/user/login") => Ok(self.login(incoming, now)),
            ("POST", "/v3/auth/user/admin") => Ok(self.bootstrap(incoming)),
            (_, path) if path.starts_with("/v3/auth/") => self.dispatch_accounts(method, path, incoming),
            ("GET", "/v3/admin/core/state") => self.state(),
            ("GET", "/v3/admin/core/state/liveness" | "/v3/admin/core/state/readiness") => Ok(Reply::done()),
            ("GET", "/v3/admin/core/namespace") => self.namespace_get(incoming),
            ("POST", "/v3/admin/core/namespace") => self.namespace_create(incoming),
            ("PUT", "/v3/admin/core/namespace") => self.namespace_update(incoming),
            ("DELETE", "/v3/admin/core/namespace") => self.namespace_delete(incoming),
            ("GET", "/v3/admin/core/namespace/list") => self.namespace_list(),
            ("GET", "/v3/admin/core/namespace/check") => self.namespace_check(incoming),
            ("GET", "/v3/admin/core/cluster/node/self") => self.cluster_self(),
            ("GET", "/v3/admin/core/cluster/node/list") => self.members(incoming),
            (_, "/v3/admin/core/ops/log") => system::set_core_log(incoming),
            (_, "/v3/admin/core/ops/ids") => system::id_generators(),
            (_, "/v3/admin/core/loader/current") => Ok(Reply::ok(serde_json::json!({}))),
            (_, "/v3/admin/core/loader/cluster") => self.connection_load(),
            (_, path) if path.starts_with("/v3/admin/core/") => system::silent(),
            _ => self.dispatch_legacy(method, path, incoming, now),
        }
    }

    fn dispatch_accounts(&mut self, method: &Method, path: &str, incoming: &Incoming) -> Outcome {
        match (method.as_str(), path.trim_start_matches("/v3/auth/")) {
            ("POST", "user") => self.user_create(incoming),
            ("PUT", "user") => self.user_password(incoming),
            ("DELETE", "user") => self.user_delete(incoming),
            ("GET", "user/list") => self.user_list(incoming),
            ("GET", "user/search") => self.user_search(incoming),
            ("POST", "role") => self.role_create(incoming),
            ("DELETE", "role") => self.role_delete(incoming),
            ("GET", "role/list") => self.role_list(incoming),
            ("GET", "role/search") => self.role_search(incoming),
            ("GET", "permission") => self.permission_check(incoming),
            ("POST", "permission") => self.permission_create(incoming),
            ("DELETE", "permission") => self.permission_delete(incoming),
            _ => self.permission_list(incoming),
        }
    }

    fn dispatch_config_admin(&mut self, method: &Method, path: &str, incoming: &Incoming) -> Outcome {
        match (method.as_str(), path) {
            ("GET", "config") => self.admin_get(incoming),
            ("POST", "config") => self.publish(incoming),
            ("DELETE", "config") => self.delete_config(incoming),
            ("DELETE", "config/batch") => self.delete_configs_by_id(incoming),
            ("GET", "config/list") => self.list_configs(incoming),
            ("GET", "config/beta") => self.get_beta(incoming),
            ("DELETE", "config/beta") => self.delete_beta(incoming),
            ("GET", "config/listener") => system::config_listeners(),
            ("GET", "config/export") => self.export(incoming),
            ("POST", "config/import") => self.import(incoming),
            ("POST", "config/clone") => self.clone_configs(incoming),
            ("GET", "capacity") => self.capacity(incoming),
            ("POST", "capacity") => self.set_capacity(incoming),
            ("GET", "listener") => incoming.required("ip").and_then(|_| system::listened_by()),
            ("PUT", "ops/log") => system::set_config_log(incoming),
            ("POST", "ops/localCache") => Ok(Reply::ok("Local cache updated from store successfully!")),
            ("GET", "history") => self.history_detail(incoming),
            ("GET", "history/list") => self.history_list(incoming),
            ("GET", "history/previous") => self.history_previous(incoming),
            _ => self.history_configs(incoming),
        }
    }

    fn dispatch_naming_admin(&mut self, method: &Method, path: &str, incoming: &Incoming, now: Instant) -> Outcome {
        match (method.as_str(), path) {
            ("GET", "service") => self.service_get(incoming),
            ("POST", "service") => self.service_create(incoming),
            ("PUT", "service") => self.service_update(incoming),
            ("DELETE", "service") => self.service_delete(incoming),
            ("GET", "service/list") => self.service_list(incoming, now),
            ("GET", "instance") => self.operator_get(incoming),
            ("PUT", "instance") => self.operator_update(incoming, now),
            ("POST", "instance") => self.register_or_beat(incoming, now),
            ("DELETE", "instance") => self.deregister(incoming),
            ("GET", "instance/list") => self.operator_list(incoming, now),
            ("PUT", "instance/partial") => self.operator_patch(incoming, now),
            (_, "instance/metadata/batch") => self.operator_metadata(incoming),
            (_, "cluster") => self.cluster_update(incoming),
            ("GET", "health/checkers") => system::health_checkers(),
            ("GET", "service/selector/types") => Ok(Reply::ok(["label", "none"])),
            ("GET", "service/subscribers") => super::services::key_of(incoming).and_then(|_| system::no_page()),
            ("GET", "client/subscribe/list") => self.client_subscribed(incoming, now),
            ("GET", "client/service/publisher/list") => self.service_publishers(incoming),
            ("GET", "client/service/subscriber/list") => {
                super::services::key_of(incoming).map(|_| Reply::ok(serde_json::json!([])))
            }
            ("PUT", "ops/log" | "ops/switches") => Ok(Reply::done()),
            ("GET", "client") => self.client_detail(incoming, now),
            ("GET", "client/list") => self.client_list(now),
            ("GET", "client/publish/list") => self.client_published(incoming, now),
            ("GET", "client/distro") => self.client_distro(),
            ("PUT", "health/instance") => self.operator_health(incoming),
            ("GET", "ops/switches") => system::switches(),
            _ => self.metrics(incoming),
        }
    }

    fn dispatch_legacy(&mut self, method: &Method, path: &str, incoming: &Incoming, now: Instant) -> Outcome {
        match (method.as_str(), path) {
            ("POST", "/v1/auth/users/login" | "/v1/auth/login") => Ok(self.v1_login(incoming, now)),
            ("GET", "/v1/cs/configs") => self.v1_config_get(incoming),
            ("POST", "/v1/cs/configs") => self.v1_config_publish(incoming),
            // Without waiting: the front waits and asks again.
            ("POST", "/v1/cs/configs/listener") => {
                Ok(self.changed_configs(incoming).unwrap_or_else(Self::unchanged_configs))
            }
            ("POST", "/v1/ns/instance") => self.v1_register(incoming, now),
            ("GET", "/v1/ns/instance/list") => self.v1_list(incoming, now),
            ("PUT", "/v1/ns/instance/beat") => Self::v1_beat(),
            ("GET", "/v1/ns/operator/metrics") => Ok(Reply::raw(&serde_json::json!({ "status": "UP" }))),
            ("GET", "/v2/cs/config") => gone("/v3/admin/cs/config", &incoming.path),
            _ => gone("/v3/admin/ns/instance/list", &incoming.path),
        }
    }
}
