//! Pages of longer lists, and the patterns that choose what is on them.

use serde::Serialize;

use super::incoming::Incoming;

/// `*` stands for any text.
pub(super) fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else {
        return rest.is_empty();
    };
    for part in parts {
        match rest.split_once(part) {
            Some((_, after)) => rest = after,
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Paged<T> {
    total_count: usize,
    page_number: usize,
    pages_available: usize,
    page_items: Vec<T>,
}

impl<T> Paged<T> {
    pub(super) fn cut<I>(all: Vec<I>, incoming: &Incoming, show: impl Fn(I) -> T) -> Self {
        let (number, size) = (
            incoming.number("pageNo", 1).max(1),
            incoming.number("pageSize", 100).max(1),
        );
        let total = all.len();
        Self {
            total_count: total,
            page_number: number,
            pages_available: total.div_ceil(size),
            page_items: all
                .into_iter()
                .skip((number - 1).saturating_mul(size))
                .take(size)
                .map(show)
                .collect(),
        }
    }
}
