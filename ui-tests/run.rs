//! Runs the cases; see the crate's documentation.
#![expect(clippy::print_stdout, reason = "the report")]

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use ui_tests::case::{self, Case};
use ui_tests::compiler::{self, Places};
use ui_tests::verdict::{Mode, judge};

fn main() -> io::Result<ExitCode> {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let parent = |path: &Path| path.parent().map(Path::to_path_buf).unwrap_or_default();
    let places = Places {
        workspace: parent(&here),
        target: parent(Path::new(env!("CARGO_TARGET_TMPDIR"))),
    };
    let filters: Vec<String> = std::env::args().skip(1).filter(|word| !word.starts_with('-')).collect();
    let wanted = |case: &Case| filters.is_empty() || filters.iter().any(|filter| case.name.contains(filter));
    let (cases, others): (Vec<Case>, Vec<Case>) = case::find(&here)?.into_iter().partition(wanted);

    let pinned = std::fs::read_to_string(here.join("RUSTC"))?.trim().to_owned();
    let version = compiler::version()?;
    let mode = if version != pinned {
        println!("{version} is not {pinned}: our own words are compared, and not the compiler's");
        Mode::OwnWords
    } else if std::env::var_os("BLESS").is_some() {
        println!("the messages of {version} are written anew");
        Mode::Bless
    } else {
        println!("{version}: whole messages are compared");
        Mode::Whole
    };

    println!("running {} cases", cases.len());
    let outputs = compiler::check(&cases, &places)?;
    let mut problems = Vec::new();
    for case in &cases {
        let verdict = judge(case, &outputs[&case.target()], mode, &places.workspace);
        let word = if verdict.is_ok() { "ok" } else { "FAILED" };
        println!("test {} ... {word}", case.name);
        problems.extend(verdict.err().map(|problem| (&case.name, problem)));
    }
    for (name, problem) in &problems {
        println!("\n---- {name} ----\n{problem}");
    }
    let failed = problems.len();
    let word = if failed == 0 { "ok" } else { "FAILED" };
    let (passed, left_out) = (cases.len() - failed, others.len());
    println!(
        "\ntest result: {word}. {passed} passed; {failed} failed; 0 ignored; 0 measured; {left_out} filtered out\n"
    );
    Ok(if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}
