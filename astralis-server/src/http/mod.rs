//! What every request passes through, whatever it asks for.

mod headers;
mod origin;
mod rate_limit;
mod serve;
mod trace;

pub use headers::secure_headers;
pub use origin::require_same_origin;
pub use rate_limit::{RateLimiter, limit_rate};
pub use serve::{ServeLimits, serve};
pub use trace::trace_request;
