//! The phases of the start, in their order; what fails undoes what was started.

use std::convert::Infallible;
use std::future::Future;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::assembly::Assembly;
use super::hooks::ComponentHooks;
use super::phases::{shown, starting};
use super::sections::ShutdownSettings;
use super::signals::Signals;
use super::stop::{Hubs, Running};
use super::{
    AppError, AppResult, Application, ApplicationHandle, ShutdownSignal, logging, management, registration, resources,
};
use crate::di::{Container, Graph, Problem, ProblemKind, Resources};
use crate::error::with_sources;
use crate::health::{HealthIndicator, HealthIndicators};
use crate::metrics::Metrics;
use crate::microservice::config_center::{ConfigFailure, Documents};
use crate::microservice::service_registry::{RegistryFailure, ServiceRegistry};
use crate::tasks::TaskSet;
use crate::web::{Gate, Phase, Server, ServerSettings, build_router};

/// A registration that must succeed is waited for that long.
const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn run(application: Application) -> AppResult {
    let assembly = Assembly::of(application);
    let (is_dev, name) = (assembly.is_dev(), assembly.name.clone());
    logging::install(&assembly.logging, assembly.rust_log.as_deref(), is_dev);
    let no_signals = |error: std::io::Error| {
        let problem = Problem::new(ProblemKind::Server, format!("no signal handlers: {error}"));
        AppError::Startup(super::StartupReport::new(&name, vec![problem]))
    };
    let mut signals = Signals::new().map_err(no_signals)?;
    let handle = match start_unless(assembly, signals.next()).await? {
        Ok(handle) => handle,
        Err(signal) => {
            tracing::info!("{signal:?} before the start was complete");
            return Ok(());
        }
    };
    print(handle.banner());
    let signal = tokio::select! {
        signal = signals.next() => signal,
        stopped = handle.wait() => return stopped,
    };
    tracing::info!("{signal:?}: stopping");
    if is_dev && signal == ShutdownSignal::Interrupt {
        handle.skip_pre_stop_delay();
    }
    let mut shutdown = handle.shutdown();
    loop {
        tokio::select! {
            stopped = &mut shutdown => return stopped,
            _ = signals.next() => handle.skip_pre_stop_delay(),
        }
    }
}

#[expect(
    clippy::print_stdout,
    reason = "the banner is what a user sees of a start that went well"
)]
fn print(banner: &str) {
    println!("{banner}");
}

pub(super) async fn start(application: Application) -> AppResult<ApplicationHandle> {
    let never = std::future::pending::<Infallible>();
    match start_unless(Assembly::of(application), never).await? {
        Ok(handle) => Ok(handle),
        Err(never) => match never {},
    }
}

/// Starts, unless it is interrupted before; what was started by then is stopped again.
async fn start_unless<I>(
    mut assembly: Assembly,
    interrupted: impl Future<Output = I>,
) -> AppResult<Result<ApplicationHandle, I>> {
    let begun = Instant::now();
    let gate = Arc::new(Gate::new());
    let hubs = Hubs {
        center: assembly.parts.center.as_ref().map(|center| center.hub.clone()),
        registry: assembly.parts.registry.as_ref().map(|registry| registry.hub.clone()),
        ..Hubs::default()
    };
    let mut undo = Undo {
        hubs,
        ..Undo::default()
    };
    let outcome = tokio::select! {
        biased;
        outcome = phases(&mut assembly, &gate, &mut undo, begun) => Ok(outcome),
        interruption = interrupted => Err(interruption),
    };
    let outcome = match outcome {
        Ok(Ok(running)) => return Ok(Ok(ApplicationHandle { running })),
        Ok(Err(problems)) => Ok(problems),
        Err(interruption) => Err(interruption),
    };
    undo.run(&assembly.settings.shutdown).await;
    match outcome {
        Ok(problems) => Err(assembly.failed(problems)),
        Err(interruption) => Ok(Err(interruption)),
    }
}

/// What must be stopped and closed when the start ends half-way.
#[derive(Default)]
struct Undo {
    hubs: Hubs,
    server: Option<Server>,
    management: Option<Server>,
    hooks: Option<ComponentHooks>,
}

impl Undo {
    async fn run(self, limits: &ShutdownSettings) {
        if let Some(server) = self.server {
            server.drain(Duration::ZERO).await;
        }
        if let Some(registry) = &self.hubs.registry {
            registry.deregister_all(limits.deregister_timeout).await;
        }
        if let Some(hooks) = &self.hooks {
            for failure in hooks.stop(limits.hook_timeout).await {
                tracing::warn!("{failure}");
            }
        }
        self.hubs.close(limits.close_timeout).await;
        if let Some(management) = self.management {
            management.drain(Duration::ZERO).await;
        }
    }
}

