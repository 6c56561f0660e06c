//! PostgreSQL passes the suite that every store passes.

mod fresh;

use fresh::fresh_store;

astralis_testkit::store_conformance!(fresh_store);
