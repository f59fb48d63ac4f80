//! What a server holds that nobody asks: resident memory of a process of its own.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::{CONTENDERS, Outcome};

/// Serves until it is killed.
pub(crate) fn serve(name: &str) -> Outcome {
    let contender = CONTENDERS.into_iter().find(|contender| contender.name() == name);
    let contender = contender.ok_or("no such contender")?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(async {
        let (address, _alive) = contender.listen().await?;
        println!("{address}");
        std::future::pending().await
    })
}

pub(crate) fn run() -> Outcome {
    println!("\nat rest, resident memory in MB: all of it, and what is the process's own (heap, stacks)");
    for contender in CONTENDERS {
        let mut process = Command::new(std::env::current_exe()?)
            .args(["serve", contender.name()])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut line = String::new();
        if let Some(output) = process.stdout.take() {
            BufReader::new(output).read_line(&mut line)?;
        }
        let status = std::fs::read_to_string(format!("/proc/{}/status", process.id()))?;
        process.kill()?;
        process.wait()?;
        let of = |key: &str| {
            let found = status.lines().find_map(|line| line.strip_prefix(key));
            let number = found.and_then(|rest| rest.split_whitespace().next()?.parse::<f64>().ok());
            number.map_or(f64::NAN, |kilobytes| kilobytes / 1024.0)
        };
        println!("{:<34} {:>9.2} {:>9.2}", contender.name(), of("VmRSS:"), of("RssAnon:"));
    }
    Ok(())
}
