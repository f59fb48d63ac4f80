use std::fmt::Write as _;

use super::{Drawing, DrawnNode};
use crate::di::How;

pub(super) fn write(drawing: &Drawing) -> String {
    let mut text = String::from("digraph components {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    for (number, module) in drawing.modules.iter().enumerate() {
        let color = if module.wrong.is_some() { " color=red;" } else { "" };
        // Writing to a string does not fail.
        let _ = writeln!(text, "  subgraph cluster_{number} {{");
        let _ = writeln!(text, "    label={};{color}", quoted(&[&module.name, &module.at]));
        for node in &module.nodes {
            write_node(&mut text, node);
        }
        text.push_str("  }\n");
    }
    drawing.nodes().for_each(|node| write_edges(&mut text, node));
    text.push_str("}\n");
    text
}

fn write_node(text: &mut String, node: &DrawnNode) {
    let tokens = node.provides.join(", ");
    let wrong = node.wrong.map(|kind| kind.to_string()).unwrap_or_default();
    let label = quoted(&[&node.name, &tokens, &node.scope, &node.at, &wrong]);
    let color = if node.wrong.is_some() { ", color=red" } else { "" };
    let _ = writeln!(text, "    n{} [label={label}{color}];", node.id);
}

fn write_edges(text: &mut String, node: &DrawnNode) {
    for (number, edge) in node.edges.iter().enumerate() {
        let style = if edge.is_later() { ", style=dashed" } else { "" };
        let color = if edge.wrong.is_some() { ", color=red" } else { "" };
        for (_, target) in &edge.targets {
            let label = quoted(&[&edge.member]);
            let _ = writeln!(text, "  n{} -> n{target} [label={label}{style}{color}];", node.id);
        }
        if let (Some(kind), true) = (edge.wrong, edge.targets.is_empty()) {
            let missing = format!("n{}_{number}", node.id);
            let label = quoted(&[&edge.token, &kind.to_string()]);
            let _ = writeln!(text, "  {missing} [label={label}, shape=octagon, color=red];");
            let _ = writeln!(
                text,
                "  n{} -> {missing} [label={}{style}{color}];",
                node.id,
                quoted(&[&edge.member])
            );
        } else if edge.how == How::Request {
            let label = quoted(&[&edge.token]);
            let _ = writeln!(text, "  request [label={label}, shape=oval];");
            let _ = writeln!(text, "  n{} -> request [label={}];", node.id, quoted(&[&edge.member]));
        }
    }
}

/// The lines that are not empty, as one string of the language.
fn quoted(lines: &[&str]) -> String {
    let lines: Vec<String> = lines
        .iter()
        .filter(|line| !line.is_empty())
        .map(|line| line.replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}
