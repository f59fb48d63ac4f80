//! Runs every case: `cargo test -p ui-tests [-- PART_OF_A_NAME]..`

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use ui_tests::{Kind, Mode, Templates, Verdict, check_all, discover, judge, mode, package, workspace};

#[expect(
    clippy::disallowed_methods,
    reason = "how long cargo took is no business of a paused clock"
)]
fn main() -> io::Result<ExitCode> {
    let started = Instant::now();
    let mut out = io::stdout().lock();
    let wanted: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let bless = std::env::var_os("UI_TESTS_BLESS").is_some();
    let (mode, compiler) = mode(&package())?;
    let all = discover(&package())?;
    let templates = Templates::of_sources(&workspace().join("bun-server/src"))?;
    let said = check_all(&all, &Path::new(env!("CARGO_TARGET_TMPDIR")).join("ui"))?;
    let cases: Vec<_> = all
        .iter()
        .filter(|case| wanted.is_empty() || wanted.iter().any(|word| case.title().contains(word)))
        .collect();
    writeln!(out, "\nrunning {} tests", cases.len())?;
    let mut bad = Vec::new();
    for case in &cases {
        let verdict = said
            .get(&case.binary())
            .map(|said| judge(case, said, mode, &templates, bless));
        if let Some(Verdict::Good) = verdict {
            writeln!(out, "test {} ... ok", case.title())?;
        } else {
            writeln!(out, "test {} ... FAILED", case.title())?;
            bad.push((case, verdict));
        }
    }
    for (case, verdict) in &bad {
        let Some(Verdict::Bad(text)) = verdict else { continue };
        writeln!(out, "\n---- {} ----\n{text}", case.title())?;
    }
    let failing = cases.iter().filter(|case| case.kind == Kind::Fail).count();
    let compared = match mode {
        Mode::Whole => "messages compared whole",
        Mode::OwnLines => "not the compiler of ui-tests/RUSTC: only our own lines compared",
    };
    writeln!(
        out,
        "\nui: {compiler}, {compared}; {failing} cases that fail, {} that pass",
        cases.len() - failing
    )?;
    writeln!(
        out,
        "\ntest result: {}. {} passed; {} failed; 0 ignored; 0 measured; {} filtered out; finished in {:.2}s\n",
        if bad.is_empty() { "ok" } else { "FAILED" },
        cases.len() - bad.len(),
        bad.len(),
        all.len() - cases.len(),
        started.elapsed().as_secs_f32()
    )?;
    Ok(if bad.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
