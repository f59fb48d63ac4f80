//! Contenders that do the same thing in turns.

use std::io;
use std::time::Duration;

use tokio::time::Instant;

use crate::processor_time;

/// One thread for everything, so that its processor time is the whole cost of a client.
///
/// # Errors
/// When the system refuses it.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// One turn, divided by its calls.
#[derive(Clone, Copy, Debug)]
struct Turn {
    wall: f64,
    processor: f64,
}

/// The turns of all contenders; the first one is what the others are compared with.
#[derive(Debug)]
pub struct Race<const N: usize> {
    names: [&'static str; N],
    calls: u32,
    rounds: Vec<[Option<Turn>; N]>,
}

impl<const N: usize> Race<N> {
    /// `calls` is how often a contender does its thing in one turn.
    #[must_use]
    pub const fn new(names: [&'static str; N], calls: u32) -> Self {
        Self {
            names,
            calls,
            rounds: Vec::new(),
        }
    }

    /// Opens the next round and says who runs in which order: each contender is first equally often.
    pub fn round(&mut self) -> [usize; N] {
        let round = self.rounds.len();
        self.rounds.push([None; N]);
        std::array::from_fn(|step| (round + step) % N)
    }

    /// Runs one contender's turn of this round.
    ///
    /// # Errors
    /// Those of a call; the turn does not count.
    pub async fn turn<E>(&mut self, contender: usize, mut call: impl AsyncFnMut() -> Result<(), E>) -> Result<(), E> {
        let (wall, processor) = (Instant::now(), processor_time());
        for _ in 0..self.calls {
            call().await?;
        }
        let turn = Turn {
            wall: per_call(wall.elapsed(), self.calls),
            processor: per_call(processor_time() - processor, self.calls),
        };
        if let Some(turns) = self.rounds.last_mut() {
            turns[contender] = Some(turn);
        }
        Ok(())
    }

    /// A line for each contender: microseconds per call, and the median of the ratios within one round.
    pub fn print(&self, title: &str) {
        println!("\n{title}: {} rounds of {} calls", self.rounds.len(), self.calls);
        println!(
            "{:<44} {:>10} {:>10} {:>7} {:>10} {:>10} {:>7}",
            "", "wall us", "median", "ratio", "CPU us", "median", "ratio"
        );
        for (index, name) in self.names.iter().enumerate() {
            let [wall, processor] = [|turn: Turn| turn.wall, |turn: Turn| turn.processor].map(|part| {
                let of = |index: usize, round: &[Option<Turn>; N]| round[index].map(part);
                let values: Vec<f64> = self.rounds.iter().filter_map(|round| of(index, round)).collect();
                let ratios = self
                    .rounds
                    .iter()
                    .filter_map(|round| Some(of(index, round)? / of(0, round)?))
                    .collect();
                let least = values.iter().copied().fold(f64::INFINITY, f64::min);
                format!("{least:>10.2} {:>10.2} {:>7.3}", median(values), median(ratios))
            });
            println!("{name:<44} {wall} {processor}");
        }
    }
}

fn per_call(time: Duration, calls: u32) -> f64 {
    time.as_secs_f64() * 1e6 / f64::from(calls)
}

/// The one in the middle; NaN when there is none.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
