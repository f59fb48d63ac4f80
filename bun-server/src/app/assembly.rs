//! Everything of an application before anything is asked of a network.

use std::any::TypeId;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::logging::LoggingSettings;
use super::parts::{Parts, attached};
use super::sections::{AppSettings, SECTIONS, ShutdownSettings, StartupSettings};
use super::{AppError, AppResult, Application, CheckReport, CheckedRoute, StartupReport};
use crate::config::{BindError, ConfigError, ConfigService, ValueSource, ValueSpec};
use crate::di::{Graph, ModuleNode, Problem, ProblemKind, Resources, SourceLocation};
use crate::health::{HealthIndicator, HealthOptions, HealthSettings};
use crate::metrics::Metrics;
use crate::microservice::config_center::{ConfigCenterSettings, SnapshotStore};
use crate::microservice::service_registry::{ServiceRegistration, ServiceRegistrySettings};
use crate::microservice::{ConfigCenterOptions, ServiceRegistryOptions, SharedClients};
use crate::web::{Additions, ControllerDefinition, DUTIES, ManagementSettings, ServerSettings, duplicate_routes};

/// Settings as they were when the application started.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) server: ServerSettings,
    pub(super) health: HealthSettings,
    pub(super) management: ManagementSettings,
    pub(super) startup: StartupSettings,
    pub(super) shutdown: ShutdownSettings,
    pub(super) config_center: ConfigCenterSettings,
    pub(super) service_registry: ServiceRegistrySettings,
}

impl Settings {
    fn read(config: &ConfigService, problems: &mut impl FnMut(Vec<BindError>)) -> Self {
        // Read later, judged now.
        for name in ["config", "clients", "governance"] {
            problems(config.check_section(name));
        }
        Self {
            server: section(config, "server", problems),
            health: section(config, "health", problems),
            management: section(config, "management", problems),
            startup: section(config, "startup", problems),
            shutdown: section(config, "shutdown", problems),
            config_center: section(config, "config_center", problems),
            service_registry: section(config, "service_registry", problems),
        }
    }
}

/// Tokens of which the application takes every component.
pub(super) const COLLECTED: &[TypeId] = &[TypeId::of::<dyn HealthIndicator>()];

