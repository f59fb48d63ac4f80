//! `key = value`, `key(..)` and `key`, each at most once, after positional values; an unknown key is told what was meant.

mod split;
#[cfg(test)]
mod tests;
mod unknown;

use proc_macro2::{Delimiter, Span, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{Parse, ParseStream, Parser};
use syn::{Ident, LitStr, Path, Token};

use self::split::{bracketed, parenthesised, split_at_commas};
use self::unknown::list;
pub(crate) use self::unknown::unknown;
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
