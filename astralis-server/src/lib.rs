//! The reference server of Astralis: booking pages, JSON API and workers.
