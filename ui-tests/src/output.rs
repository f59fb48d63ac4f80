//! The compiler's text without what differs between machines and with lines of other files.

use std::path::Path;

use serde_json::Value;

/// All that the compiler said of a case, as it is kept in its `.stderr`.
#[must_use]
pub fn whole(diagnostics: &[Value], case: &Path, workspace: &Path) -> String {
    let texts: Vec<String> = diagnostics
        .iter()
        .filter(|diagnostic| has_place(diagnostic))
        .filter_map(|diagnostic| diagnostic["rendered"].as_str())
        .map(|text| normal(text, case, workspace))
        .collect();
    texts.join("\n")
}

/// Not a summary such as `aborting due to 2 previous errors`.
#[must_use]
pub fn has_place(diagnostic: &Value) -> bool {
    diagnostic["spans"].as_array().is_some_and(|spans| !spans.is_empty())
}

/// Width of the column of line numbers: a case has fewer than 100 lines.
const WIDTH: usize = 2;

fn normal(text: &str, case: &Path, workspace: &Path) -> String {
    let width = text.lines().find_map(place).map_or(WIDTH, |(indent, _)| indent);
    let mut out = String::new();
    let mut foreign = false;
    for line in text.trim_end().lines() {
        let line = match place(line) {
            Some((_, path)) => {
                let own = path.starts_with(&*case.to_string_lossy());
                foreign = !own;
                place_line(line, path, own, case, workspace)
            }
            // Lines of other files change for reasons of their own.
            None if foreign && is_source(line) => continue,
            None => {
                foreign = false;
                line.to_owned()
            }
        };
        if line.contains("the full name for the type has been written to")
            || line.contains("consider using `--verbose`")
        {
            continue;
        }
        out.push_str(aligned(&line, width).trim_end());
        out.push('\n');
    }
    out
}

/// `  --> path:1:2` or `  ::: path:1:2`: its indentation and the path.
fn place(line: &str) -> Option<(usize, &str)> {
    let trimmed = line.trim_start();
    let path = trimmed.strip_prefix("--> ").or_else(|| trimmed.strip_prefix("::: "))?;
    Some((line.len() - trimmed.len(), path))
}

fn is_source(line: &str) -> bool {
    let rest = line
        .trim_start()
        .trim_start_matches(|character: char| character.is_ascii_digit());
    rest.trim_start().starts_with('|') || line.trim() == "..."
}

fn place_line(line: &str, path: &str, own: bool, case: &Path, workspace: &Path) -> String {
    let before = &line[..line.len() - path.len()];
    if own {
        let folder = case.parent().map(|folder| folder.to_string_lossy().into_owned());
        let folder = folder.unwrap_or_default();
        return format!("{before}$DIR{}", path.trim_start_matches(&*folder));
    }
    let path = path
        .split(".rs:")
        .next()
        .map_or_else(String::new, |path| format!("{path}.rs"));
    let short = if let Some(path) = path.strip_prefix(&*workspace.to_string_lossy()) {
        format!("$WORKSPACE{path}")
    } else if let Some((_, path)) = path.split_once("/registry/src/") {
        // Without the registry's folder and the version.
        let (_, path) = path.split_once('/').unwrap_or(("", path));
        let (package, path) = path.split_once('/').unwrap_or(("", path));
        let package = package.rsplit_once('-').map_or(package, |(package, _)| package);
        format!("$CARGO/{package}/{path}")
    } else if let Some((_, path)) = path.split_once("/library/") {
        format!("$RUST/{path}")
    } else {
        path
    };
    format!("{before}{short}")
}

/// Gives the column of line numbers its width, whatever the longest number of the message was.
fn aligned(line: &str, width: usize) -> String {
    let digits = line.len()
        - line
            .trim_start_matches(|character: char| character.is_ascii_digit())
            .len();
    let rest = &line[digits..];
    if digits > 0 && rest.trim_start().starts_with(['|', '+', '-', '~']) {
        return format!("{:<WIDTH$} {}", &line[..digits], rest.trim_start());
    }
    if !line.starts_with(' ') {
        return line.to_owned();
    }
    let indent = line.len() - line.trim_start().len();
    let spaces = (indent + WIDTH).saturating_sub(width);
    format!("{}{}", " ".repeat(spaces), line.trim_start())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::normal;

    #[test]
    fn other_files_have_no_lines_and_no_machine() {
        let text = "\
error[E0277]: `Db` cannot be injected by value
   --> /home/me/bun/ui-tests/injectable/fail/by_value.rs:8:9
    |
8   |     db: Db,
    |         ^^ write `Arc<Db>`
    |
    = help: see
note: required by `Inject::EDGE`
   --> /home/me/bun/bun-server/src/di/inject.rs:123:11
    |
123 |     const EDGE: Edge;
    |           ^^^^
note: and there
   --> /home/me/.cargo/registry/src/index-1/axum-core-0.5.1/src/a.rs:7:1
";
        let expected = "\
error[E0277]: `Db` cannot be injected by value
  --> $DIR/by_value.rs:8:9
   |
8  |     db: Db,
   |         ^^ write `Arc<Db>`
   |
   = help: see
note: required by `Inject::EDGE`
  --> $WORKSPACE/bun-server/src/di/inject.rs
note: and there
  --> $CARGO/axum-core/src/a.rs
";
        let case = Path::new("/home/me/bun/ui-tests/injectable/fail/by_value.rs");
        assert_eq!(normal(text, case, Path::new("/home/me/bun")), expected);
    }
}
