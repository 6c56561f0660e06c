//! A headless Chromium, driven through ChromeDriver.

use std::process::Stdio;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;
use thirtyfour::prelude::*;
use thirtyfour::{BrowserLogEntry, ChromeCapabilities};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

use crate::server::choose_cryptography;
use crate::waiting::eventually;

/// How long a page may take.
const PATIENCE: Duration = Duration::from_secs(20);

/// Whether pages may run scripts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scripts {
    On,
    Off,
}

/// What the reader prefers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ColorScheme {
    Light,
    Dark,
}

/// A browser with a profile of its own. Dropping it ends the session, then the driver; the test's
/// runtime needs a second thread for that, because `drop` waits while the runtime talks.
pub(crate) struct Chromium {
    driver: WebDriver,
    _chromedriver: Child,
    _profile: TempDir,
}

impl Chromium {
    /// Starts a browser that has never been used.
    pub(crate) async fn start(scripts: Scripts) -> Self {
        choose_cryptography();
        let profile = tempfile::tempdir().expect("a temporary folder can be made");
        let (chromedriver, address) = start_chromedriver(&profile).await;
        let driver = WebDriver::new(address, capabilities(&profile, scripts))
            .await
            .expect("Chromium starts; `cargo xtask setup` installs it");
        Self {
            driver,
            _chromedriver: chromedriver,
            _profile: profile,
        }
    }

    /// The WebDriver session.
    pub(crate) fn driver(&self) -> &WebDriver {
        &self.driver
    }

    /// Opens a page and waits until it has loaded.
    pub(crate) async fn open(&self, url: &str) {
        self.driver.goto(url).await.expect("the page loads");
    }

    /// The first element that matches, waiting a little for it to appear.
    pub(crate) async fn find(&self, css: &str) -> WebElement {
        let query = self.driver.query(By::Css(css)).first().await;
        match query {
            Ok(element) => element,
            Err(error) => panic!("no `{css}` on {}: {error}", self.describe().await),
        }
    }

    /// Clicks the first element that matches.
    pub(crate) async fn click(&self, css: &str) {
        let element = self.find(css).await;
        element
            .click()
            .await
            .unwrap_or_else(|error| panic!("cannot click `{css}`: {error}"));
    }

    /// Replaces what a field holds.
    pub(crate) async fn fill(&self, css: &str, text: &str) {
        let field = self.find(css).await;
        field.clear().await.expect("the field can be emptied");
        field
            .send_keys(text)
            .await
            .expect("the field can be typed into");
    }

    /// Waits until an element's text is as expected.
    pub(crate) async fn wait_for_text(&self, css: &str, expected: impl Fn(&str) -> bool) {
        eventually(&format!("another text in `{css}`"), PATIENCE, async || {
            // The element may be gone between two pages.
            let element = self.driver.find(By::Css(css)).await.ok()?;
            let text = element.text().await.ok()?;
            expected(&text).then_some(())
        })
        .await;
    }

    /// Runs a script in the page and returns what it returns.
    pub(crate) async fn run(&self, script: &str) -> Value {
        let result = self.driver.execute(script, Vec::new()).await;
        result
            .unwrap_or_else(|error| panic!("`{script}`: {error}"))
            .json()
            .clone()
    }

    /// Lays the page out for a screen of this width.
    pub(crate) async fn resize(&self, width: u32) {
        let metrics = json!({
            "width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 600,
        });
        self.devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
    }

    /// Tells pages what the reader prefers.
    pub(crate) async fn prefer(&self, scheme: ColorScheme) {
        let value = match scheme {
            ColorScheme::Light => "light",
            ColorScheme::Dark => "dark",
        };
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": value},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    /// A picture of the whole page, as PNG.
    pub(crate) async fn picture(&self) -> Vec<u8> {
        let whole_page = json!({"format": "png", "captureBeyondViewport": true});
        let answer = self.devtools("Page.captureScreenshot", whole_page).await;
        let data = answer["data"].as_str().expect("a screenshot has data");
        STANDARD.decode(data).expect("the data is base64")
    }

    /// What pages wrote to the console as errors since the last call, refused requests included.
    pub(crate) async fn console_errors(&self) -> Vec<String> {
        let entries = self.log("browser").await;
        let severe = entries.into_iter().filter(|entry| entry.level == "SEVERE");
        severe.map(|entry| entry.message).collect()
    }

    /// The address of every request that pages made since the last call.
    pub(crate) async fn requests(&self) -> Vec<String> {
        let entries = self.log("performance").await;
        let events = entries.iter().map(|entry| {
            serde_json::from_str::<Value>(&entry.message).expect("performance entries are JSON")
        });
        events
            .filter(|event| event["message"]["method"] == "Network.requestWillBeSent")
            .filter_map(|event| {
                event["message"]["params"]["request"]["url"]
                    .as_str()
                    .map(str::to_owned)
            })
            .collect()
    }

    async fn log(&self, kind: &str) -> Vec<BrowserLogEntry> {
        self.driver
            .get_log(kind)
            .await
            .expect("logging is switched on")
    }

    async fn devtools(&self, method: &str, parameters: Value) -> Value {
        let answer = self.driver.cdp().send_raw(method, parameters).await;
        answer.unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    async fn describe(&self) -> String {
        let url = self.driver.current_url().await.map(|url| url.to_string());
        let source = self.driver.source().await;
        format!(
            "{}:\n{}",
            url.unwrap_or_default(),
            source.unwrap_or_default()
        )
    }
}

/// Starts the driver on a port of its own choosing, which it prints.
async fn start_chromedriver(profile: &TempDir) -> (Child, String) {
    let mut process = Command::new("chromedriver")
        .arg("--port=0")
        .env("HOME", profile.path())
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .expect("chromedriver is missing; `cargo xtask setup` installs it");
    let stdout = process.stdout.take().expect("stdout is piped");
    let mut lines = BufReader::new(stdout).lines();
    loop {
        let line = tokio::time::timeout(Duration::from_secs(30), lines.next_line()).await;
        let line = line
            .expect("chromedriver starts in time")
            .expect("its output is text");
        let line = line.expect("chromedriver says on which port it listens");
        if let Some((_, port)) = line.split_once("started successfully on port ") {
            let address = format!("http://127.0.0.1:{}", port.trim_end_matches('.'));
            return (process, address);
        }
    }
}

fn capabilities(profile: &TempDir, scripts: Scripts) -> ChromeCapabilities {
    let mut capabilities = DesiredCapabilities::chrome();
    let folder = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless=new",
        "--no-sandbox", // root, as in a container, has no sandbox
        "--disable-dev-shm-usage",
        "--disable-gpu",
        "--disable-background-networking", // nothing but our pages
        "--disable-component-update",
        "--disable-sync",
        "--disable-quic",
        "--no-first-run",
        "--lang=en-US",
        &folder,
    ];
    for argument in arguments {
        capabilities.add_arg(argument).expect("arguments are text");
    }
    if scripts == Scripts::Off {
        let blocked = json!({"profile.managed_default_content_settings.javascript": 2});
        capabilities
            .add_experimental_option("prefs", blocked)
            .expect("preferences are JSON");
    }
    let logs = json!({"browser": "ALL", "performance": "ALL"});
    capabilities
        .set("goog:loggingPrefs", logs)
        .expect("preferences are JSON");
    capabilities
}
