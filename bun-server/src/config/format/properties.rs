//! `key=value` lines as `java.util.Properties` reads them, in UTF-8: comments by `#` and `!`, `\` at the end continues a line.

use std::collections::BTreeMap;
use std::iter::Peekable;
use std::str::Chars;
use std::sync::Arc;

use super::{Budget, insert, origin};
use crate::config::ParseError;
use crate::config::tree::{Node, Value};

pub(super) fn parse(text: &str, source: &Arc<str>) -> Result<Node, ParseError> {
    let mut entries = BTreeMap::new();
    let mut budget = Budget::new();
    for (line, written) in logical_lines(text) {
        let at = origin(source, line);
        budget.take(1, &at)?;
        let mut characters = written.chars().peekable();
        let wrong = |message: String| ParseError::new(at.clone(), message);
        let key = part(&mut characters, true).map_err(wrong)?;
        skip_separator(&mut characters);
        let value = part(&mut characters, false).map_err(wrong)?;
        super::check_depth(key.matches(['.', '[']).count() + 1, &at)?;
        insert(&mut entries, &key, Node::plain(value, at.clone()))?;
    }
    Ok(Node {
        value: Value::Map(entries),
        origin: origin(source, 1),
    })
}

/// Lines with what continues them, each with the number of its first; without comments and empty ones.
fn logical_lines(text: &str) -> Vec<(usize, String)> {
    let mut logical: Vec<(usize, String)> = Vec::new();
    let mut continues = false;
    for (index, line) in text.lines().enumerate() {
        let line = line.trim_start_matches([' ', '\t', '\u{c}']);
        if !continues && (line.is_empty() || line.starts_with(['#', '!'])) {
            continue;
        }
        let slashes = line.len() - line.trim_end_matches('\\').len();
        let goes_on = slashes % 2 == 1;
        let kept = if goes_on { &line[..line.len() - 1] } else { line };
        match logical.last_mut() {
            Some((_, before)) if continues => before.push_str(kept),
            _ => logical.push((index + 1, kept.to_owned())),
        }
        continues = goes_on;
    }
    logical
}

/// Reads the key, to its separator, or the value, to the end.
fn part(characters: &mut Peekable<Chars<'_>>, key: bool) -> Result<String, String> {
    let mut out = String::new();
    while let Some(next) = characters.next_if(|next| !(key && is_separator(*next))) {
        if next != '\\' {
            out.push(next);
            continue;
        }
        match characters.next() {
            Some('t') => out.push('\t'),
            Some('n') => out.push('\n'),
            Some('r') => out.push('\r'),
            Some('f') => out.push('\u{c}'),
            Some('u') => out.push(unicode(characters)?),
            Some(other) => out.push(other),
            None => {}
        }
    }
    Ok(out)
}

fn is_separator(character: char) -> bool {
    matches!(character, '=' | ':' | ' ' | '\t' | '\u{c}')
}

fn skip_separator(characters: &mut Peekable<Chars<'_>>) {
    let blank = |next: &char| matches!(next, ' ' | '\t' | '\u{c}');
    while characters.next_if(blank).is_some() {}
    if characters.next_if(|next| matches!(next, '=' | ':')).is_some() {
        while characters.next_if(blank).is_some() {}
    }
}

/// `\u4f60`; two of them for what UTF-16 writes as two.
fn unicode(characters: &mut Peekable<Chars<'_>>) -> Result<char, String> {
    let unit = |characters: &mut Peekable<Chars<'_>>| {
        let digits: String = characters.by_ref().take(4).collect();
        u16::from_str_radix(&digits, 16)
            .map_err(|_| format!("`\\u{digits}` is no character: write four hexadecimal digits"))
    };
    let first = unit(characters)?;
    let mut units = vec![first];
    if (0xd800..0xdc00).contains(&first)
        && characters.next_if_eq(&'\\').is_some()
        && characters.next_if_eq(&'u').is_some()
    {
        units.push(unit(characters)?);
    }
    match char::decode_utf16(units).next() {
        Some(Ok(character)) => Ok(character),
        _ => Err(format!("`\\u{first:04x}` is half of a character")),
    }
}
