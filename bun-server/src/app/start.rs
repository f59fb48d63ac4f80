//! The phases of the start, in their order; what fails undoes what was started.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::assembly::Assembly;
use super::phases::{shown, starting};
use super::signals::Signals;
use super::stop::{Hubs, Running};
use super::{
    AppError, AppResult, Application, ApplicationHandle, ShutdownSignal, logging, management, registration, resources,
};
use crate::di::{Container, Graph, Hooks, Problem, ProblemKind, Resources};
use crate::error::with_sources;
use crate::health::{HealthIndicator, HealthIndicators};
use crate::metrics::Metrics;
use crate::microservice::config_center::{ConfigFailure, Documents};
use crate::microservice::service_registry::{RegistryFailure, ServiceRegistry};
use crate::tasks::TaskSet;
use crate::web::{Gate, Phase, Server, ServerSettings, build_router};

/// One `on_start` hook may take that long.
const START_HOOK_TIMEOUT: Duration = Duration::from_secs(60);
/// A registration that must succeed is waited for that long.
const REGISTRATION_TIMEOUT: Duration = Duration::from_secs(10);

pub(super) async fn run(application: Application) -> AppResult {
    let assembly = Assembly::of(application);
    logging::install(assembly.logging.level);
    let (is_dev, name) = (assembly.is_dev(), assembly.name.clone());
    let no_signals = |error: std::io::Error| {
        let problem = Problem::new(ProblemKind::Server, format!("no signal handlers: {error}"));
        AppError::Startup(super::StartupReport::new(&name, vec![problem]))
    };
    let mut signals = Signals::new().map_err(no_signals)?;
    let handle = tokio::select! {
        started = start_assembly(assembly) => started?,
        signal = signals.next() => {
            tracing::info!("{signal:?} before the start was complete");
            return Ok(());
        }
    };
    print(handle.banner());
    let signal = tokio::select! {
        signal = signals.next() => signal,
        () = handle.stopped() => return Ok(()),
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
    start_assembly(Assembly::of(application)).await
}

async fn start_assembly(mut assembly: Assembly) -> AppResult<ApplicationHandle> {
    let begun = Instant::now();
    let gate = Arc::new(Gate::new());
    let hubs = Hubs {
        center: assembly.parts.center.as_ref().map(|center| center.hub.clone()),
        registry: assembly.parts.registry.as_ref().map(|registry| registry.hub.clone()),
        ..Hubs::default()
    };
    let mut undo = Undo { hubs, server: None };
    match phases(&mut assembly, &gate, &mut undo, begun).await {
        Ok(running) => Ok(ApplicationHandle { running }),
        Err(problems) => {
            undo.run().await;
            Err(assembly.failed(problems))
        }
    }
}

/// What must be closed when the start fails half-way.
struct Undo {
    hubs: Hubs,
    server: Option<Server>,
}

impl Undo {
    async fn run(self) {
        if let Some(server) = self.server {
            server.drain(Duration::ZERO).await;
        }
        self.hubs.close(Duration::from_secs(2)).await;
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
    let management = management(assembly, gate, health, &container).await?;
    starting(&name, "on_start hooks", start_hooks(&container)).await?;
    gate.open(router);
    gate.enter(Phase::Ready);
    if let Some(documents) = &documents {
        documents.write_snapshots();
    }
    let instances = registration::instances(assembly, bound).await;
    if let Err(problem) = starting(&name, "registration", register(assembly, &undo.hubs, instances)).await {
        stop_hooks(&container).await;
        return Err(vec![problem]);
    }
    let tasks = TaskSet::new();
    if let Some(documents) = &documents {
        documents.follow(&tasks);
    }
    let banner = banner(assembly, bound, components, begun.elapsed());
    let Some(server) = undo.server.take() else {
        return Err(Vec::new());
    };
    Ok(Arc::new(Running {
        name: assembly.name.clone(),
        banner,
        gate: Arc::clone(gate),
        server,
        management,
        container,
        hubs: std::mem::take(&mut undo.hubs),
        tasks,
        #[cfg(feature = "testing")]
        documents,
        shutdown: assembly.settings.shutdown.clone(),
        delay: pre_stop_delay(assembly),
        skip_delay: watch::Sender::new(false),
        begun: Mutex::new(false),
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

/// Runs the `on_start` hooks in the order of construction; when one fails, those that ran are stopped in reverse.
async fn start_hooks(container: &Container) -> Result<(), Vec<Problem>> {
    let hooks = container.hooks();
    for (number, hook) in hooks.iter().enumerate() {
        let Some(on_start) = &hook.on_start else { continue };
        let because = match tokio::time::timeout(START_HOOK_TIMEOUT, on_start()).await {
            Ok(Ok(())) => continue,
            Ok(Err(error)) => with_sources(&*error),
            Err(_) => format!("it did not end within {}", shown(START_HOOK_TIMEOUT)),
        };
        stop_these(&hooks[..number]).await;
        let problem = Problem::new(ProblemKind::Hook, format!("on_start of {} failed", hook.component))
            .detail("declared", hook.at.to_string())
            .detail("because", because);
        return Err(vec![problem]);
    }
    Ok(())
}

async fn stop_hooks(container: &Container) {
    stop_these(container.hooks()).await;
}

async fn stop_these(hooks: &[Hooks]) {
    for failure in super::stop::run_stop_hooks(hooks, Duration::from_secs(3)).await {
        tracing::warn!("{failure}");
    }
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