pub(super) struct Assembly {
    pub(super) name: String,
    pub(super) version: Option<String>,
    /// `dev` when none is named.
    pub(super) profiles: Vec<String>,
    pub(super) config: ConfigService,
    pub(super) settings: Settings,
    pub(super) logging: LoggingSettings,
    pub(super) metrics: Metrics,
    /// Indicators that are no components.
    pub(super) health: Vec<Arc<dyn HealthIndicator>>,
    /// The variable `RUST_LOG`.
    pub(super) rust_log: Option<String>,
    pub(super) graph: Graph,
    pub(super) controllers: Vec<&'static ControllerDefinition>,
    pub(super) registrations: Vec<&'static ServiceRegistration>,
    pub(super) additions: Additions,
    pub(super) parts: Parts,
    /// `POD_IP` and `HOST_IP`.
    pub(super) addresses: Vec<(&'static str, String)>,
    pub(super) problems: Vec<Problem>,
}

impl Assembly {
    pub(super) fn of(mut application: Application) -> Self {
        application.read_environment();
        let Application {
            name,
            version,
            imports,
            additions,
            mut local,
            #[cfg(feature = "testing")]
            substitutes,
            ..
        } = application;
        #[cfg_attr(not(feature = "testing"), expect(unused_mut, reason = "only tests replace parts"))]
        let mut modules = imports.into_modules();
        #[cfg(feature = "testing")]
        let (center, registry, mut problems) = substitutes.apply(&mut modules);
        #[cfg(not(feature = "testing"))]
        let (center, registry, mut problems) = (attached(&modules), attached(&modules), Vec::new());
        let health: HealthOptions = attached(&modules).unwrap_or_default();
        // Before what the application itself says: that is nearer.
        let defaults = code_defaults(center.as_ref(), registry.as_ref(), &health);
        local.defaults.splice(0..0, defaults);
        let profiles = local.profiles();
        let (trees, errors) = local.read();
        problems.extend(errors.iter().map(local_problem));
        let config = ConfigService::new(trees, SECTIONS);
        let mut take =
            |problem: Vec<BindError>| problems.extend(problem.iter().map(|error| value_problem(error, None)));
        let app: AppSettings = section(&config, "app", &mut take);
        let logging = section(&config, "logging", &mut take);
        let settings = Settings::read(&config, &mut take);
        let name = app.name.unwrap_or(name);
        let graph = Graph::check(modules);
        problems.splice(0..0, graph.problems().iter().cloned());
        let controllers: Vec<&'static ControllerDefinition> = graph
            .modules()
            .iter()
            .flat_map(ModuleNode::static_attachments::<ControllerDefinition>)
            .collect();
        problems.extend(duplicate_routes(&controllers));
        let registrations: Vec<_> = ServiceRegistration::all()
            .into_iter()
            .filter(|registration| graph.owns(registration.owner))
            .collect();
        let state = |variable: &str| local.variables.get(variable).cloned();
        let snapshot_root = SnapshotStore::default_root(&name, state);
        let shared = SharedClients::new();
        let has_registry = registry.is_some();
        let (parts, more) = Parts::new(
            center,
            registry,
            &settings,
            &local.directory,
            snapshot_root.as_deref(),
            &shared,
        );
        problems.extend(more);
        if !has_registry && let Some(registration) = registrations.first() {
            problems.push(no_registry(registration));
        }
        Self {
            profiles,
            version: app.version.or(version),
            name,
            config,
            settings,
            logging,
            metrics: Metrics::new(),
            health: health.indicators,
            rust_log: local.variables.get("RUST_LOG").cloned(),
            graph,
            controllers,
            registrations,
            additions,
            parts,
            addresses: addresses(&local.variables),
            problems,
        }
    }

    /// The check without I/O: what a document may still bring is not judged.
    pub(super) fn check(mut self) -> AppResult<CheckReport> {
        let documents = self.parts.center.is_some();
        let merged = self
            .parts
            .center
            .as_ref()
            .is_some_and(|center| !center.imports.is_empty());
        self.judge_values(|spec, error| match spec.document() {
            Some(_) => documents,
            None => merged && error.is_missing(),
        });
        if self.problems.is_empty() {
            return Ok(self.report());
        }
        Err(self.failed(Vec::new()))
    }

    /// Adds every configuration value that does not bind, save those that `unknown` says nothing can be said of yet.
    pub(super) fn judge_values(&mut self, unknown: impl Fn(&ValueSpec, &BindError) -> bool) {
        let mut resources = Resources::new();
        resources.insert(self.config.clone());
        let mut read = Vec::new();
        let mut problems = Vec::new();
        for (owner, at, external) in self.graph.externals() {
            let spec = external.spec.downcast_ref::<ValueSpec>();
            read.extend(spec.and_then(ValueSpec::path));
            let Err(error) = (external.check)(&resources, external.spec) else {
                continue;
            };
            let asked = (format!("{owner}.{}", external.member), at.to_string());
            match (error.downcast::<BindError>(), spec) {
                (Ok(error), Some(spec)) if unknown(spec, &error) => {}
                (Ok(error), _) => problems.extend(error.each().map(|error| value_problem(error, Some(asked.clone())))),
                (Err(error), _) => {
                    let problem = Problem::new(ProblemKind::Config, error.to_string());
                    problems.push(problem.detail_at("needed by", asked.0, asked.1));
                }
            }
        }
        // Every part of the configuration is there by now.
        let merged = ValueSpec {
            source: ValueSource::Merged { path: "" },
            default: None,
            required: true,
            validator: None,
        };
        for error in self.config.settle().iter().filter(|error| !unknown(&merged, error)) {
            let problem = value_problem(error, None);
            let told = |known: &Problem| known.subject() == problem.subject();
            if !self.problems.iter().chain(&problems).any(told) {
                problems.push(problem);
            }
        }
        let misspelt = self.config.misspelt_sections(&read);
        problems.extend(misspelt.iter().map(|error| value_problem(error, None)));
        self.problems.append(&mut problems);
    }

