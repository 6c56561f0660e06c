use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use astralis_core::model::{CalendarUrl, Validators};
use astralis_core::ports::{CalendarFetcher, FetchError, Fetched, chain};
use async_trait::async_trait;
use reqwest::header::{
    ACCEPT, ETAG, HeaderMap, HeaderName, IF_MODIFIED_SINCE, IF_NONE_MATCH, LAST_MODIFIED, LOCATION,
};
use reqwest::redirect::Policy;
use reqwest::{Client, Response, StatusCode, Url};
use rustls::{ClientConfig, RootCertStore};
use rustls_native_certs::CertificateResult;
use tokio::time::timeout;

use super::address::is_public;
use super::refusal::{Refusal, of_client};
use super::resolver::{AllowedAddresses, Reach};
use super::retry_after::retry_after;

/// How many redirects are followed, each checked like the first address.
pub const MAX_REDIRECTS: usize = 5;

/// How large a subscribed calendar may be: several are in memory at the same time, and nobody asked
/// whoever runs the server.
const MAX_BYTES: u64 = 10 * 1024 * 1024;

/// Longer validators and addresses are taken as none.
const LONGEST_HEADER: usize = 2000;

const USER_AGENT: &str = concat!("astralis/", env!("CARGO_PKG_VERSION"), " (calendar reader)");

/// What one fetch may cost.
#[derive(Debug, Clone)]
pub struct FetchLimits {
    /// Until a server has taken the connection.
    pub connect: Duration,
    /// Until everything is here, redirects included.
    pub whole: Duration,
    /// How large a file may be, unpacked.
    pub bytes: u64,
}

impl Default for FetchLimits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(10),
            whole: Duration::from_secs(60),
            bytes: MAX_BYTES,
        }
    }
}

/// Fetches calendars over HTTP, from public addresses unless it was told otherwise.
#[derive(Debug, Clone)]
pub struct HttpFetcher {
    client: Client,
    reach: Reach,
    limits: FetchLimits,
}

