//! Plays the captures in order on one server for each profile.

use std::collections::BTreeMap;
use std::time::Duration;

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use nacos_client::testing::TestServer;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;

use crate::capture::{Capture, read};
use crate::compare::{Comparison, differences};
use crate::prepare::{CHANGE_AFTER, change_during_wait, fails_by_itself, is_skipped, prepare};
use crate::rename::Renaming;

pub(crate) struct Stage {
    pub(crate) server: TestServer,
    pub(crate) renaming: Renaming,
    /// Captured token to ours.
    tokens: BTreeMap<String, String>,
    /// Captured id (of configurations and history rows) to ours.
    pub(crate) ids: BTreeMap<String, String>,
}

pub(crate) struct Sent {
    pub(crate) status: u16,
    pub(crate) content_type: Option<String>,
    pub(crate) allow: Option<String>,
    pub(crate) body: String,
}

pub(crate) type Parameters = BTreeMap<String, String>;

fn encode(parameters: &Parameters) -> String {
    let pairs = parameters.iter().map(|(name, value)| {
        let escape = |text| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        format!("{}={}", escape(name), escape(value))
    });
    pairs.collect::<Vec<_>>().join("&")
}

fn sent(response: &http::Response<Bytes>) -> Sent {
    let header = |name: &str| {
        response
            .headers()
            .get(name)
            .map(|value| value.to_str().unwrap().to_owned())
    };
    Sent {
        status: response.status().as_u16(),
        content_type: header("content-type"),
        allow: header("allow"),
        body: String::from_utf8(response.body().to_vec()).unwrap(),
    }
}

