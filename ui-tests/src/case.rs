use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What is expected of a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An error, pinned.
    Fail,
    /// Not even a warning.
    Pass,
}

/// One file.
#[derive(Clone, Debug)]
pub struct Case {
    /// The macro: the name of its folder.
    pub group: String,
    /// Pass or fail.
    pub kind: Kind,
    /// What is wrong, or what works.
    pub name: String,
    /// The file.
    pub path: PathBuf,
}

impl Case {
    /// `injectable/fail/by_value`
    #[must_use]
    pub fn title(&self) -> String {
        format!("{}/{}/{}", self.group, self.kind_name(), self.name)
    }

    /// The name of its binary.
    #[must_use]
    pub fn binary(&self) -> String {
        format!("{}_{}_{}", self.group, self.kind_name(), self.name)
    }

    /// The file with the pinned messages.
    #[must_use]
    pub fn pinned(&self) -> PathBuf {
        self.path.with_extension("stderr")
    }

    fn kind_name(&self) -> &'static str {
        match self.kind {
            Kind::Fail => "fail",
            Kind::Pass => "pass",
        }
    }
}

/// Every case below a folder, in the order of their names.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn discover(package: &Path) -> io::Result<Vec<Case>> {
    let mut cases = Vec::new();
    for group in sorted(package)? {
        for (kind, folder) in [(Kind::Fail, "fail"), (Kind::Pass, "pass")] {
            let folder = group.join(folder);
            if !folder.is_dir() {
                continue;
            }
            for path in sorted(&folder)? {
                if path.extension().is_some_and(|extension| extension == "rs") {
                    cases.push(Case {
                        group: stem(&group),
                        kind,
                        name: stem(&path),
                        path,
                    });
                }
            }
        }
    }
    Ok(cases)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
