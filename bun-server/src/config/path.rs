use std::fmt;

/// One step into a tree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Key(String),
    Index(usize),
}

/// A dotted path: `limits.page_size`, `servers[0].host`; brackets also quote a key with dots, `levels[my.crate]`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Path(Vec<Segment>);

impl Path {
    pub(crate) fn parse(text: &str) -> Self {
        let mut segments = Vec::new();
        let mut rest = text;
        while !rest.is_empty() {
            if let Some((inside, after)) = rest.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
                segments.push(
                    inside
                        .parse()
                        .map_or_else(|_| Segment::Key(inside.to_owned()), Segment::Index),
                );
                rest = after.strip_prefix('.').unwrap_or(after);
                continue;
            }
            let end = rest.find(['.', '[']).filter(|end| *end > 0).unwrap_or(rest.len());
            segments.push(Segment::Key(rest[..end].to_owned()));
            rest = rest[end..].strip_prefix('.').unwrap_or(&rest[end..]);
        }
        Self(segments)
    }

    pub(crate) fn key(key: impl Into<String>) -> Self {
        Self(vec![Segment::Key(key.into())])
    }

    pub(crate) fn of_keys<'a>(keys: impl IntoIterator<Item = &'a str>) -> Self {
        Self(keys.into_iter().map(|key| Segment::Key(key.to_owned())).collect())
    }

    pub(crate) fn segments(&self) -> &[Segment] {
        &self.0
    }

    /// The path without its last step.
    pub(crate) fn parent(&self) -> Self {
        Self(
            self.0
                .split_last()
                .map_or_else(Vec::new, |(_, parents)| parents.to_vec()),
        )
    }

    pub(crate) fn child(&self, segment: Segment) -> Self {
        let mut segments = self.0.clone();
        segments.push(segment);
        Self(segments)
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Index(index) => write!(f, "[{index}]")?,
                Segment::Key(key) if key.contains('.') => write!(f, "[{key}]")?,
                Segment::Key(key) if position == 0 => f.write_str(key)?,
                Segment::Key(key) => write!(f, ".{key}")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read_as_they_are_written() {
        for text in [
            "a",
            "limits.page_size",
            "servers[0].host",
            "levels[my.crate]",
            "名称.值",
        ] {
            assert_eq!(Path::parse(text).to_string(), text);
        }
        assert_eq!(Path::parse("levels[my.crate].x").segments().len(), 3);
        assert_eq!(Path::parse("").segments(), []);
    }
}
