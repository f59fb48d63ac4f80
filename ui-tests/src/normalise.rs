//! Takes out of a message what depends on the machine and on unrelated edits: the places of the checkout, of cargo's
//! registry and of the compiler, and the line numbers of the framework's own sources.

use crate::workspace;

/// Where the lines that follow come from.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A case.
    Case,
    /// The framework: what it shows is kept, without line numbers.
    Framework,
    /// A dependency or the standard library, whose sources may not be there: what it shows is dropped.
    Foreign,
}

/// Every message has a margin as wide as this for line numbers.
const MARGIN: usize = 2;

pub(crate) fn message(rendered: &str) -> String {
    let rendered = rendered.replace(&format!("{}/", workspace().display()), "");
    let Some(margin) = rendered.lines().find_map(|line| line.find("--> ")) else {
        return rendered;
    };
    let mut place = Place::Case;
    let mut lines: Vec<String> = Vec::new();
    for line in rendered.lines() {
        // Where a long type was written down, and how to see it.
        if line.contains("the full name for the type has been written to")
            || line.contains("consider using `--verbose`")
        {
            continue;
        }
        let split = margin.min(line.len());
        let in_margin =
            line.is_char_boundary(split) && line[..split].bytes().all(|byte| byte == b' ' || byte.is_ascii_digit());
        if !in_margin {
            lines.push(line.trim_end().to_owned());
            continue;
        }
        let (number, rest) = line.split_at(split);
        let arrow = ["--> ", "::: "].into_iter().find(|arrow| rest.starts_with(arrow));
        if let Some(arrow) = arrow {
            let (shown, from) = location(&rest[arrow.len()..]);
            place = from;
            lines.push(format!("{:MARGIN$}{arrow}{shown}", ""));
            continue;
        }
        let is_source = rest.trim_start().starts_with('|') || !number.trim().is_empty();
        match place {
            Place::Foreign if is_source => {}
            Place::Framework if is_source => lines.push(format!("{:MARGIN$}{rest}", "").trim_end().to_owned()),
            _ => lines.push(counted(&format!("{:>MARGIN$}{rest}", number.trim()))),
        }
    }
    lines.join("\n").trim_end().to_owned() + "\n"
}

/// `and 12 others`: how many does not matter.
fn counted(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    match words[..] {
        ["and", number, "others"] if number.parse::<u32>().is_ok() => line.replace(number, "$N"),
        _ => line.trim_end().to_owned(),
    }
}

fn location(shown: &str) -> (String, Place) {
    let path = shown.trim_end().to_owned();
    let without_numbers = path.split(':').next().unwrap_or_default();
    if path.starts_with("ui-tests/") {
        (path, Place::Case)
    } else if let Some((_, rest)) = without_numbers.split_once("/library/") {
        (format!("$RUST/{rest}"), Place::Foreign)
    } else if let Some((_, rest)) = without_numbers.split_once("/registry/src/") {
        let rest = rest.split_once('/').map_or(rest, |(_, rest)| rest);
        (format!("$CARGO/{rest}"), Place::Foreign)
    } else {
        (without_numbers.to_owned(), Place::Framework)
    }
}

#[cfg(test)]
mod tests {
    use super::message;

    #[test]
    fn what_depends_on_the_machine_is_taken_out() {
        let root = crate::workspace();
        let rendered = format!(
            "error[E0277]: no\n   --> {0}/ui-tests/a/fail/b.rs:9:5\n    |\n9   |     db: Db,\n    |     ^^\n    |\n    = help: \
             other types:\n              A\n            and 12 others\nnote: required by\n   --> {0}/bun-server/src/di.rs:120:3\n    |\n\
             120 | trait X {{}}\n    | ^^^^^\n   ::: /rustc/abc/library/core/src/x.rs:1:2\n    |\n1   | a\n",
            root.display()
        );
        let expected = "error[E0277]: no\n  --> ui-tests/a/fail/b.rs:9:5\n   |\n 9 |     db: Db,\n   |     ^^\n   |\n   = help: \
                        other types:\n             A\n           and $N others\nnote: required by\n  --> bun-server/src/di.rs\n   |\n   \
                        | trait X {}\n   | ^^^^^\n  ::: $RUST/core/src/x.rs\n";
        assert_eq!(message(&rendered), expected);
    }
}