/// The HTTP client cannot be set up.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NoFetcher {
    /// TLS does not work here.
    #[error("TLS cannot be set up")]
    Tls(#[from] rustls::Error),
    /// Something else.
    #[error("the HTTP client cannot be set up")]
    Client(#[from] reqwest::Error),
}

impl HttpFetcher {
    /// A fetcher; one that is allowed `private_too` reads from any address, our own machine included.
    ///
    /// # Errors
    ///
    /// [`NoFetcher`].
    pub fn new(private_too: bool, limits: FetchLimits) -> Result<Self, NoFetcher> {
        let reach: Reach = if private_too { |_| true } else { is_public };
        let roots = trusted(rustls_native_certs::load_native_certs());
        Self::trusting(roots, reach, limits)
    }

    /// A fetcher that takes these certificates for the world's, and connects where `reach` says.
    pub(super) fn trusting(
        roots: RootCertStore,
        reach: Reach,
        limits: FetchLimits,
    ) -> Result<Self, NoFetcher> {
        let client = Client::builder()
            .dns_resolver(Arc::new(AllowedAddresses(reach)))
            .tls_backend_preconfigured(tls(roots)?)
            .user_agent(USER_AGENT)
            .connect_timeout(limits.connect)
            // A proxy would look names up itself, where nobody checks them.
            .no_proxy()
            .redirect(Policy::none())
            .referer(false)
            // Each fetch looks the name up anew.
            .pool_max_idle_per_host(0)
            .build()?;
        Ok(Self {
            client,
            reach,
            limits,
        })
    }

    async fn follow(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let parsed = Url::parse(url.as_str());
        let mut url = parsed.map_err(|_| Refusal::NotAnAddress)?;
        for _ in 0..=MAX_REDIRECTS {
            self.check(&url)?;
            let response = self.ask(&url, known).await?;
            let status = response.status();
            if status == StatusCode::NOT_MODIFIED {
                return Ok(Fetched::NotModified);
            }
            if status == StatusCode::OK {
                return self.take(response).await;
            }
            url = match redirected(&url, &response) {
                Some(target) => target?,
                None => return Err(Refusal::Status(status).until(retry_after(response.headers()))),
            };
        }
        Err(Refusal::TooManyRedirects.into())
    }

    /// Whether we may go there at all. Names are looked up, and checked, when the connection is made;
    /// an address in their place is not looked up.
    fn check(&self, url: &Url) -> Result<(), Refusal> {
        let host = url.host_str().unwrap_or_default();
        if !matches!(url.scheme(), "http" | "https") || host.is_empty() {
            return Err(Refusal::NotAnAddress);
        }
        let bare = host.trim_start_matches('[').trim_end_matches(']');
        match bare.parse::<IpAddr>() {
            Ok(address) if !(self.reach)(address) => Err(Refusal::NotPublic),
            _ => Ok(()),
        }
    }

    async fn ask(&self, url: &Url, known: &Validators) -> Result<Response, FetchError> {
        let mut request = self.client.get(url.clone());
        request = request.header(ACCEPT, "text/calendar, */*;q=0.5");
        for (name, value) in [
            (IF_NONE_MATCH, &known.etag),
            (IF_MODIFIED_SINCE, &known.last_modified),
        ] {
            if let Some(value) = value {
                request = request.header(name, value);
            }
        }
        request.send().await.map_err(of_client)
    }

    /// The whole file, as it is unpacked: a small answer may hold a large one.
    async fn take(&self, mut response: Response) -> Result<Fetched, FetchError> {
        let too_large = || Refusal::TooLarge(self.limits.bytes);
        let validators = Validators {
            etag: header(response.headers(), ETAG),
            last_modified: header(response.headers(), LAST_MODIFIED),
        };
        if response.content_length() > Some(self.limits.bytes) {
            return Err(too_large().into());
        }
        let mut bytes = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(of_client)? {
            if (bytes.len() + chunk.len()) as u64 > self.limits.bytes {
                return Err(too_large().into());
            }
            bytes.extend_from_slice(&chunk);
        }
        Ok(Fetched::File { bytes, validators })
    }
}

#[async_trait]
impl CalendarFetcher for HttpFetcher {
    async fn fetch(&self, url: &CalendarUrl, known: &Validators) -> Result<Fetched, FetchError> {
        let fetched = timeout(self.limits.whole, self.follow(url, known)).await;
        fetched.unwrap_or_else(|_| Err(Refusal::TooSlow(self.limits.whole.as_secs()).into()))
    }
}

/// Where the answer sends us, if it does.
fn redirected(from: &Url, response: &Response) -> Option<Result<Url, Refusal>> {
    let redirects = [301, 302, 303, 307, 308];
    if !redirects.contains(&response.status().as_u16()) {
        return None;
    }
    let location = header(response.headers(), LOCATION);
    Some(target(from, location.as_deref().unwrap_or_default()))
}

pub(super) fn target(from: &Url, location: &str) -> Result<Url, Refusal> {
    let to = match location {
        "" => return Err(Refusal::BadRedirect),
        location => from.join(location).map_err(|_| Refusal::BadRedirect)?,
    };
    if from.scheme() == "https" && to.scheme() == "http" {
        return Err(Refusal::Downgrade);
    }
    Ok(to)
}

fn header(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let value = headers.get(name)?.to_str().ok()?;
    (value.len() <= LONGEST_HEADER).then(|| value.to_owned())
}

/// What was found of the certificates that the system trusts.
pub(super) fn trusted(found: CertificateResult) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    // One that cannot be read is one that is not trusted.
    roots.add_parsable_certificates(found.certs);
    if roots.is_empty() {
        let error = found.errors.first().map(|error| chain(error));
        tracing::warn!(
            error,
            "this machine trusts no root certificates: no calendar can be read over https"
        );
    }
    roots
}

/// The same TLS that mail goes over.
fn tls(roots: RootCertStore) -> Result<ClientConfig, rustls::Error> {
    let ring = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(ring)
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
