use std::path::{Path, PathBuf};

/// The Python that has the packages of `python/requirements.txt`: `ASTRALIS_TEST_PYTHON`, or the
/// one that the test command sets up under `target/tools`.
///
/// # Panics
///
/// Says how to get it, if there is none.
#[must_use]
pub fn python() -> PathBuf {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let python = std::env::var_os("ASTRALIS_TEST_PYTHON").map_or_else(
        || workspace.join("target/tools/python/bin/python"),
        PathBuf::from,
    );
    assert!(
        python.exists(),
        "no Python at {}. The test command sets it up; by hand:\n  \
         python3 -m venv target/tools/python\n  \
         target/tools/python/bin/pip install -r astralis-testkit/python/requirements.txt",
        python.display()
    );
    python
}

/// One of the scripts beside `requirements.txt`.
#[must_use]
pub fn script(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("python")
        .join(name)
}
