use std::fmt::Write as _;

use super::{Drawing, DrawnEdge, DrawnModule, DrawnNode};
use crate::di::{How, ProblemKind};

pub(super) fn write(drawing: &Drawing) -> String {
    let mut text = counted(drawing.components, "component");
    text.push_str(", ");
    text.push_str(&counted(drawing.modules.len(), "module"));
    if drawing.problems > 0 {
        text.push_str(", ");
        text.push_str(&counted(drawing.problems, "problem"));
    }
    text.push('\n');
    for module in &drawing.modules {
        write_module(&mut text, module);
    }
    text
}

fn counted(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn write_module(text: &mut String, module: &DrawnModule) {
    let mut line = format!("{} ({})", module.name, module.at);
    for (what, names) in [("imports", &module.imports), ("exports", &module.exports)] {
        if !names.is_empty() {
            // Writing to a string does not fail.
            let _ = write!(line, "   {what} {}", names.join(", "));
        }
    }
    push(text, 0, &line, module.wrong);
    module.nodes.iter().for_each(|node| write_node(text, node));
}

fn write_node(text: &mut String, node: &DrawnNode) {
    let mut line = node.name.clone();
    if !node.provides.is_empty() {
        let _ = write!(line, " as {}", node.provides.join(", "));
    }
    let _ = write!(line, " ({})", node.at);
    if !node.scope.is_empty() {
        let _ = write!(line, "   {}", node.scope);
    }
    push(text, 1, &line, node.wrong);
    node.edges.iter().for_each(|edge| write_edge(text, edge));
}

fn write_edge(text: &mut String, edge: &DrawnEdge) {
    let asked = match edge.how {
        How::One | How::Nothing | How::Request => edge.token.clone(),
        How::Optional => format!("Option<{}>", edge.token),
        How::All => format!("Vec<{}>", edge.token),
        How::Lazy => format!("Lazy<{}>", edge.token),
        How::Factory => format!("Factory<{}>", edge.token),
        How::AsyncFactory => format!("AsyncFactory<{}>", edge.token),
    };
    let names: Vec<&str> = edge.targets.iter().map(|(name, _)| name.as_str()).collect();
    let got = match (edge.how, names.as_slice()) {
        (How::Request, _) => "the request".to_owned(),
        (_, []) => "nothing".to_owned(),
        (_, names) => names.join(", "),
    };
    let line = if asked == got {
        format!("{}: {asked}", edge.member)
    } else {
        format!("{}: {asked} → {got}", edge.member)
    };
    push(text, 2, &line, edge.wrong);
}

fn push(text: &mut String, depth: usize, line: &str, wrong: Option<ProblemKind>) {
    let mark = if wrong.is_some() { '!' } else { ' ' };
    let _ = match wrong {
        Some(kind) => writeln!(text, "{mark} {:indent$}{line}   <- {kind}", "", indent = depth * 4),
        None => writeln!(text, "{mark} {:indent$}{line}", "", indent = depth * 4),
    };
}
