use std::fs;

use crate::{Case, Kind, Mode, Said, Templates};

/// What became of a case.
#[derive(Debug)]
pub enum Verdict {
    /// As expected.
    Good,
    /// What was expected and what was said.
    Bad(String),
}

/// Compares what the compiler said with what is expected; with `bless` it writes down what was said.
#[must_use]
pub fn judge(case: &Case, said: &Said, mode: Mode, templates: &Templates, bless: bool) -> Verdict {
    let actual = said.messages.join("\n");
    match case.kind {
        Kind::Pass if actual.is_empty() => Verdict::Good,
        Kind::Pass => Verdict::Bad(actual),
        Kind::Fail if !actual.contains("error") => Verdict::Bad("it compiles".to_owned()),
        Kind::Fail if bless && mode == Mode::Whole => match fs::write(case.pinned(), &actual) {
            Ok(()) => Verdict::Good,
            Err(error) => Verdict::Bad(error.to_string()),
        },
        Kind::Fail => compare(case, &actual, mode, templates),
    }
}

fn compare(case: &Case, actual: &str, mode: Mode, templates: &Templates) -> Verdict {
    let expected = fs::read_to_string(case.pinned()).unwrap_or_default();
    let (expected, actual) = match mode {
        Mode::Whole => (expected, actual.to_owned()),
        Mode::OwnLines => {
            let own = |messages: &str| templates.own_lines(messages).join("\n");
            (own(&expected), own(actual))
        }
    };
    if expected == actual {
        Verdict::Good
    } else {
        Verdict::Bad(format!("expected:\n{expected}\nsaid:\n{actual}"))
    }
}
