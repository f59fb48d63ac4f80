//! `key = value`, `key(..)` and `key`, each at most once, after positional values; an unknown key is told what was meant.

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use crate::errors::ErrorSink;

/// What stands between the parentheses of an attribute.
pub(crate) struct Keys {
    positional: Vec<TokenStream>,
    entries: Vec<Entry>,
    known: &'static [&'static str],
}

struct Entry {
    key: Ident,
    value: TokenStream,
}

impl Keys {
    /// Takes the arguments apart at their top-level commas, so that one wrong key does not hide the next.
    pub(crate) fn parse(arguments: TokenStream, known: &'static [&'static str], errors: &mut ErrorSink) -> Self {
        let mut keys = Self {
            positional: Vec::new(),
            entries: Vec::new(),
            known,
        };
        for part in split_at_commas(arguments) {
            keys.add(part, errors);
        }
        keys
    }

    fn add(&mut self, part: TokenStream, errors: &mut ErrorSink) {
        if !self.is_entry(&part) {
            self.positional.push(part);
            return;
        }
        let entry = |input: ParseStream<'_>| {
            let key = input.call(Ident::parse_any)?;
            input.parse::<Option<Token![=]>>()?;
            Ok(Entry {
                key,
                value: input.parse()?,
            })
        };
        let Some(mut entry) = errors.keep(entry.parse2(part)) else {
            return;
        };
        if let Some(inner) = parenthesised(&entry.value) {
            entry.value = inner;
        }
        let name = entry.key.to_string();
        if !self.known.contains(&name.as_str()) {
            errors.at(&entry.key, unknown("key", &name, self.known));
        } else if self.entries.iter().any(|other| other.key == entry.key) {
            errors.at(&entry.key, format!("`{name}` is given twice: keep one"));
        } else {
            self.entries.push(entry);
        }
    }

    /// `key`, `key = ..` or `key(..)`. A lone word that is no key may be a value which lacks its quotes.
    fn is_entry(&self, part: &TokenStream) -> bool {
        let mut trees = part.clone().into_iter();
        match (trees.next(), trees.next()) {
            (Some(TokenTree::Ident(word)), None) => self.known.contains(&word.to_string().as_str()),
            (Some(TokenTree::Ident(_)), Some(TokenTree::Punct(punct))) => punct.as_char() == '=',
            (Some(TokenTree::Ident(_)), Some(TokenTree::Group(group))) => group.delimiter() == Delimiter::Parenthesis,
            _ => false,
        }
    }

    fn take_entry(&mut self, key: &str) -> Option<Entry> {
        let position = self.entries.iter().position(|entry| entry.key == key)?;
        Some(self.entries.swap_remove(position))
    }

    /// The first value without a key; `example` is shown when it is something else. The error is `Err`, so that the caller
    /// does not say as well that there is none.
    pub(crate) fn take_positional<T: Parse>(&mut self, example: &str, errors: &mut ErrorSink) -> Result<Option<T>, ()> {
        if self.positional.is_empty() {
            return Ok(None);
        }
        let value = self.positional.remove(0);
        syn::parse2(value.clone())
            .map(Some)
            .map_err(|_| errors.at(&value, format!("write `{example}`")))
    }

    /// The value of `key = value`; `example` is shown when there is none.
    pub(crate) fn take<T: Parse>(&mut self, key: &str, example: &str, errors: &mut ErrorSink) -> Option<T> {
        let entry = self.take_entry(key)?;
        if entry.value.is_empty() {
            errors.at(&entry.key, format!("write `{key} = {example}`"));
            return None;
        }
        match syn::parse2(entry.value.clone()) {
            Ok(value) => Some(value),
            Err(_) => {
                errors.at(&entry.value, format!("write `{key} = {example}`"));
                None
            }
        }
    }

    /// The tokens of `key(..)`, and the key.
    pub(crate) fn take_tokens(&mut self, key: &str) -> Option<(Ident, TokenStream)> {
        self.take_entry(key).map(|entry| (entry.key, entry.value))
    }

    /// A list in brackets, or one value without them; `example` is all that stands right of the `=`.
    pub(crate) fn take_list<T: Parse>(&mut self, key: &str, example: &str, errors: &mut ErrorSink) -> Vec<T> {
        let Some(entry) = self.take_entry(key) else {
            return Vec::new();
        };
        if entry.value.is_empty() {
            errors.at(&entry.key, format!("write `{key} = {example}`"));
            return Vec::new();
        }
        let items = match bracketed(&entry.value) {
            Some(inner) => split_at_commas(inner),
            None => vec![entry.value],
        };
        let item = |tokens: TokenStream| match syn::parse2(tokens.clone()) {
            Ok(item) => Some(item),
            Err(_) => {
                errors.at(&tokens, format!("write `{key} = {example}`"));
                None
            }
        };
        items.into_iter().filter_map(item).collect()
    }

    /// Whether the bare word `key` is there.
    pub(crate) fn take_flag(&mut self, key: &str, errors: &mut ErrorSink) -> bool {
        let Some(entry) = self.take_entry(key) else {
            return false;
        };
        if !entry.value.is_empty() {
            errors.at(&entry.value, format!("`{key}` takes no value: write `{key}`"));
        }
        true
    }

    /// `crate = path`
    pub(crate) fn take_crate(&mut self, errors: &mut ErrorSink) -> Option<Path> {
        self.take("crate", "some::path", errors)
    }

    /// What was not taken is not known here.
    pub(crate) fn finish(self, errors: &mut ErrorSink) {
        for value in &self.positional {
            let message = match syn::parse2::<Ident>(value.clone()) {
                Ok(word) => unknown("key", &word.to_string(), self.known),
                Err(_) if self.known == ["crate"] => "nothing more is expected here".to_owned(),
                Err(_) => format!("expected a key, one of {}", list(self.known)),
            };
            errors.at(value, message);
        }
    }
}

