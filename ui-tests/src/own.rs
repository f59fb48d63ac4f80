//! Our own lines of a message: the text of an error that a macro makes (it has no code), and the message and label of a
//! `#[diagnostic::on_unimplemented]` of bun-server. They are looked up in its sources, so that none is forgotten.

use std::fs;
use std::io;
use std::path::Path;

/// The texts of `#[diagnostic::on_unimplemented]`.
#[derive(Debug, Default)]
pub struct Templates(Vec<Vec<String>>);

impl Templates {
    /// Reads them out of the sources below a folder.
    ///
    /// # Errors
    ///
    /// When they cannot be read.
    pub fn of_sources(folder: &Path) -> io::Result<Self> {
        let mut templates = Self::default();
        templates.read(folder)?;
        Ok(templates)
    }

    fn read(&mut self, folder: &Path) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            if path.is_dir() {
                self.read(&path)?;
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                self.add(&fs::read_to_string(path)?);
            }
        }
        Ok(())
    }

    fn add(&mut self, source: &str) {
        for attribute in source.split("#[diagnostic::on_unimplemented(").skip(1) {
            let attribute = attribute.split("\n)]").next().unwrap_or_default();
            for line in attribute.lines() {
                let text = line.trim().trim_end_matches(',');
                let text = text.split_once(" = \"").and_then(|(_, text)| text.strip_suffix('"'));
                self.0.extend(text.map(pieces));
            }
        }
    }

    fn fit(&self, text: &str) -> bool {
        self.0.iter().any(|pieces| fits(pieces, text))
    }

    /// What of a pinned or a fresh message is ours; sorted, since the order is the
    /// compiler's.
    #[must_use]
    pub fn own_lines(&self, messages: &str) -> Vec<String> {
        let mut own = Vec::new();
        let mut header: Option<&str> = None;
        for line in messages.lines() {
            if line.starts_with("error") {
                header = Some(line);
            } else if let Some(place) = line.trim_start().strip_prefix("--> ")
                && let Some(header) = header.take()
            {
                let text = header.split_once(": ").map_or(header, |(_, text)| text);
                // Where an error of a macro stands is our choice, where one of the compiler's stands is its own.
                let file = place.split(':').next().unwrap_or_default();
                match header.starts_with("error: ") {
                    true => own.push(format!("{place}: {text}")),
                    false if self.fit(text) => own.push(format!("{file}: {text}")),
                    false => own.push(format!("{file}: error")),
                }
            } else if let Some(label) = label(line).filter(|label| self.fit(label)) {
                own.push(format!("label: {label}"));
            }
        }
        own.sort();
        own
    }
}

/// The text behind the carets.
fn label(line: &str) -> Option<&str> {
    let marked = line.trim_start().strip_prefix('|')?.trim_start();
    let label = marked.trim_start_matches(['^', '-', '|', ' ', '_']);
    (label.len() < marked.len() && !label.is_empty()).then_some(label)
}

/// The fixed parts of a text around its `{Self}`.
fn pieces(text: &str) -> Vec<String> {
    let text = text.replace("\\\"", "\"").replace("{{", "\u{1}").replace("}}", "\u{2}");
    let mut pieces = Vec::new();
    for (index, part) in text.split('{').enumerate() {
        let fixed = match part.split_once('}') {
            Some((_, fixed)) if index > 0 => fixed,
            _ => part,
        };
        pieces.push(fixed.replace('\u{1}', "{").replace('\u{2}', "}"));
    }
    pieces
}

fn fits(pieces: &[String], text: &str) -> bool {
    let Some((first, others)) = pieces.split_first() else {
        return false;
    };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else {
        return false;
    };
    let Some((last, between)) = others.split_last() else {
        return rest.is_empty();
    };
    for piece in between {
        match rest.split_once(piece.as_str()) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::Templates;

    const SOURCE: &str = "#[diagnostic::on_unimplemented(\n    message = \"`{Self}` cannot be injected by value\",\n    \
                          label = \"write `Arc<{Self}>` in `impl {Self} {{ .. }}`\"\n)]\npub trait Inject {}\n";

    #[test]
    fn own_lines_are_told_from_those_of_the_compiler() {
        let mut templates = Templates::default();
        templates.add(SOURCE);
        let messages = "error[E0277]: `Db` cannot be injected by value\n  --> a.rs:1:2\n   |\n1  |  db: Db\n   |      ^^ write \
                        `Arc<Db>` in `impl Db { .. }`\n   = help: the trait is not implemented\nerror: write `&self`\n  --> \
                        a.rs:3:4\nerror[E0308]: mismatched types\n  --> a.rs:5:6\n   |  ^^^ expected `u8`\n";
        let expected = [
            "a.rs: `Db` cannot be injected by value",
            "a.rs: error",
            "a.rs:3:4: write `&self`",
            "label: write `Arc<Db>` in `impl Db { .. }`",
        ];
        assert_eq!(templates.own_lines(messages), expected);
    }
}
