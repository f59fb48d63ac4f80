//! The phases of the start, in their order; what fails undoes what was started.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::atomic::AtomicBool;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::Router;
use tokio::sync::watch;
use tokio::time::Instant;

use super::assembly::{Assembly, COLLECTED};
use super::hooks::ComponentHooks;
use super::phases::{shown, starting};
use super::sections::ShutdownSettings;
use super::signals::Signals;
use super::stop::{Hubs, Running};
use super::{
    AppError, AppResult, Application, ApplicationHandle, ShutdownSignal, logging, registration, resources, servers,
};
use crate::di::{Container, Graph, Problem, ProblemKind, Resources};
use crate::error::with_sources;
use crate::health::{HealthIndicator, HealthIndicators};
use crate::microservice::config_center::{ConfigFailure, Documents};
use crate::tasks::TaskSet;
use crate::web::{Gate, Phase, Server, ServerService, build_router, embedded};

/// Who accepts the connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Exposure {
    /// The application itself.
    Socket,
    /// A server that is not ours.
    Embedded,
}

pub(super) async fn run(application: Application) -> AppResult {
    let assembly = Assembly::of(application);
    let (is_dev, name) = (assembly.is_dev(), assembly.name.clone());
    logging::install(&assembly.logging, assembly.rust_log.as_deref(), is_dev);
    let no_signals = |error: std::io::Error| {
        let problem = Problem::new(ProblemKind::Server, format!("no signal handlers: {error}"));
        AppError::Startup(super::StartupReport::new(&name, vec![problem]))
    };
    let mut signals = Signals::new().map_err(no_signals)?;
    let handle = match start_unless(assembly, Exposure::Socket, signals.next()).await? {
        Ok((running, _)) => ApplicationHandle { running },
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
    let (running, _) = start_as(application, Exposure::Socket).await?;
    Ok(ApplicationHandle { running })
}

pub(super) async fn into_router(application: Application) -> AppResult<(Router, ApplicationHandle)> {
    let (running, service) = start_as(application, Exposure::Embedded).await?;
    Ok((embedded(service), ApplicationHandle { running }))
}

type Started = (Arc<Running>, Arc<ServerService>);

async fn start_as(application: Application, exposure: Exposure) -> AppResult<Started> {
    let never = std::future::pending::<Infallible>();
    match start_unless(Assembly::of(application), exposure, never).await? {
        Ok(started) => Ok(started),
        Err(never) => match never {},
    }
}

/// Starts, unless it is interrupted before; what was started by then is stopped again.
async fn start_unless<I>(
    mut assembly: Assembly,
    exposure: Exposure,
    interrupted: impl Future<Output = I>,
) -> AppResult<Result<Started, I>> {
    let gate = Arc::new(Gate::new());
    let service = Arc::new(servers::service(&assembly, &gate));
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
        outcome = phases(&mut assembly, exposure, (&gate, &service), &mut undo) => Ok(outcome),
        interruption = interrupted => Err(interruption),
    };
    let outcome = match outcome {
        Ok(Ok(running)) => return Ok(Ok((running, service))),
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
    exposure: Exposure,
    (gate, service): (&Arc<Gate>, &Arc<ServerService>),
    undo: &mut Undo,
) -> Result<Arc<Running>, Vec<Problem>> {
    let begun = Instant::now();
    let name = assembly.name.clone();
    let documents = assembly
        .parts
        .documents(&assembly.graph, &assembly.config, &assembly.settings);
    if exposure == Exposure::Socket && assembly.settings.config_center.on_failure == ConfigFailure::Retry {
        // Live while it waits for its configuration.
        undo.server = Some(servers::bind(assembly, service).await?);
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
    let health = health(assembly, documents.as_ref(), &undo.hubs, &container);
    let router = build_router(
        &assembly.controllers,
        std::mem::take(&mut assembly.additions),
        &container,
    )
    .map_err(|error| vec![Problem::new(ProblemKind::DuplicateRoute, error.to_string())])?;
    if exposure == Exposure::Socket && undo.server.is_none() {
        undo.server = Some(starting(&name, "binding the socket", servers::bind(assembly, service)).await?);
    }
    let bound = undo.server.as_ref().map(Server::address);
    // What can still fail to be bound is bound before a hook runs: a hook that ran must be stopped.
    undo.management = servers::bind_management(assembly, gate, health).await?;
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
    let register = registration::register(assembly, &undo.hubs, instances);
    let registered = starting(&name, "registration", register).await;
    registered.map_err(|problem| vec![problem])?;
    let ready = starting(&name, "on_ready hooks", hooks.ready(hook_timeout)).await;
    ready.map_err(|problem| vec![problem])?;
    let tasks = TaskSet::new();
    if let Some(documents) = &documents {
        documents.follow(&tasks);
    }
    let banner = banner(assembly, bound, components, begun.elapsed());
    let Some(hooks) = undo.hooks.take() else {
        return Err(Vec::new());
    };
    Ok(Arc::new(Running {
        name: assembly.name.clone(),
        banner,
        gate: Arc::clone(gate),
        #[cfg(feature = "testing")]
        service: Arc::clone(service),
        server: undo.server.take(),
        management: undo.management.take(),
        hooks,
        hubs: std::mem::take(&mut undo.hubs),
        tasks,
        #[cfg(feature = "testing")]
        documents,
        shutdown: assembly.settings.shutdown.clone(),
        delay: registration::pre_stop_delay(assembly),
        skip_delay: watch::Sender::new(false),
        begun: AtomicBool::new(false),
        outcome: OnceLock::new(),
    }))
}

async fn construct(assembly: &mut Assembly, resources: Resources) -> Result<Container, Vec<Problem>> {
    let graph = std::mem::replace(&mut assembly.graph, Graph::empty());
    for unused in graph.unused(COLLECTED) {
        tracing::warn!("{unused}");
    }
    let container = graph.build(resources).await.map_err(|error| {
        let mut problem =
            Problem::new(ProblemKind::Construction, error.component).detail("declared", error.at.to_string());
        for step in &error.path {
            problem = problem.detail_at("needed by", &step.member, step.at);
        }
        vec![problem.detail("because", with_sources(&*error.source))]
    })?;
    report_times(&assembly.name, &container, assembly.settings.startup.slow_component);
    Ok(container)
}

/// Names what took long, and at `debug` everything, the longest first.
fn report_times(application: &str, container: &Container, slow: Duration) {
    let mut times = container.construction_times().to_vec();
    times.sort_by_key(|time| std::cmp::Reverse(time.took));
    for time in times {
        let (component, at, took) = (time.component, time.at, time.took);
        if took >= slow {
            tracing::warn!(
                "{component} ({at}) took {} to be built; startup.slow_component is {}",
                shown(took),
                shown(slow)
            );
        } else {
            tracing::debug!("{application} starts: {component} ({at}) took {took:.1?}");
        }
    }
}

/// The indicators of the framework, the components that are some, and those of modules.
fn health(
    assembly: &mut Assembly,
    documents: Option<&Documents>,
    hubs: &Hubs,
    container: &Container,
) -> HealthIndicators {
    let mut own: Vec<Arc<dyn HealthIndicator>> = Vec::new();
    own.extend(documents.map(|documents| Arc::new(documents.clone()) as _));
    own.extend(hubs.registry.as_ref().map(|hub| Arc::new(hub.clone()) as _));
    let mut users = container.all::<dyn HealthIndicator>();
    users.append(&mut assembly.health);
    HealthIndicators::new(own, users, assembly.settings.health.clone())
}

fn banner(assembly: &Assembly, bound: Option<SocketAddr>, components: usize, took: Duration) -> String {
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
    let place = bound.map_or_else(|| "embedded".to_owned(), |bound| format!("http://{bound}"));
    format!(
        "{}{version} · profile {} · {place} · {}, {}, {} · ready in {}",
        assembly.name,
        assembly.profiles.join(","),
        count(assembly.controllers.len(), "controller"),
        count(routes, "route"),
        count(components, "component"),
        shown(took),
    )
}
