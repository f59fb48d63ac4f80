use super::*;

struct Directory(PathBuf);

impl Directory {
    fn with(files: &[(&str, &str)]) -> Self {
        let name = format!("bun-local-{}-{}", std::process::id(), fastrand::u64(..));
        let path = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&path).unwrap();
        for (name, content) in files {
            std::fs::write(path.join(name), content).unwrap();
        }
        Self(path)
    }

    fn sources(&self, variables: &[(&str, &str)]) -> LocalSources {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        LocalSources {
            directory: self.0.clone(),
            variables: variables.collect(),
            ..LocalSources::default()
        }
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn config(sources: &mut LocalSources) -> super::super::ConfigService {
    let (trees, problems) = sources.read();
    assert!(problems.is_empty(), "{problems:?}");
    super::super::ConfigService::new(trees, &[])
}

#[test]
fn several_profiles_are_laid_over_each_other_and_unknown_ones_are_named_with_what_there_is() {
    let directory = Directory::with(&[
        ("application.toml", "word = \"base\"\nversion = 1.20"),
        ("application-dev.yaml", "word: dev"),
        (
            "application-cn.properties",
            "# comment\nword=\\u4e2d\\u6587\nservers[0].host=a\nservers[1].host=b",
        ),
    ]);
    let both = config(&mut directory.sources(&[("BUN_PROFILE", "dev, cn")]));
    assert_eq!(both.get::<String>("word").unwrap(), "中文");
    assert_eq!(both.get::<String>("version").unwrap(), "1.20");
    assert_eq!(both.get::<f64>("version").unwrap(), 1.2);
    let servers: Vec<BTreeMap<String, String>> = both.get("servers").unwrap();
    assert_eq!(servers[1]["host"], "b");
    assert!(
        both.origin("servers[1].host")
            .unwrap()
            .to_string()
            .ends_with("application-cn.properties:4")
    );
    assert!(
        both.origin("version")
            .unwrap()
            .to_string()
            .ends_with("application.toml:2")
    );
    assert_eq!(
        config(&mut directory.sources(&[])).get::<String>("word").unwrap(),
        "dev"
    );
    for unknown in ["prd", "../cn"] {
        let (_, problems) = directory.sources(&[("BUN_PROFILE", unknown)]).read();
        let told = problems[0].to_string();
        assert!(told.contains("known are `cn`, `dev`"), "{told}");
    }
}

#[test]
fn a_dotenv_counts_in_dev_only_and_the_real_environment_wins() {
    let directory = Directory::with(&[
        (
            ".env",
            "# local\nBUN_DB__HOST=localhost\nexport BUN_DB__PORT=\"1\"\nWHO=me\n",
        ),
        ("application.yaml", "who: ${WHO:nobody}"),
        ("application-prod.yaml", "{}"),
    ]);
    let dev = config(&mut directory.sources(&[("BUN_DB__PORT", "2")]));
    assert_eq!(dev.get::<String>("db.host").unwrap(), "localhost");
    assert_eq!(dev.origin("db.host").unwrap().to_string(), ".env:2");
    assert_eq!(dev.get::<u16>("db.port").unwrap(), 2);
    assert_eq!(dev.get::<String>("who").unwrap(), "me");
    let prod = config(&mut directory.sources(&[("BUN_PROFILE", "prod")]));
    assert!(prod.get::<String>("db.host").is_err());
    assert_eq!(prod.get::<String>("who").unwrap(), "nobody");
    let broken = Directory::with(&[(".env", "PASSWORD=hunter2 and more\n")]);
    let told = format!("{:?}", broken.sources(&[]).read().1);
    assert!(told.contains("NAME=value") && !told.contains("hunter2"), "{told}");
}

#[test]
fn lists_of_variables_and_arguments_and_sources_of_ones_own() {
    struct Vault;
    impl ConfigSource for Vault {
        fn name(&self) -> &'static str {
            "vault"
        }

        fn load(&self) -> Result<SourceContent, crate::di::BoxError> {
            Ok(SourceContent::Text {
                text: "a: vault\nb: vault".into(),
                format: Format::Yaml,
            })
        }
    }
    let directory = Directory::with(&[("application.yaml", "a: file\nhosts: [x]\nserver-list: [z]")]);
    let mut sources = directory.sources(&[
        ("BUN_HOSTS__0", "one"),
        ("BUN_HOSTS__1", "two"),
        ("BUN_NESTED__0__PORTS", "[1, 2]"),
        ("BUN_X__B", "variable"),
    ]);
    sources.custom.push(Arc::new(Vault));
    sources.arguments = Some(vec!["--b=argument".to_owned(), "--limits.sizes[0]=7".to_owned()]);
    let config = config(&mut sources);
    assert_eq!(config.get::<String>("a").unwrap(), "vault");
    assert_eq!(config.get::<String>("b").unwrap(), "argument");
    assert_eq!(config.get::<Vec<String>>("hosts").unwrap(), ["one", "two"]);
    assert_eq!(config.get::<Vec<u8>>("nested[0].ports").unwrap(), [1, 2]);
    assert_eq!(config.get::<Vec<u8>>("limits.sizes").unwrap(), [7]);
    assert_eq!(config.origin("b").unwrap().to_string(), "args:--b");
}
