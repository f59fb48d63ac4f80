//! One page of a longer list.

use serde::{Deserialize, Serialize};

/// One page of a longer list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Page<T> {
    /// How many there are on all pages.
    #[serde(rename = "totalCount")]
    pub total: u64,
    /// The number of this page, from 1.
    #[serde(rename = "pageNumber")]
    pub number: u64,
    /// How many pages there are.
    #[serde(rename = "pagesAvailable")]
    pub pages: u64,
    /// What is on this page.
    #[serde(rename = "pageItems", default = "Vec::new")]
    pub items: Vec<T>,
}

impl<T> Page<T> {
    pub(super) fn map<U>(self, convert: impl FnMut(T) -> U) -> Page<U> {
        Page {
            total: self.total,
            number: self.number,
            pages: self.pages,
            items: self.items.into_iter().map(convert).collect(),
        }
    }
}
