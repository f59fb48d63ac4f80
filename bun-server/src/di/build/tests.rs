use std::sync::Mutex;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::*;
use crate::di::{DynamicModule, DynamicModuleBuilder, Imports, IntoModule, Lazy, ModuleNode, SourceLocation};

type Log = Arc<Mutex<Vec<&'static str>>>;

struct Noted(&'static str, Log);

impl Noted {
    fn new(name: &'static str, log: &Log) -> Self {
        log.lock().unwrap().push(name);
        Self(name, Arc::clone(log))
    }
}

impl Drop for Noted {
    fn drop(&mut self) {
        self.1.lock().unwrap().push(self.0);
    }
}

struct First(#[expect(dead_code, reason = "its drop is what is looked at")] Noted);
struct Second(#[expect(dead_code, reason = "its drop is what is looked at")] Noted);
struct Both;

fn graph(module: impl FnOnce(DynamicModuleBuilder) -> DynamicModuleBuilder) -> Graph {
    struct Tests;
    let at = SourceLocation { file: "test", line: 1 };
    let mut imports = Imports::new(ModuleNode::application(at));
    module(DynamicModule::builder::<Tests>().global())
        .build()
        .into_module(&mut imports);
    let graph = Graph::check(imports.into_modules());
    assert!(graph.problems().is_empty(), "{:?}", graph.problems());
    graph
}

#[tokio::test(start_paused = true)]
async fn async_constructors_that_do_not_need_each_other_run_at_once() {
    let log = Log::default();
    let (one, two) = (Arc::clone(&log), Arc::clone(&log));
    let graph = graph(|module| {
        module
            .provide_with::<Both, _>(|_: Arc<First>, _: Arc<Second>| async { Both })
            .provide_with::<First, _>(move || {
                let log = Arc::clone(&one);
                async move {
                    sleep(Duration::from_millis(50)).await;
                    First(Noted::new("first", &log))
                }
            })
            .provide_with::<Second, _>(move || {
                let log = Arc::clone(&two);
                async move {
                    sleep(Duration::from_millis(30)).await;
                    Ok::<_, std::io::Error>(Second(Noted::new("second", &log)))
                }
            })
            .export::<Both>()
    });
    let begun = Instant::now();
    let container = graph.build(Resources::new()).await.unwrap();
    assert_eq!(begun.elapsed(), Duration::from_millis(50));
    assert_eq!(*log.lock().unwrap(), ["second", "first"]);
    assert!(container.get::<Both>().is_ok());
}

#[tokio::test(start_paused = true)]
async fn what_was_built_before_a_failure_is_dropped_in_reverse() {
    let log = Log::default();
    let (one, two) = (Arc::clone(&log), Arc::clone(&log));
    let graph = graph(|module| {
        module
            .provide_with::<First, _>(move || First(Noted::new("first", &one)))
            .provide_with::<Second, _>(move |_: Arc<First>| {
                let log = Arc::clone(&two);
                async move { Second(Noted::new("second", &log)) }
            })
            .provide_with::<Both, _>(|_: Arc<Second>| async { Err::<Both, _>(std::io::Error::other("no")) })
    });
    let error = graph.build(Resources::new()).await.unwrap_err();
    assert_eq!(error.source.to_string(), "no");
    assert!(error.component.ends_with("Both"), "{error}");
    assert_eq!(*log.lock().unwrap(), ["first", "second", "second", "first"]);
}

#[tokio::test]
async fn a_lazy_dependency_is_not_waited_for() {
    let graph = graph(|module| {
        module
            .provide_with::<Both, _>(|later: Lazy<u32>| {
                assert!(later.get().is_err(), "not built yet");
                Both
            })
            .provide_with::<u32, _>(|_: Arc<Both>| async { 7_u32 })
            .export::<u32>()
    });
    let container = graph.build(Resources::new()).await.unwrap();
    assert_eq!(container.get_ref::<u32>().copied(), Ok(7));
}

#[tokio::test]
async fn all_of_a_token_come_in_the_order_of_their_listing() {
    trait Step: Send + Sync {
        fn name(&self) -> &'static str;
    }
    struct Named(&'static str);
    impl Step for Named {
        fn name(&self) -> &'static str {
            self.0
        }
    }
    struct Pipeline(Vec<&'static str>);
    struct Others;

    let graph = graph(|module| {
        let others = DynamicModule::builder::<Others>()
            .provide_shared::<dyn Step>(Arc::new(Named("exported")))
            .export::<dyn Step>();
        module
            .import(others.build())
            .provide_with::<Pipeline, _>(
                |steps: Vec<Arc<dyn Step>>, none: Vec<Arc<dyn std::fmt::Debug + Send + Sync>>| {
                    assert!(none.is_empty());
                    Pipeline(steps.iter().map(|step| step.name()).collect())
                },
            )
            .provide_shared::<dyn Step>(Arc::new(Named("own")))
            .export::<Pipeline>()
    });
    let container = graph.build(Resources::new()).await.unwrap();
    assert_eq!(container.get::<Pipeline>().unwrap().0, ["own", "exported"]);
    assert_eq!(container.all::<dyn Step>().len(), 2);
}
