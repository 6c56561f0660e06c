//! The embedded SQLite store of Astralis, which refuses overlapping claims itself.
