use std::fmt::Write as _;

use super::{Drawing, DrawnNode};
use crate::di::How;

pub(super) fn write(drawing: &Drawing) -> String {
    let mut text = String::from("flowchart LR\n");
    let mut wrong: Vec<String> = Vec::new();
    for (number, module) in drawing.modules.iter().enumerate() {
        // Writing to a string does not fail.
        let _ = writeln!(text, "  subgraph m{number}[{}]", quoted(&[&module.name]));
        for node in &module.nodes {
            let label = quoted(&[&node.name, &node.provides.join(", "), &node.scope]);
            let _ = writeln!(text, "    n{}[{label}]", node.id);
            if node.wrong.is_some() {
                wrong.push(format!("n{}", node.id));
            }
        }
        text.push_str("  end\n");
        if module.wrong.is_some() {
            wrong.push(format!("m{number}"));
        }
    }
    let mut edges = Edges::default();
    drawing.nodes().for_each(|node| edges.of(node));
    text.push_str(&edges.text);
    wrong.extend(edges.missing);
    if !edges.red.is_empty() {
        let _ = writeln!(text, "  linkStyle {} stroke:#d00", edges.red.join(","));
    }
    if !wrong.is_empty() {
        text.push_str("  classDef wrong stroke:#d00,stroke-width:2px\n");
        let _ = writeln!(text, "  class {} wrong", wrong.join(","));
    }
    text
}

/// Links are styled by their position.
#[derive(Default)]
struct Edges {
    text: String,
    count: usize,
    red: Vec<String>,
    missing: Vec<String>,
}

impl Edges {
    fn of(&mut self, node: &DrawnNode) {
        for (number, edge) in node.edges.iter().enumerate() {
            let arrow = if edge.is_later() { "-.->" } else { "-->" };
            let is_wrong = edge.wrong.is_some();
            for (_, target) in &edge.targets {
                self.link(node.id, arrow, &edge.member, &format!("n{target}"), is_wrong);
            }
            if let (Some(kind), true) = (edge.wrong, edge.targets.is_empty()) {
                let missing = format!("n{}_{number}", node.id);
                let label = quoted(&[&edge.token, &kind.to_string()]);
                self.link(node.id, arrow, &edge.member, &format!("{missing}{{{{{label}}}}}"), true);
                self.missing.push(missing);
            } else if edge.how == How::Request {
                let request = format!("request([{}])", quoted(&[&edge.token]));
                self.link(node.id, arrow, &edge.member, &request, is_wrong);
            }
        }
    }

    fn link(&mut self, from: usize, arrow: &str, member: &str, to: &str, is_wrong: bool) {
        let label = quoted(&[member]);
        let _ = writeln!(self.text, "  n{from} {arrow}|{label}| {to}");
        if is_wrong {
            self.red.push(self.count.to_string());
        }
        self.count += 1;
    }
}

/// The lines that are not empty, as one label.
fn quoted(lines: &[&str]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| {
            line.replace('&', "&amp;")
                .replace('"', "&quot;")
                .replace('<', "&lt;")
                .replace('>', "&gt;")
        })
        .collect();
    format!("\"{}\"", lines.join("<br/>"))
}
