//! PostgreSQL passes the suite that every store passes.

use crate::fresh::fresh_store;

astralis_testkit::store_conformance!(fresh_store);