    fn report(self) -> CheckReport {
        let route = |controller: &'static ControllerDefinition| {
            controller.routes.iter().map(|route| CheckedRoute {
                method: route.method,
                path: route.path,
                handler: format!("{}::{}", (controller.name)(), route.handler),
                at: SourceLocation {
                    file: controller.at.file,
                    line: route.line,
                },
            })
        };
        let own = DUTIES.iter().map(|duty| (*duty).to_owned());
        CheckReport {
            warnings: self.graph.unused(COLLECTED),
            components: self.graph.component_count(),
            routes: self.controllers.iter().copied().flat_map(route).collect(),
            layers: own.chain(self.additions.layer_names()).collect(),
            application: self.name,
        }
    }

    pub(super) fn failed(&mut self, more: Vec<Problem>) -> AppError {
        let mut problems = std::mem::take(&mut self.problems);
        problems.extend(more);
        AppError::Startup(StartupReport::new(&self.name, problems))
    }

    pub(super) fn is_dev(&self) -> bool {
        self.profiles.iter().any(|profile| profile == "dev")
    }
}

/// What the options of modules say where no other source does.
fn code_defaults(
    center: Option<&ConfigCenterOptions>,
    registry: Option<&ServiceRegistryOptions>,
    health: &HealthOptions,
) -> Vec<(String, String)> {
    let center = center.into_iter().flat_map(ConfigCenterOptions::defaults);
    let registry = registry.into_iter().flat_map(ServiceRegistryOptions::defaults);
    center.chain(registry).cloned().chain(health.defaults()).collect()
}

fn addresses(variables: &BTreeMap<String, String>) -> Vec<(&'static str, String)> {
    ["POD_IP", "HOST_IP"]
        .into_iter()
        .filter_map(|name| Some((name, variables.get(name)?.clone())))
        .collect()
}

fn section<S: serde::de::DeserializeOwned + Default>(
    config: &ConfigService,
    name: &str,
    problems: &mut impl FnMut(Vec<BindError>),
) -> S {
    config.section(name).unwrap_or_else(|errors| {
        problems(errors);
        S::default()
    })
}

fn local_problem(error: &ConfigError) -> Problem {
    match error {
        ConfigError::Parse(error) => {
            Problem::new(ProblemKind::Config, error.message()).detail("from", error.origin().to_string())
        }
        ConfigError::Bind(error) => value_problem(error, None),
        other => Problem::new(ProblemKind::Config, crate::error::with_sources(other)),
    }
}

/// One value: its key, what is wrong, where it comes from, who asks.
fn value_problem(error: &BindError, asked: Option<(String, String)>) -> Problem {
    let subject = if error.path().is_empty() {
        error.message().to_owned()
    } else {
        format!("{}   {}", error.path(), error.message())
    };
    let mut problem = Problem::new(ProblemKind::Config, subject);
    if let Some(origin) = error.origin() {
        problem = problem.detail("from", origin.to_string());
    }
    if let Some((member, place)) = asked {
        problem = problem.detail_at("needed by", member, place);
    }
    if error.is_missing() {
        problem = problem.detail("mend", "set it in application.yaml, or give the field a `default = ..`");
    }
    problem
}

fn no_registry(registration: &ServiceRegistration) -> Problem {
    Problem::new(
        ProblemKind::ServiceRegistry,
        "`#[service_registry]`, and the application has no registry",
    )
    .detail("stands at", registration.at.to_string())
    .detail(
        "mend",
        "import `MicroserviceModule::from_config()` in a module of the application",
    )
}
