//! What something that goes on by itself costs while it goes on.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::race::median;
use crate::{Background, open_sockets, processor_time};

/// What was seen in one stretch of time.
#[derive(Clone, Copy, Debug)]
pub struct Load {
    seconds: f64,
    processor: f64,
    requests: usize,
    sockets: usize,
}

impl Load {
    /// Looks at the calling thread's runtime for `time`: all that runs there must belong to the contender.
    pub async fn measure(background: &Background, time: Duration) -> Self {
        background.server().clear_journal();
        let (began, processor) = (Instant::now(), processor_time());
        sleep(time).await;
        let (seconds, processor) = (began.elapsed(), processor_time() - processor);
        let requests = background.server().journal().len();
        background.server().clear_journal();
        Self {
            seconds: seconds.as_secs_f64(),
            processor: processor.as_secs_f64(),
            requests,
            // A connection has two ends here, and one socket listens.
            sockets: open_sockets() / 2,
        }
    }
}

/// The stretches of all contenders; the first one is what the others are compared with.
#[derive(Debug)]
pub struct LoadTable<const N: usize> {
    names: [&'static str; N],
    /// The least requests per second that do the job.
    least: f64,
    seen: Vec<[Load; N]>,
}

impl<const N: usize> LoadTable<N> {
    /// `least` is how many requests per second do the job.
    #[must_use]
    pub const fn new(names: [&'static str; N], least: f64) -> Self {
        Self {
            names,
            least,
            seen: Vec::new(),
        }
    }

    /// Keeps one round.
    pub fn add(&mut self, round: [Load; N]) {
        self.seen.push(round);
    }

    /// A line for each contender, medians over the rounds.
    pub fn print(&self, title: &str) {
        println!(
            "\n{title}: {} rounds, at least {} requests/s",
            self.seen.len(),
            self.least
        );
        println!(
            "{:<34} {:>10} {:>7} {:>9} {:>7} {:>14} {:>7} {:>12}",
            "", "requests/s", "ratio", "CPU %", "ratio", "CPU us/request", "ratio", "connections"
        );
        for (index, name) in self.names.iter().enumerate() {
            let of = |part: fn(&Load) -> f64| median(self.seen.iter().map(|round| part(&round[index])).collect());
            let ratio = |part: fn(&Load) -> f64| {
                median(
                    self.seen
                        .iter()
                        .map(|round| part(&round[index]) / part(&round[0]))
                        .collect(),
                )
            };
            let rate = of(|load| load.requests as f64 / load.seconds);
            let share = |load: &Load| load.processor / load.seconds * 100.0;
            let each = |load: &Load| load.processor / load.requests as f64 * 1e6;
            println!(
                "{name:<34} {rate:>10.1} {:>7.3} {:>9.2} {:>7.3} {:>14.2} {:>7.3} {:>12.0}",
                rate / self.least,
                of(share),
                ratio(share),
                of(each),
                ratio(each),
                of(|load| load.sockets as f64),
            );
        }
    }
}
