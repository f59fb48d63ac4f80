//! The hooks of components: begun in the order of construction, stopped in reverse, each started one exactly once.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::Instant;

use super::phases::shown;
use crate::di::{Container, Hook, HookFuture, Hooks, Problem, ProblemKind};
use crate::error::with_sources;

/// The components of an application, and how many of them were started.
#[derive(Debug)]
pub(super) struct ComponentHooks {
    container: Container,
    /// So many of the container's hooks, in the order of construction.
    started: AtomicUsize,
    #[cfg(feature = "testing")]
    out_of_order: std::sync::OnceLock<Vec<String>>,
}

impl ComponentHooks {
    pub(super) const fn new(container: Container) -> Self {
        Self {
            container,
            started: AtomicUsize::new(0),
            #[cfg(feature = "testing")]
            out_of_order: std::sync::OnceLock::new(),
        }
    }

    pub(super) const fn container(&self) -> &Container {
        &self.container
    }

    /// Runs the `on_start` hooks, one after the other, each within `limit`, until one fails. A component without one counts as
    /// started when its turn comes.
    pub(super) async fn start(&self, limit: Duration) -> Result<(), Problem> {
        for (number, hooks) in self.container.hooks().iter().enumerate() {
            run("on_start", hooks, hooks.on_start.as_ref(), limit).await?;
            self.started.store(number + 1, Ordering::Relaxed);
        }
        Ok(())
    }

    /// Runs the `on_ready` hooks in the same way.
    pub(super) async fn ready(&self, limit: Duration) -> Result<(), Problem> {
        for hooks in self.container.hooks() {
            run("on_ready", hooks, hooks.on_ready.as_ref(), limit).await?;
        }
        Ok(())
    }

    /// Runs the `on_stop` hooks of what was started, in reverse, within `limit` together; returns what failed. One that hangs
    /// keeps no other from being stopped: after its share of the time the next one begins beside it.
    pub(super) async fn stop(&self, limit: Duration) -> Vec<String> {
        let started = self.started.swap(0, Ordering::Relaxed);
        let hooks = self.container.hooks().get(..started).unwrap_or_default();
        let stops: Vec<(&Hooks, &Hook)> = hooks
            .iter()
            .rev()
            .filter_map(|hooks| Some((hooks, hooks.on_stop.as_ref()?)))
            .collect();
        let deadline = Instant::now() + limit;
        let mut stopping = Stopping::default();
        for (number, (hooks, on_stop)) in stops.iter().enumerate() {
            let left = u32::try_from(stops.len() - number).unwrap_or(u32::MAX);
            let share = deadline.saturating_duration_since(Instant::now()) / left;
            stopping.begin(hooks, on_stop());
            // What has not ended goes on beside the next one.
            let _ = tokio::time::timeout(share, stopping.newest_ended()).await;
        }
        let _ = tokio::time::timeout_at(deadline, stopping.all_ended()).await;
        for hook in &stopping.out_of_order {
            tracing::warn!("{hook}");
        }
        #[cfg(feature = "testing")]
        let _ = self.out_of_order.set(stopping.out_of_order.clone());
        stopping.failures(limit)
    }

    /// Which `on_stop` hooks still ran when others began that should have waited for them.
    #[cfg(feature = "testing")]
    pub(super) fn out_of_order(&self) -> Vec<String> {
        self.out_of_order.get().cloned().unwrap_or_default()
    }
}

async fn run(phase: &str, hooks: &Hooks, hook: Option<&Hook>, limit: Duration) -> Result<(), Problem> {
    let Some(hook) = hook else { return Ok(()) };
    let mut future = hook();
    let guarded = poll_fn(|context| poll_guarded(&mut future, context));
    let because = match tokio::time::timeout(limit, guarded).await {
        Ok(Ok(())) => return Ok(()),
        Ok(Err(failure)) => failure,
        Err(_) => format!("it did not end within {} (startup.hook_timeout)", shown(limit)),
    };
    let problem = Problem::new(ProblemKind::Hook, format!("{phase} of {} failed", hooks.component))
        .detail("declared", hooks.at.to_string())
        .detail("because", because);
    Err(problem)
}

/// A hook that panics failed, and nothing else did.
fn poll_guarded(hook: &mut HookFuture<'static>, context: &mut Context<'_>) -> Poll<Result<(), String>> {
    match catch_unwind(AssertUnwindSafe(|| hook.as_mut().poll(context))) {
        Ok(outcome) => outcome.map(|outcome| outcome.map_err(|error| with_sources(&*error))),
        Err(_) => Poll::Ready(Err("it panicked".to_owned())),
    }
}

/// `on_stop` hooks that were begun, the newest last.
#[derive(Default)]
struct Stopping<'a> {
    begun: Vec<Begun<'a>>,
    out_of_order: Vec<String>,
}

struct Begun<'a> {
    hooks: &'a Hooks,
    future: HookFuture<'static>,
    outcome: Option<Result<(), String>>,
}

impl<'a> Stopping<'a> {
    fn begin(&mut self, hooks: &'a Hooks, future: HookFuture<'static>) {
        if let Some(Begun {
            hooks: earlier,
            outcome: None,
            ..
        }) = self.begun.last()
        {
            let (earlier, at, later) = (earlier.component, earlier.at, hooks.component);
            self.out_of_order.push(format!(
                "on_stop of {earlier} ({at}) still ran when that of {later} began"
            ));
        }
        self.begun.push(Begun {
            hooks,
            future,
            outcome: None,
        });
    }

    fn poll(&mut self, context: &mut Context<'_>) {
        for begun in self.begun.iter_mut().filter(|begun| begun.outcome.is_none()) {
            if let Poll::Ready(outcome) = poll_guarded(&mut begun.future, context) {
                begun.outcome = Some(outcome);
            }
        }
    }

    fn newest_ended(&mut self) -> impl Future<Output = ()> {
        self.ended(|begun| begun.last().is_none_or(|newest| newest.outcome.is_some()))
    }

    fn all_ended(&mut self) -> impl Future<Output = ()> {
        self.ended(|begun| begun.iter().all(|begun| begun.outcome.is_some()))
    }

    fn ended(&mut self, enough: impl Fn(&[Begun<'a>]) -> bool) -> impl Future<Output = ()> {
        poll_fn(move |context| {
            self.poll(context);
            if enough(&self.begun) {
                Poll::Ready(())
            } else {
                Poll::Pending
            }
        })
    }

    fn failures(self, limit: Duration) -> Vec<String> {
        let failure = |begun: Begun<'_>| {
            let place = format!("on_stop of {} ({})", begun.hooks.component, begun.hooks.at);
            match begun.outcome {
                Some(Ok(())) => None,
                Some(Err(failure)) => Some(format!("{place} failed: {failure}")),
                None => Some(format!(
                    "{place} did not end within {} (shutdown.hook_timeout)",
                    shown(limit)
                )),
            }
        };
        self.begun.into_iter().filter_map(failure).collect()
    }
}
