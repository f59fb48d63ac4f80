//! Turns of all contenders, and the ratios within one round.

use crate::CONTENDERS;

/// What each contender's turn of each round cost.
#[derive(Debug, Default)]
pub(crate) struct Table {
    rounds: Vec<[f64; CONTENDERS.len()]>,
}

impl Table {
    pub(crate) fn add(&mut self, round: [f64; CONTENDERS.len()]) {
        self.rounds.push(round);
    }

    /// A line for each contender: the least, the median, and the median of the ratios to the first one.
    pub(crate) fn print(&self, title: &str) {
        println!("\n{title}, {} rounds", self.rounds.len());
        println!("{:<34} {:>9} {:>9} {:>7}", "", "least", "median", "ratio");
        for (index, contender) in CONTENDERS.iter().enumerate() {
            let values: Vec<f64> = self.rounds.iter().map(|round| round[index]).collect();
            let least = values.iter().copied().fold(f64::INFINITY, f64::min);
            let ratio = median(self.rounds.iter().map(|round| round[index] / round[0]).collect());
            println!(
                "{:<34} {least:>9.2} {:>9.2} {ratio:>7.3}",
                contender.name(),
                median(values)
            );
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}
