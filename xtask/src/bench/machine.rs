//! Where and with what the numbers came to be.

use std::fs;

use crate::command::command;

/// A line for the processor, and one for the compiler, the day and the commit.
pub fn described() -> String {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    format!(
        "{} with {cores} cores to use; {}.  \n{}; {}, commit {}.\n",
        processor(),
        caches(),
        first_line("rustc --version"),
        first_line("date --utc +%F"),
        commit(),
    )
}

fn processor() -> String {
    let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let value = |name: &str| {
        let mut lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
        let found = lines.find(|(key, _)| key.trim() == name);
        found.map_or("?", |(_, value)| value.trim())
    };
    format!(
        "{} (family {}, model {})",
        value("model name"),
        value("cpu family"),
        value("model")
    )
}

fn caches() -> String {
    let cache = |number: usize| {
        let folder = format!("/sys/devices/system/cpu/cpu0/cache/index{number}");
        let read = |name| fs::read_to_string(format!("{folder}/{name}")).ok();
        let (level, size) = (read("level")?, read("size")?);
        let data = read("type")?.trim() != "Instruction";
        data.then(|| format!("L{} {}", level.trim(), size.trim()))
    };
    let caches: Vec<String> = (0..8).filter_map(cache).collect();
    match caches.as_slice() {
        [] => "caches unknown".to_owned(),
        caches => caches.join(", "),
    }
}

/// Says so if the working tree differs from the commit.
fn commit() -> String {
    let commit = first_line("git rev-parse --short HEAD");
    match first_line("git status --porcelain --untracked-files=no").as_str() {
        "" => commit,
        _ => format!("{commit} with changes"),
    }
}

fn first_line(line: &str) -> String {
    let output = command(line).output();
    let output = output.map(|output| output.stdout).unwrap_or_default();
    let text = String::from_utf8_lossy(&output);
    text.lines().next().unwrap_or_default().trim().to_owned()
}
