//! Calendars over `https`, from a server whose certificate the test has made.

use std::io::{self, Write};
use std::sync::{Arc, Mutex, PoisonError};

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls_native_certs::CertificateResult;
use tokio::net::TcpStream;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tracing::subscriber::with_default;

use super::super::fetcher::trusted;
use super::*;

/// A certificate that speaks for itself, and its key.
struct Identity {
    certificate: CertificateDer<'static>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    fn of(name: &str) -> Self {
        let own = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
        Self {
            certificate: own.cert.der().clone(),
            key: own.signing_key.serialize_der().try_into().unwrap(),
        }
    }

    /// Where only this certificate is trusted.
    fn roots(&self) -> RootCertStore {
        let mut found = CertificateResult::default();
        found.certs.push(self.certificate.clone());
        trusted(found)
    }

    async fn serve(self) -> Server {
        let ring = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(ring)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![self.certificate], self.key);
        Server::behind(Encrypted {
            plain: TcpListener::bind("127.0.0.1:0").await.unwrap(),
            acceptor: Arc::new(config.unwrap()).into(),
        })
    }
}

/// Takes only connections that are encrypted.
struct Encrypted {
    plain: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for Encrypted {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (plain, from) = self.plain.accept().await.unwrap();
            // Whoever does not trust us goes away here.
            if let Ok(encrypted) = self.acceptor.accept(plain).await {
                return (encrypted, from);
            }
        }
    }

    fn local_addr(&self) -> io::Result<Self::Addr> {
        self.plain.local_addr()
    }
}

async fn fetch_trusting(roots: RootCertStore, url: &str) -> Result<Fetched, FetchError> {
    let fetcher = HttpFetcher::trusting(roots, |_| true, limits()).unwrap();
    let url = url.parse().unwrap();
    fetcher.fetch(&url, &Validators::default()).await
}

#[tokio::test]
async fn a_calendar_comes_over_https_from_a_server_that_is_trusted() {
    let identity = Identity::of("localhost");
    let roots = identity.roots();
    let server = identity.serve().await;
    let url = format!("https://localhost:{}/calendar.ics", server.address.port());

    let fetched = fetch_trusting(roots, &url).await.unwrap();

    let Fetched::File { bytes, .. } = fetched else {
        panic!("{fetched:?}");
    };
    assert_eq!(bytes, CALENDAR.as_bytes());
}

#[tokio::test]
async fn a_server_that_is_not_trusted_is_asked_for_nothing() {
    let (identity, other) = (Identity::of("localhost"), Identity::of("localhost"));
    let own = identity.roots();
    let server = identity.serve().await;
    let port = server.address.port();

    for (roots, host) in [
        (other.roots(), "localhost"),
        (RootCertStore::empty(), "localhost"),
        // It does not say that it is this one.
        (own, "127.0.0.1"),
    ] {
        let fetched = fetch_trusting(roots, &format!("https://{host}:{port}/calendar.ics")).await;
        let said = assert_transient(fetched);
        assert!(said.contains("no safe connection"), "{said}");
    }
    assert_eq!(server.asked(), 0);
}

/// What is logged.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// What is said of the certificates that were found.
fn said_of(found: CertificateResult) -> String {
    let log = Log::default();
    let writer = log.clone();
    let subscriber = tracing_subscriber::fmt().with_writer(move || writer.clone());
    with_default(subscriber.finish(), || drop(trusted(found)));
    let bytes = log.0.lock().unwrap().clone();
    String::from_utf8(bytes).unwrap()
}

#[test]
fn whoever_runs_the_server_is_told_that_no_certificate_is_trusted() {
    let mut some = CertificateResult::default();
    some.certs.push(Identity::of("localhost").certificate);
    let mut unreadable = CertificateResult::default();
    unreadable.certs.push(b"no certificate".to_vec().into());

    for nothing in [CertificateResult::default(), unreadable] {
        let said = said_of(nothing);
        assert!(said.contains("WARN"), "{said}");
        assert!(
            said.contains("no calendar can be read over https"),
            "{said}"
        );
    }
    assert_eq!(said_of(some), "");
}