async fn phases(
    assembly: &mut Assembly,
    gate: &Arc<Gate>,
    undo: &mut Undo,
    begun: Instant,
) -> Result<Arc<Running>, Vec<Problem>> {
    let name = assembly.name.clone();
    let documents = assembly
        .parts
        .documents(&assembly.graph, &assembly.config, &assembly.settings);
    if assembly.settings.config_center.on_failure == ConfigFailure::Retry {
        // Live while it waits for its configuration.
        undo.server = Some(bind(&assembly.settings.server, gate).await?);
    }
    if let Some(documents) = &documents {
        let problems = starting(&name, "loading the configuration documents", documents.load()).await;
        assembly.problems.extend(problems);
    }
    let unloaded = !assembly.problems.is_empty();
    assembly.judge_values(|spec, error| unloaded && error.is_missing() && spec.document().is_some());
    let wrong_names = registration::problems(assembly);
    assembly.problems.extend(wrong_names);
    if !assembly.problems.is_empty() {
        return Err(Vec::new());
    }
    let resources = resources::resources(assembly, &mut undo.hubs).map_err(|problem| vec![problem])?;
    let components = assembly.graph.component_count();
    let container = starting(&name, "construction", construct(assembly, resources)).await?;
    let health = health(documents.as_ref(), &undo.hubs, &container);
    let router = build_router(
        &assembly.controllers,
        std::mem::take(&mut assembly.additions),
        &container,
    )
    .map_err(|error| vec![Problem::new(ProblemKind::DuplicateRoute, error.to_string())])?;
    let server = match undo.server.take() {
        Some(server) => server,
        None => starting(&name, "binding the socket", bind(&assembly.settings.server, gate)).await?,
    };
    let bound = server.address();
    undo.server = Some(server);
    // What can still fail to be bound is bound before a hook runs: a hook that ran must be stopped.
    undo.management = management(assembly, gate, health, &container).await?;
    let hook_timeout = assembly.settings.startup.hook_timeout;
    gate.serve(container.clone());
    let hooks = undo.hooks.insert(ComponentHooks::new(container));
    let started = starting(&name, "on_start hooks", hooks.start(hook_timeout)).await;
    started.map_err(|problem| vec![problem])?;
    gate.open(router);
    gate.enter(Phase::Ready);
    if let Some(documents) = &documents {
        documents.write_snapshots();
    }
    let instances = registration::instances(assembly, bound).await;
    let registered = starting(&name, "registration", register(assembly, &undo.hubs, instances)).await;
    registered.map_err(|problem| vec![problem])?;
    let ready = starting(&name, "on_ready hooks", hooks.ready(hook_timeout)).await;
    ready.map_err(|problem| vec![problem])?;
    let tasks = TaskSet::new();
    if let Some(documents) = &documents {
        documents.follow(&tasks);
    }
    let banner = banner(assembly, bound, components, begun.elapsed());
    let (Some(server), Some(hooks)) = (undo.server.take(), undo.hooks.take()) else {
        return Err(Vec::new());
    };
    Ok(Arc::new(Running {
        name: assembly.name.clone(),
        banner,
        gate: Arc::clone(gate),
        server,
        management: undo.management.take(),
        hooks,
        hubs: std::mem::take(&mut undo.hubs),
        tasks,
        #[cfg(feature = "testing")]
        documents,
        shutdown: assembly.settings.shutdown.clone(),
        delay: pre_stop_delay(assembly),
        skip_delay: watch::Sender::new(false),
        begun: AtomicBool::new(false),
        outcome: OnceLock::new(),
    }))
}

async fn construct(assembly: &mut Assembly, resources: Resources) -> Result<Container, Vec<Problem>> {
    let graph = std::mem::replace(&mut assembly.graph, Graph::empty());
    graph.build(resources).await.map_err(|error| {
        let problem = Problem::new(ProblemKind::Construction, error.component)
            .detail("declared", error.at.to_string())
            .detail("because", with_sources(&*error.source));
        vec![problem]
    })
}

