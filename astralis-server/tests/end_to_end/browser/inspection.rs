//! What must hold on every page, and a picture of it for people to look at.

use std::path::Path;

use super::chromium::{Chromium, ColorScheme};
use crate::server::Server;

/// Injected into pages: finds accessibility violations.
const AXE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/tests/end_to_end/browser/node_modules/axe-core/axe.min.js"
);

/// Where people look at the pages.
const PICTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/screenshots");

/// Makes sure that the page that is open can be used by everybody, on every screen, and takes
/// pictures of it under this name.
pub(crate) async fn inspect(chromium: &Chromium, name: &str) {
    for scheme in [ColorScheme::Light, ColorScheme::Dark] {
        chromium.prefer(scheme).await;
        for width in [320, 360, 1280] {
            chromium.resize(width).await;
            assert_fits(chromium, name, width).await;
            if width != 320 {
                assert_accessible(chromium, &format!("{name}, {width} px, {scheme:?}")).await;
                save_picture(chromium, &format!("{name}-{width}-{scheme:?}")).await;
            }
        }
    }
    chromium.prefer(ColorScheme::Light).await;
}

/// Makes sure that no page so far complained to the console or asked anybody but our server.
pub(crate) async fn assert_quiet(chromium: &Chromium, server: &Server) {
    assert_eq!(chromium.console_errors().await, Vec::<String>::new());
    let requests = chromium.requests().await;
    let foreign: Vec<_> = requests
        .iter()
        .filter(|url| url.starts_with("http") && !url.starts_with(&server.url("/")))
        .collect();
    assert!(foreign.is_empty(), "requests to others: {foreign:?}");
    assert!(!requests.is_empty(), "not even our own requests were seen");
}

async fn assert_fits(chromium: &Chromium, name: &str, width: u32) {
    let content = chromium
        .run("return document.documentElement.scrollWidth")
        .await;
    assert!(
        content
            .as_u64()
            .is_some_and(|content| content <= u64::from(width)),
        "{name} scrolls sideways: {content} px of content on {width} px"
    );
}

async fn assert_accessible(chromium: &Chromium, name: &str) {
    let axe =
        std::fs::read_to_string(AXE).expect("axe-core is missing; `cargo xtask setup` installs it");
    chromium.run(&axe).await;
    let script = "
        const done = arguments[0];
        const bad = violation => ['serious', 'critical'].includes(violation.impact);
        const describe = violation =>
            `${violation.id}: ${violation.help}\\n`
            + violation.nodes.map(node => `    ${node.html}\\n    ${node.failureSummary}`).join('\\n');
        axe.run().then(found => done(found.violations.filter(bad).map(describe)));
    ";
    let found = chromium.driver().execute_async(script, Vec::new()).await;
    let found: Vec<String> = found
        .expect("axe runs")
        .convert()
        .expect("it returns a list");
    assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
}

async fn save_picture(chromium: &Chromium, name: &str) {
    let folder = Path::new(PICTURES);
    std::fs::create_dir_all(folder).expect("target can be written to");
    let file = folder.join(format!("{}.png", name.to_lowercase()));
    std::fs::write(file, chromium.picture().await).expect("target can be written to");
}