/// `key = "text"` pairs, as metadata has them; a key may be a word or a string.
pub(crate) fn pairs(tokens: TokenStream, errors: &mut ErrorSink) -> Vec<(String, LitStr, Span)> {
    let mut pairs: Vec<(String, LitStr, Span)> = Vec::new();
    for part in split_at_commas(tokens) {
        let pair = |input: ParseStream<'_>| {
            let (key, span) = if input.peek(LitStr) {
                let key: LitStr = input.parse()?;
                (key.value(), key.span())
            } else {
                let key = input.call(Ident::parse_any)?;
                (key.to_string(), key.span())
            };
            input.parse::<Token![=]>()?;
            Ok((key, input.parse()?, span))
        };
        match pair.parse2(part.clone()) {
            Ok(pair) if pairs.iter().any(|other| other.0 == pair.0) => {
                errors.at_span(pair.2, format!("`{}` is given twice: keep one", pair.0));
            }
            Ok(pair) => pairs.push(pair),
            Err(_) => errors.at(&part, "write `key = \"value\"`"),
        }
    }
    pairs
}

pub(crate) fn unknown(what: &str, name: &str, known: &[&str]) -> String {
    if known == ["crate"] {
        return format!("unknown {what} `{name}`: nothing is expected here");
    }
    let known_ones = list(known);
    match nearest(name, known) {
        Some(near) => format!("unknown {what} `{name}`: did you mean `{near}`? expected one of {known_ones}"),
        None => format!("unknown {what} `{name}`, expected one of {known_ones}"),
    }
}

fn list(known: &[&str]) -> String {
    known
        .iter()
        .filter(|key| **key != "crate")
        .map(|key| format!("`{key}`"))
        .collect::<Vec<_>>()
        .join(", ")
}

fn nearest<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    let limit = (name.len() / 3).clamp(1, 3);
    known
        .iter()
        .map(|key| (distance(name, key), *key))
        .min()
        .filter(|(distance, _)| *distance <= limit)
        .map(|(_, key)| key)
}

fn distance(left: &str, right: &str) -> usize {
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (i, a) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, b) in right.iter().enumerate() {
            let cost = (diagonal + usize::from(a != *b)).min(row[j] + 1).min(row[j + 1] + 1);
            diagonal = std::mem::replace(&mut row[j + 1], cost);
        }
    }
    row[right.len()]
}

