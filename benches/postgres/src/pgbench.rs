//! The other side: PostgreSQL's own load generator carries out the statements of the store.

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use crate::cell::Cell;
use crate::measured::Measured;
use crate::script::Script;
use crate::world::World;

/// How long connections are made and plans prepared before it counts.
const WARM_UP: Duration = Duration::from_secs(1);

/// Clients that book one time after the other.
pub(crate) async fn measure(world: &World, cell: Cell, length: Duration) -> Measured {
    let folder = tempfile::tempdir().unwrap();
    let script = Script::after_a_booking(world, cell).await;
    let file = folder.path().join("book.sql");
    std::fs::write(&file, script.text()).unwrap();
    run(&world.database.url(), &file, cell.clients, length).await
}

/// Runs a script for `length` and some time before that.
pub(crate) async fn run(url: &str, script: &Path, clients: usize, length: Duration) -> Measured {
    let folder = script.parent().unwrap();
    let status = Command::new(program())
        .current_dir(folder)
        .args([
            "--no-vacuum",
            "--protocol=prepared",
            "--log",
            "--log-prefix=log",
        ])
        .arg(format!("--client={clients}"))
        .arg(format!("--jobs={}", clients.min(2)))
        .arg(format!("--time={}", (length + WARM_UP).as_secs()))
        .args(["--define=n=0", "--file"])
        .arg(script)
        .arg(url)
        .env("PGOPTIONS", OPTIONS)
        .stdout(std::process::Stdio::null())
        .stderr(std::fs::File::create(folder.join("said")).unwrap())
        .status()
        .await
        .unwrap();
    let said = std::fs::read_to_string(folder.join("said")).unwrap();
    assert!(status.success(), "{said}");
    last_of_logs(folder, length)
}

/// What the store asks of its connections.
const OPTIONS: &str = "-c plan_cache_mode=force_generic_plan -c jit=off -c enable_seqscan=off \
                       -c enable_hashjoin=off -c enable_mergejoin=off";

/// Debian keeps it beside the server's programs.
fn program() -> String {
    let folder = std::env::var("PGBENCH").ok();
    folder.unwrap_or_else(|| {
        let newest = (15..=30)
            .rev()
            .map(|major| format!("/usr/lib/postgresql/{major}/bin/pgbench"))
            .find(|path| Path::new(path).exists());
        newest.unwrap_or_else(|| "pgbench".to_owned())
    })
}

/// What ended in the last `length` of a run. Each line of the logs: client, number, microseconds,
/// script, and when it ended in seconds and microseconds.
fn last_of_logs(folder: &Path, length: Duration) -> Measured {
    let logs = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap());
    let logs = logs.filter(|entry| entry.file_name().to_string_lossy().starts_with("log."));
    let mut ended = Vec::new();
    for log in logs {
        let text = std::fs::read_to_string(log.path()).unwrap();
        ended.extend(text.lines().map(|line| {
            let numbers: Vec<u64> = line.split(' ').map(|word| word.parse().unwrap()).collect();
            let when = Duration::from_secs(numbers[4]) + Duration::from_micros(numbers[5]);
            (when, Duration::from_micros(numbers[2]))
        }));
    }
    let last = ended.iter().map(|(when, _)| *when).max().unwrap();
    let first = last - length;
    let counts = ended.iter().filter(|(when, _)| *when > first);
    let latencies = counts.map(|(_, latency)| *latency).collect();
    Measured::of(latencies, 0, length)
}
