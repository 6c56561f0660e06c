use std::fmt;

use astralis_core::model::Slug;
use astralis_core::scheduler::{
    DAYS_OF_UNBOUNDED_WINDOWS, ImportClash, ImportReport, ReportedFinding,
};
use astralis_core::time::{Interval, Zone};

/// What an import brought, in words; times in the calendar owner's zone.
#[derive(Debug, Clone)]
pub struct Summary {
    /// Which calendar it was.
    pub source: String,
    /// Whose.
    pub user: Slug,
    /// Their zone.
    pub zone: Zone,
    /// What it brought.
    pub report: ImportReport,
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        let (source, zone) = (plain(&self.source), self.zone.name());
        writeln!(
            f,
            "imported      {source} for {}, times in {zone}",
            self.user
        )?;
        writeln!(f, "covers        {}", self.span(report.horizon.during))?;
        if report.horizon.is_cut {
            writeln!(
                f,
                "              longer than that can be booked: an event type has no last day (busy \
                 time is taken for {DAYS_OF_UNBOUNDED_WINDOWS} days then) or one that is too far \
                 away; import again in time"
            )?;
        }
        self.write_busy(f)?;
        self.write_free(f)?;
        self.write_findings(f)?;
        self.write_clashes(f)
    }
}

impl Summary {
    fn write_busy(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        let (events, stretches) = (report.events, report.stretches);
        write!(
            f,
            "busy          {events} events, {stretches} stretches of time"
        )?;
        if let Some(until) = report.busy_until {
            write!(f, ", until {}", self.zone.to_civil(until).format(MINUTE))?;
        }
        writeln!(f)
    }

    fn write_free(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let report = &self.report;
        let reasons = report.not_blocking.iter();
        let mut lines: Vec<_> = reasons
            .map(|(reason, count)| format!("{count} {reason}"))
            .collect();
        for (count, reason) in [
            (report.outside, "outside the days covered"),
            (report.already_ours, "from our own books"),
        ] {
            if count > 0 {
                lines.push(format!("{count} {reason}"));
            }
        }
        if lines.is_empty() {
            return Ok(());
        }
        writeln!(f, "not blocking  {}", lines.join(", "))
    }

    fn write_findings(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ReportedFinding { finding, blocks } in &self.report.findings {
            let words = plain(&finding.to_string());
            let uid = finding.uid.as_deref();
            let uid = uid.map_or_else(String::new, |uid| format!(" [UID {}]", plain(uid)));
            writeln!(f, "finding       {words}{uid}")?;
            if let Some((first, others)) = blocks.split_first() {
                write!(f, "              blocks {}", self.span(*first))?;
                match others.len() {
                    0 => writeln!(f)?,
                    more => writeln!(f, " and {more} more")?,
                }
            } else if finding.uid.is_some() {
                writeln!(f, "              blocks nothing of the days covered")?;
            }
        }
        Ok(())
    }

    fn write_clashes(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for ImportClash { title, during, .. } in &self.report.clashes {
            let span = self.span(*during);
            writeln!(
                f,
                "conflict      {span} with {:?}, which stays booked",
                plain(title)
            )?;
        }
        Ok(())
    }

    fn span(&self, during: Interval) -> String {
        let text = |at| self.zone.to_civil(at).format(MINUTE);
        format!("{} to {}", text(during.start()), text(during.end()))
    }
}

const MINUTE: &str = "%Y-%m-%d %H:%M";

/// Foreign text for a terminal: nothing that could move its cursor.
fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).collect()
}