/// Commas inside of `<..>` do not count; the `>` of `->` closes nothing.
fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    let mut depth = 0_i32;
    let mut before = ' ';
    for tree in tokens {
        let punct = match &tree {
            TokenTree::Punct(punct) => punct.as_char(),
            _ => ' ',
        };
        match punct {
            '<' => depth += 1,
            '>' if before != '-' => depth -= 1,
            _ => {}
        }
        before = punct;
        if punct == ',' && depth <= 0 {
            parts.push(TokenStream::new());
        } else if let Some(part) = parts.last_mut() {
            part.extend([tree]);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn parenthesised(tokens: &TokenStream) -> Option<TokenStream> {
    group(tokens, Delimiter::Parenthesis)
}

fn bracketed(tokens: &TokenStream) -> Option<TokenStream> {
    group(tokens, Delimiter::Bracket)
}

fn group(tokens: &TokenStream, delimiter: Delimiter) -> Option<TokenStream> {
    let mut trees = tokens.clone().into_iter();
    match (trees.next(), trees.next()) {
        (Some(TokenTree::Group(group)), None) if group.delimiter() == delimiter => Some(group.stream()),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: &[&str] = &["data_id", "group", "key"];

    #[test]
    fn an_unknown_key_is_told_what_was_meant() {
        assert_eq!(
            unknown("key", "dataid", KNOWN),
            "unknown key `dataid`: did you mean `data_id`? expected one of `data_id`, `group`, `key`"
        );
        assert_eq!(
            unknown("key", "x", KNOWN),
            "unknown key `x`, expected one of `data_id`, `group`, `key`"
        );
    }

    #[test]
    fn commas_in_generics_do_not_separate() {
        let parts = split_at_commas(quote::quote!(a = Map<u8, Vec<u8>>, b = fn(u8) -> u8, c));
        assert_eq!(parts.len(), 3);
    }

    fn said(errors: ErrorSink) -> Vec<String> {
        let errors = errors.into_error().into_iter().flatten();
        errors.map(|error| error.to_string()).collect()
    }

    #[test]
    fn a_value_without_its_quotes_is_no_unknown_key() {
        for value in [quote::quote!(orders), quote::quote!(limits.size), quote::quote!(20)] {
            let mut errors = ErrorSink::default();
            let mut keys = Keys::parse(value, KNOWN, &mut errors);
            let taken = keys.take_positional::<LitStr>("#[config_value(\"..\")]", &mut errors);
            keys.finish(&mut errors);
            assert!(taken.is_err());
            assert_eq!(said(errors), ["write `#[config_value(\"..\")]`"]);
        }
    }

    #[test]
    fn each_wrong_item_of_a_list_is_told() {
        let mut errors = ErrorSink::default();
        let mut keys = Keys::parse(quote::quote!(key = [A, b(), dyn C, 5], group = D), KNOWN, &mut errors);
        assert_eq!(keys.take_list::<syn::Type>("key", "[T]", &mut errors).len(), 2);
        assert_eq!(keys.take_list::<syn::Type>("group", "[T]", &mut errors).len(), 1);
        assert!(keys.take_list::<syn::Type>("data_id", "[T]", &mut errors).is_empty());
        keys.finish(&mut errors);
        assert_eq!(said(errors), ["write `key = [T]`", "write `key = [T]`"]);
    }

    #[test]
    fn where_nothing_is_known_nothing_is_offered() {
        let mut errors = ErrorSink::default();
        Keys::parse(quote::quote!(threads = 4, "x", crate = a::b), &["crate"], &mut errors).finish(&mut errors);
        assert_eq!(
            said(errors),
            [
                "unknown key `threads`: nothing is expected here",
                "nothing more is expected here"
            ]
        );
    }

    #[test]
    fn metadata_is_pairs_of_texts() {
        let mut errors = ErrorSink::default();
        let tokens = quote::quote!(zone = "a", "x.y" = "b", type = "c", zone = "d", port = 5, flag);
        let pairs = pairs(tokens, &mut errors);
        let names: Vec<&str> = pairs.iter().map(|(key, ..)| key.as_str()).collect();
        assert_eq!(names, ["zone", "x.y", "type"]);
        assert_eq!(said(errors).len(), 3);
    }

    #[test]
    fn several_mistakes_are_found_at_once() {
        let mut errors = ErrorSink::default();
        let keys = Keys::parse(
            quote::quote!("x", dataid = 1, key = 2, key = 3, grp),
            KNOWN,
            &mut errors,
        );
        keys.finish(&mut errors);
        assert_eq!(said(errors).len(), 4);
    }
}
