//! Tokens, taken apart.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

/// Commas inside of `<..>` do not count; the `>` of `->` closes nothing.
pub(super) fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
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

pub(super) fn parenthesised(tokens: &TokenStream) -> Option<TokenStream> {
    group(tokens, Delimiter::Parenthesis)
}

pub(super) fn bracketed(tokens: &TokenStream) -> Option<TokenStream> {
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
    use super::split_at_commas;

    #[test]
    fn commas_in_generics_do_not_separate() {
        let parts = split_at_commas(quote::quote!(a = Map<u8, Vec<u8>>, b = fn(u8) -> u8, c));
        assert_eq!(parts.len(), 3);
    }
}
