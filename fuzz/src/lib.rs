//! What the fuzz targets share: questions drawn from the fuzzer's bytes.

use std::ops::Range;

use arbitrary::Unstructured;
use astralis_core::availability::Schedule;
use astralis_core::time::{TimeZoneName, ZoneDatabase};
use astralis_testkit::generators;
use chrono::{Days, NaiveDate};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// Reads the fuzzer's bytes, part by part. A byte more or less changes one part of a question and
/// leaves the others as they are, which is what lets a fuzzer learn.
pub struct Draw<'a>(Unstructured<'a>);

impl<'a> Draw<'a> {
    /// Reads `bytes` from the first on; zeros follow the last of them.
    pub fn from(bytes: &'a [u8]) -> Self {
        Self(Unstructured::new(bytes))
    }

    /// Some number of the range.
    pub fn between(&mut self, range: Range<i64>) -> Option<i64> {
        self.0.int_in_range(range.start..=range.end - 1).ok()
    }

    /// Any zone of the database.
    pub fn zone(&mut self, zones: &ZoneDatabase) -> Option<TimeZoneName> {
        self.0.choose(&zones.names()).ok().cloned()
    }

    /// Any date from 2000 to 2037.
    pub fn date(&mut self) -> Option<NaiveDate> {
        let days = self.0.int_in_range(0..=13_878_u64).ok()?;
        Some(NaiveDate::from_ymd_opt(2000, 1, 1)? + Days::new(days))
    }

    /// What a generator of the testkit makes of four bytes.
    pub fn made_by<S: Strategy>(&mut self, strategy: S) -> Option<S::Value> {
        let mut seed = [0; 32];
        seed[..4].copy_from_slice(&self.0.arbitrary::<[u8; 4]>().ok()?);
        let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &seed);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        Some(strategy.new_tree(&mut runner).ok()?.current())
    }

    /// A schedule in `zone` with rules, overrides, travel and validity around `date`, each of
    /// which can change without the others.
    pub fn schedule(&mut self, zone: &TimeZoneName, date: NaiveDate) -> Option<Schedule> {
        let mut another = || self.made_by(generators::schedule(zone.clone(), date));
        Some(Schedule {
            overrides: another()?.overrides,
            travel: another()?.travel,
            valid: another()?.valid,
            ..another()?
        })
    }
}