/// The indicators of the framework, and the components that are some.
fn health(documents: Option<&Documents>, hubs: &Hubs, container: &Container) -> HealthIndicators {
    let health = HealthIndicators::new();
    if let Some(documents) = documents {
        health.add(Arc::new(documents.clone()));
    }
    if let Some(hub) = &hubs.registry {
        health.add(Arc::new(hub.clone()));
    }
    for indicator in container.all::<dyn HealthIndicator>() {
        health.add(indicator);
    }
    health
}

async fn bind(settings: &ServerSettings, gate: &Arc<Gate>) -> Result<Server, Vec<Problem>> {
    let (address, port) = (settings.address, settings.port);
    Server::start(address, port, settings, Arc::clone(gate))
        .await
        .map_err(|error| {
            let at = std::net::SocketAddr::new(address, port);
            let problem = Problem::new(ProblemKind::Server, format!("{at} cannot be bound"))
                .detail("because", error.to_string())
                .detail(
                    "mend",
                    "set server.port (BUN_SERVER__PORT=0 takes any free one), or stop what listens there",
                );
            vec![problem]
        })
}

async fn management(
    assembly: &Assembly,
    gate: &Arc<Gate>,
    health: HealthIndicators,
    container: &Container,
) -> Result<Option<Server>, Vec<Problem>> {
    let Some(port) = assembly.settings.management.port else {
        return Ok(None);
    };
    let metrics = container.resources().get::<Metrics>().cloned().unwrap_or_default();
    let own = Arc::new(Gate::following(gate));
    management::open(&own, &assembly.name, assembly.version.as_deref(), health, metrics);
    let settings = ServerSettings {
        address: assembly.settings.management.address,
        port,
        ..assembly.settings.server.clone()
    };
    bind(&settings, &own).await.map(Some)
}

/// Registers, and waits for it only where the application must not run without it.
async fn register(
    assembly: &Assembly,
    hubs: &Hubs,
    instances: Vec<crate::microservice::service_registry::ServiceInstance>,
) -> Result<(), Problem> {
    let Some(hub) = &hubs.registry else { return Ok(()) };
    for instance in instances {
        let what = format!("{} at {}", instance.service, instance.address());
        let failed = |because: String| {
            Problem::new(ProblemKind::ServiceRegistry, format!("{what} is not registered"))
                .detail("asked", hub.address())
                .detail("because", because)
                .detail(
                    "mend",
                    "start the registry, or set service_registry.on_failure to `retry`",
                )
        };
        if assembly.settings.service_registry.on_failure == RegistryFailure::Retry {
            hub.declare(instance).map_err(|error| failed(with_sources(&error)))?;
            continue;
        }
        match tokio::time::timeout(REGISTRATION_TIMEOUT, hub.register(&instance)).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => return Err(failed(with_sources(&error))),
            Err(_) => return Err(failed(format!("no answer within {}", shown(REGISTRATION_TIMEOUT)))),
        }
    }
    Ok(())
}

/// How long it goes on serving after it was deregistered; warns when callers that poll could not notice in that time.
fn pre_stop_delay(assembly: &Assembly) -> Duration {
    const DEFAULT: Duration = Duration::from_secs(5);
    let callers_elsewhere = assembly
        .parts
        .registry
        .as_ref()
        .is_some_and(|registry| registry.provider.has_remote_callers());
    if assembly.registrations.is_empty() || !callers_elsewhere {
        return assembly.settings.shutdown.pre_stop_delay.unwrap_or_default();
    }
    let delay = assembly.settings.shutdown.pre_stop_delay.unwrap_or(DEFAULT);
    let noticed = assembly.settings.service_registry.poll_interval.mul_f64(1.1) + Duration::from_secs(1);
    if delay < noticed {
        tracing::warn!(
            "shutdown.pre_stop_delay is {}: callers that look at the registry every {} may still call after the end",
            shown(delay),
            shown(assembly.settings.service_registry.poll_interval)
        );
    }
    delay
}

fn banner(assembly: &Assembly, bound: std::net::SocketAddr, components: usize, took: Duration) -> String {
    let routes: usize = assembly
        .controllers
        .iter()
        .map(|controller| controller.routes.len())
        .sum();
    let count = |number: usize, what: &str| format!("{number} {what}{}", if number == 1 { "" } else { "s" });
    let version = assembly
        .version
        .as_ref()
        .map_or_else(String::new, |version| format!(" {version}"));
    format!(
        "{}{version} · profile {} · http://{bound} · {}, {}, {} · ready in {}",
        assembly.name,
        assembly.profile.as_deref().unwrap_or("dev"),
        count(assembly.controllers.len(), "controller"),
        count(routes, "route"),
        count(components, "component"),
        shown(took),
    )
}
