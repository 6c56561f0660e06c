//! The reference implementation passes the suite that every store passes.

use std::sync::Arc;

use astralis_core::memory::MemoryStore;

async fn fresh_store() -> Arc<MemoryStore> {
    Arc::new(MemoryStore::new())
}

astralis_testkit::store_conformance!(fresh_store);
