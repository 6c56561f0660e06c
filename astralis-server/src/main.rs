//! The `astralis-server` program: `serve` (the default), `import`, `export` and `token`.

use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::Context;
use astralis_core::ports::chain;
use astralis_server::cli::{Command, CommandLine, HELP};
use astralis_server::config::{Config, Settings};
use astralis_server::export::{ExportCommand, export};
use astralis_server::http::{ServeLimits, serve};
use astralis_server::import::{ImportCommand, import};
use astralis_server::startup::{self, Started};
use astralis_server::{app, app_for_operators, series, subscriptions, worker};
use tokio::net::TcpListener;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::time::timeout;
use tracing_subscriber::EnvFilter;

/// How long a caller may take to send the head of a request.
const HEADER_TIMEOUT: Duration = Duration::from_secs(15);

fn main() -> ExitCode {
    tracing_subscriber::fmt()
        .with_env_filter(EnvFilter::try_from_default_env().unwrap_or_else(|_| "info".into()))
        .with_writer(io::stderr)
        .init();
    match run_to_the_end() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let error: &(dyn std::error::Error + 'static) = error.as_ref();
            // Whoever started it must see it, whatever RUST_LOG says.
            writeln!(io::stderr(), "astralis-server: {}", chain(error)).ok();
            ExitCode::FAILURE
        }
    }
}

fn run_to_the_end() -> anyhow::Result<()> {
    let runtime = Runtime::new().context("threads cannot be started")?;
    let done = runtime.block_on(run());
    // Whoever is still reading a calendar is not waited for.
    runtime.shutdown_background();
    done
}

async fn run() -> anyhow::Result<()> {
    let line = CommandLine::parse(std::env::args().skip(1))?;
    let settings = || settings(&line);
    match &line.command {
        Command::Help => Ok(io::stdout().write_all(HELP.as_bytes())?),
        Command::Version => {
            let version = env!("CARGO_PKG_VERSION");
            Ok(writeln!(io::stdout(), "astralis-server {version}")?)
        }
        Command::Import(command) => {
            import_file(&Config::from_settings(&settings()?)?, command).await
        }
        Command::Export(command) => {
            export_file(&Config::from_settings(&settings()?)?, command).await
        }
        Command::Token => print_token(&Config::from_settings(&settings()?)?).await,
        Command::Serve => {
            let settings = settings()?;
            serve_site(&Config::from_settings(&settings)?, settings.text("TZ")).await
        }
    }
}

fn settings(line: &CommandLine) -> anyhow::Result<Settings> {
    let environment = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    let mut settings = Settings::from_pairs(environment);
    let named = settings.text("ASTRALIS_CONFIG").map(Into::into);
    if let Some(path) = line.config.clone().or(named) {
        settings.add_file(&path)?;
    }
    if let Some(role) = &line.role {
        settings.set("ASTRALIS_ROLE", role);
    }
    Ok(settings)
}

async fn print_token(config: &Config) -> anyhow::Result<()> {
    let books = startup::open(config).await?;
    let state = books.state(config, config.listen)?;
    let host = state.store().first_admin().await;
    let host = host.context("there is no host yet; start the server once")?;
    let token = startup::issue_api_token(&state, &host).await;
    books.close().await;
    Ok(writeln!(io::stdout(), "{}", token?)?)
}

async fn import_file(config: &Config, command: &ImportCommand) -> anyhow::Result<()> {
    let books = startup::open(config).await?;
    let imported = import(&books.state(config, config.listen)?.scheduler, command).await;
    books.close().await;
    Ok(writeln!(io::stdout(), "{}", imported?)?)
}

async fn export_file(config: &Config, command: &ExportCommand) -> anyhow::Result<()> {
    let books = startup::open(config).await?;
    let exported = export(&books.state(config, config.listen)?.scheduler, command).await;
    books.close().await;
    let text = exported?;
    match &command.file {
        None => Ok(io::stdout().write_all(text.as_bytes())?),
        Some(path) => {
            let unwritable = || format!("cannot write {}", path.display());
            std::fs::write(path, text).with_context(unwritable)
        }
    }
}

async fn serve_site(config: &Config, tz: Option<&str>) -> anyhow::Result<()> {
    let in_use = || format!("ASTRALIS_LISTEN: {} cannot be listened on", config.listen);
    let listener = TcpListener::bind(config.listen)
        .await
        .with_context(in_use)?;
    let listening = listener.local_addr()?;
    let Started {
        state,
        mailer,
        fetcher,
        announcement,
        books,
    } = startup::start(config, listening, tz).await?;
    announcement.write_to(&mut io::stdout())?;

    let (stop, stopping) = watch::channel(false);
    let workers = config.role.delivers().then(|| {
        let readers = subscriptions::refresh(state.clone(), fetcher, stopping.clone());
        let extender = series::extend(state.clone(), stopping.clone());
        let deliverer = worker::deliver(state.clone(), mailer, stopping);
        let thorough = [tokio::spawn(deliverer), tokio::spawn(extender)];
        (thorough, tokio::spawn(readers))
    });
    let drain = config.shutdown_grace.to_std()?;
    let limits = ServeLimits {
        header: HEADER_TIMEOUT,
        request: config.request_timeout.to_std()?,
        drain,
    };
    let site = match config.role.serves() {
        true => app(state),
        false => app_for_operators(state),
    };
    let served = serve(listener, site, limits, told_to_stop()).await;
    // First the requests, then the workers: those who deliver and extend to the end of what they are
    // doing. What was planned in the last moment waits in the books and is mailed after the next
    // start.
    stop.send(true).ok();
    if let Some((thorough, readers)) = workers {
        for worker in thorough {
            worker.await.context("the worker panicked")?;
        }
        // What they are reading is read again after the next start.
        if timeout(drain, readers).await.is_err() {
            tracing::warn!("a calendar was still being read");
        }
    }
    books.close().await;
    tracing::info!("stopped");
    Ok(served?)
}

/// Resolves at the first SIGINT or SIGTERM.
async fn told_to_stop() {
    let interrupt = tokio::signal::ctrl_c();
    #[cfg(unix)]
    let terminate = async {
        use tokio::signal::unix::{SignalKind, signal};
        match signal(SignalKind::terminate()) {
            Ok(mut signals) => {
                signals.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! {
        _ = interrupt => {}
        () = terminate => {}
    }
    tracing::info!("told to stop");
}
