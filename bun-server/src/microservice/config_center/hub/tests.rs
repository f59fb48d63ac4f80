use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::microservice::config_center::ConfigChange;

/// Answers what the test put there.
#[derive(Default)]
struct Scripted {
    answers: Mutex<Vec<Result<&'static str, ErrorClass>>>,
    fetches: AtomicUsize,
}

impl Scripted {
    /// The last answer is repeated.
    fn hub(answers: &[Result<&'static str, ErrorClass>]) -> (Arc<Self>, ConfigHub) {
        let mut answers = answers.to_vec();
        answers.reverse();
        let backend = Arc::new(Self {
            answers: Mutex::new(answers),
            fetches: AtomicUsize::new(0),
        });
        let hub = ConfigHub::new(
            Arc::clone(&backend) as Arc<dyn ConfigBackend>,
            "scripted://",
            HubOptions::default(),
        );
        (backend, hub)
    }

    fn fetches(&self) -> usize {
        self.fetches.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl ConfigBackend for Scripted {
    async fn fetch(&self, key: &ConfigKey) -> Result<ConfigResult, ConfigCenterError> {
        self.fetches.fetch_add(1, Ordering::SeqCst);
        let answer = {
            let mut answers = self.answers.lock().unwrap();
            if answers.len() > 1 {
                answers.pop().unwrap()
            } else {
                answers[0]
            }
        };
        match answer {
            Ok("hang") => std::future::pending().await,
            Ok(content) => Ok(ConfigResult::new(content)),
            Err(class) => Err(ConfigCenterError::new(class, key.to_string(), "scripted")),
        }
    }
}

const ABSENT: Result<&str, ErrorClass> = Err(ErrorClass::NotFound);
const DOWN: Result<&str, ErrorClass> = Err(ErrorClass::Unavailable);

fn key() -> ConfigKey {
    ConfigKey::new("order.yaml")
}

fn content(event: Option<ConfigEvent>) -> String {
    match event {
        Some(ConfigEvent::Current(None)) => "absent".into(),
        Some(ConfigEvent::Current(Some(now))) => format!("current {}", now.content),
        Some(ConfigEvent::Change(ConfigChange::Changed { old, new })) => {
            format!(
                "{} → {}",
                old.map_or("nothing".into(), |old| old.content.to_string()),
                new.content
            )
        }
        Some(ConfigEvent::Change(ConfigChange::Removed { old })) => format!("{} removed", old.content),
        None => "end".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn the_current_state_comes_first_and_the_same_never_twice() {
    let (_, hub) = Scripted::hub(&[Ok("a"), Ok("a"), Ok("b"), ABSENT, ABSENT, Ok("c")]);
    let mut stream = hub.config_stream(&key());
    for expected in ["current a", "a → b", "b removed", "nothing → c"] {
        assert_eq!(content(stream.next().await), expected);
    }
    hub.close().await;
    assert_eq!(content(stream.next().await), "end");
}

#[tokio::test(start_paused = true)]
async fn a_removal_is_confirmed_before_it_is_believed() {
    let (_, hub) = Scripted::hub(&[Ok("a"), ABSENT, Ok("a"), Ok("b")]);
    let mut stream = hub.config_stream(&key());
    assert_eq!(content(stream.next().await), "current a");
    assert_eq!(content(stream.next().await), "a → b");
}

#[tokio::test(start_paused = true)]
async fn errors_keep_what_is_known_and_slow_the_poll_down() {
    let (backend, hub) = Scripted::hub(&[Ok("a"), DOWN, DOWN, DOWN, DOWN, DOWN, Ok("b")]);
    let mut stream = hub.config_stream(&key());
    assert_eq!(content(stream.next().await), "current a");
    let began = tokio::time::Instant::now();
    assert_eq!(content(stream.next().await), "a → b");
    assert!(began.elapsed() > Duration::from_secs(3 + 7), "{:?}", began.elapsed());
    assert_eq!(backend.fetches(), 7);
    assert_eq!(hub.last_error(), None);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_never_answers_is_a_timeout() {
    let (_, hub) = Scripted::hub(&[Ok("hang")]);
    let error = hub.get_config(&key()).await.unwrap_err();
    assert_eq!(error.class(), ErrorClass::Timeout);
    assert!(
        error.to_string().contains("scripted://: no answer within 3s"),
        "{error}"
    );
}

#[tokio::test(start_paused = true)]
async fn many_listeners_share_one_poll_and_the_last_ends_it() {
    let (backend, hub) = Scripted::hub(&[Ok("a"), Ok("b")]);
    let (sender, mut receiver) = tokio::sync::mpsc::unbounded_channel();
    let subscriptions: Vec<Subscription> = (0..10)
        .map(|_| {
            let sender = sender.clone();
            hub.watch_config(&key(), Box::new(move |change| sender.send(change).unwrap()))
        })
        .collect();
    for _ in 0..10 {
        assert!(matches!(receiver.recv().await, Some(ConfigChange::Changed { .. })));
    }
    assert_eq!(backend.fetches(), 2);
    drop(subscriptions);
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(hub.task_count(), 0);
    assert!(backend.fetches() <= 3);
}

#[tokio::test(start_paused = true)]
async fn a_thousand_documents_are_polled_at_the_interval_and_no_faster() {
    let (backend, hub) = Scripted::hub(&[Ok("a")]);
    let streams: Vec<ConfigStream> = (0..1000)
        .map(|n| hub.config_stream(&ConfigKey::new(format!("{n}"))))
        .collect();
    tokio::time::sleep(Duration::from_secs(30)).await;
    let fetches = backend.fetches();
    assert!((10_000..=12_200).contains(&fetches), "{fetches}");
    drop(streams);
    hub.close().await;
    assert_eq!(hub.task_count(), 0);
    assert_eq!(hub.get_config(&key()).await.unwrap_err().class(), ErrorClass::Closed);
}
