use std::net::{IpAddr, SocketAddr};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use tokio::net::lookup_host;

use super::refusal::Refusal;

/// Which addresses may be connected to.
pub(super) type Reach = fn(IpAddr) -> bool;

/// Looks names up and hands on allowed addresses only. The connection is made to what it hands on: a
/// name that points elsewhere a moment later leads nowhere else.
pub(super) struct AllowedAddresses(pub(super) Reach);

impl Resolve for AllowedAddresses {
    fn resolve(&self, name: Name) -> Resolving {
        let Self(reach) = *self;
        Box::pin(async move {
            let found = lookup_host((name.as_str(), 0)).await?;
            let allowed: Vec<SocketAddr> = found.filter(|found| reach(found.ip())).collect();
            if allowed.is_empty() {
                return Err(Refusal::NotPublic.into());
            }
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}