impl Stage {
    fn new(profile: &str, renaming: Renaming) -> Self {
        let builder = TestServer::builder().identity("it-identity", "it-secret");
        let builder = if profile == "auth" {
            builder.auth_without_admin(Duration::from_secs(10))
        } else {
            builder
        };
        Self {
            server: builder.in_process(),
            renaming,
            tokens: BTreeMap::new(),
            ids: BTreeMap::new(),
        }
    }

    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        query: &Parameters,
        form: &Parameters,
        headers: &Parameters,
        body: Option<String>,
    ) -> Sent {
        let query = if query.is_empty() {
            String::new()
        } else {
            format!("?{}", encode(query))
        };
        let mut request = http::Request::builder()
            .method(method)
            .uri(format!("http://test:1{path}{query}"));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let body = body.unwrap_or_else(|| encode(form));
        if !form.is_empty() {
            request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
        }
        let response = self
            .server
            .transport()
            .exchange(request.body(Bytes::from(body)).unwrap())
            .await
            .unwrap();
        sent(&response)
    }

    /// A request that was not captured, with captured names.
    pub(crate) async fn quietly(&mut self, method: &str, path: &str, form: &[(&str, &str)], headers: &[(&str, &str)]) {
        let form = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), self.renaming.parameter(name, value)))
            .collect();
        let headers = headers
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        let sent = self
            .send(
                method,
                &format!("/nacos{path}"),
                &Parameters::new(),
                &form,
                &headers,
                None,
            )
            .await;
        assert_eq!(sent.status, 200, "{path} {form:?}: {}", sent.body);
    }

    async fn play(&mut self, capture: &Capture, run: &str) -> Option<String> {
        let request = &capture.request;
        let mut rename = |parameters: Parameters| -> Parameters {
            parameters
                .into_iter()
                .map(|(name, value)| {
                    let value = self
                        .tokens
                        .get(&value)
                        .or_else(|| self.ids.get(&value))
                        .cloned()
                        .unwrap_or(value);
                    let new = self.renaming.parameter(&name, &value);
                    (name, new)
                })
                .collect()
        };
        let (query, form) = (rename(request.query()), rename(request.form()));
        let mut headers = Parameters::new();
        for (name, value) in &request.headers {
            let value = match &*capture.name {
                // A token that nobody was granted.
                "auth.denied.bad_signature" => value.clone(),
                _ => self.with_our_token(value).await,
            };
            let value = match name.as_str() {
                "username" | "password" => self.renaming.parameter(name, &value),
                _ => self.renaming.header(name, &value),
            };
            headers.insert(name.clone(), value);
        }
        let body = request
            .raw_body()
            .or_else(|| (request.method == "DELETE" && form.is_empty()).then(String::new));
        let sent = if capture.name == "legacy.v1.listener.change_during_wait" {
            self.listen_while_it_changes(request, &form, &headers, run).await
        } else {
            self.send(&request.method, &request.path, &query, &form, &headers, body)
                .await
        };
        self.learn_token(capture, &sent);
        let mut comparison = Comparison {
            renaming: &mut self.renaming,
            ids: &mut self.ids,
            capture,
            sent_parameters: query.into_iter().chain(form).collect(),
        };
        differences(&mut comparison, &sent).map(|difference| format!("{}: {difference}", capture.name))
    }

    async fn listen_while_it_changes(
        &mut self,
        request: &crate::capture::Request,
        form: &Parameters,
        headers: &Parameters,
        run: &str,
    ) -> Sent {
        let form_text = encode(form);
        let mut listen = http::Request::builder()
            .method("POST")
            .uri(format!("http://test:1{}", request.path));
        for (name, value) in headers {
            listen = listen.header(name, value);
        }
        let listen = listen
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Bytes::from(form_text))
            .unwrap();
        let transport = self.server.transport();
        let mut waiting = tokio::task::JoinSet::new();
        waiting.spawn(async move { transport.exchange(listen).await.unwrap() });
        tokio::time::sleep(CHANGE_AFTER).await;
        assert!(waiting.try_join_next().is_none(), "nothing has changed yet");
        change_during_wait(self, run).await;
        sent(&waiting.join_next().await.unwrap().unwrap())
    }

    /// A captured token that we have not seen granted was granted unseen: log in as its owner.
    pub(crate) async fn with_our_token(&mut self, value: &str) -> String {
        let (scheme, token) = value
            .strip_prefix("Bearer ")
            .map_or(("", value), |token| ("Bearer ", token));
        if let Some(ours) = self.tokens.get(token) {
            return format!("{scheme}{ours}");
        }
        let payloads = [
            ("eyJzdWIiOiJuYWNvcyIs", "nacos", "It-admin-1"),
            ("eyJzdWIiOiJkZXYiLC", "dev", "Dev-pass-1"),
        ];
        let owner = payloads
            .iter()
            .find(|(payload, ..)| token.split('.').nth(1).is_some_and(|part| part.starts_with(payload)));
        let Some((_, user, password)) = owner.filter(|_| token.len() > 100) else {
            return value.to_owned();
        };
        let form = [("username", *user), ("password", *password)];
        let form = form
            .iter()
            .map(|(name, value)| ((*name).to_owned(), self.renaming.parameter(name, value)))
            .collect();
        let nothing = Parameters::new();
        let sent = self
            .send("POST", "/nacos/v3/auth/user/login", &nothing, &form, &nothing, None)
            .await;
        let granted: Value = serde_json::from_str(&sent.body).unwrap();
        let ours = granted["accessToken"]
            .as_str()
            .unwrap_or_else(|| panic!("{}", sent.body))
            .to_owned();
        self.tokens.insert(token.to_owned(), ours.clone());
        format!("{scheme}{ours}")
    }

    fn learn_token(&mut self, capture: &Capture, sent: &Sent) {
        let granted = |body: &str| {
            Some(
                serde_json::from_str::<Value>(body)
                    .ok()?
                    .get("accessToken")?
                    .as_str()?
                    .to_owned(),
            )
        };
        let captured = capture.response.body.as_deref().and_then(granted);
        if let (Some(captured), Some(ours)) = (captured, granted(&sent.body)) {
            self.tokens.insert(captured, ours);
        }
    }
}

pub(crate) async fn replay(version: &str, renaming: Renaming) {
    let renamed = renaming.is_active();
    let mut renaming = Some(renaming);
    let captures = read(version);
    let mut stage: Option<(String, Stage)> = None;
    // The suffix of names in this run.
    let absent = captures
        .iter()
        .find(|capture| capture.name == "config.get.absent")
        .unwrap();
    let run = absent.request.query()["dataId"]
        .trim_start_matches("absent-")
        .to_owned();
    let (mut played, mut wrong) = (0, Vec::new());
    for capture in &captures {
        if stage.as_ref().is_none_or(|(profile, _)| *profile != capture.profile) {
            let fresh = if renamed { Renaming::random() } else { Renaming::none() };
            let stage_renaming = renaming.take().unwrap_or(fresh);
            stage = Some((capture.profile.clone(), Stage::new(&capture.profile, stage_renaming)));
        }
        let Some((_, stage)) = &mut stage else { continue };
        if fails_by_itself(version, &capture.name) {
            stage.play(capture, &run).await;
        }
        if is_skipped(version, &capture.name) {
            continue;
        }
        prepare(stage, capture, &run).await;
        played += 1;
        wrong.extend(stage.play(capture, &run).await);
    }
    assert!(
        wrong.is_empty(),
        "{} of {played} differ:\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(played > 300, "{played}");
}
