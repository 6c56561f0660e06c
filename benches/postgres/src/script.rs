//! A booking as a script for `pgbench`: the statements of the store, with the texts of a booking that
//! the store has made.

use sqlx::postgres::PgConnection;

use crate::cell::{Cell, HALF_HOUR, HOT_TENANTS, OFFSETS, TRIES, Times};
use crate::world::{BUFFER_MINUTES, FIRST, STARTS, TENANTS, World, half_hour};

/// What of a booking differs from one to the next.
pub(crate) struct Script {
    cell: Cell,
    /// What stands in the sample, and the expression for it, in the order of `format`'s arguments.
    arguments: Vec<(String, String)>,
    subjects: Vec<String>,
    documents: Documents,
}

/// What the statement that writes a plan is given.
#[derive(sqlx::FromRow)]
struct Documents {
    events: String,
    attendances: String,
    bookings: String,
    messages: String,
    receipt: String,
}

/// The same values as the store binds, from what it has written.
const DOCUMENTS: &str = "
    SELECT
        (SELECT jsonb_agg(to_jsonb(events) || jsonb_build_object('subjects', '{}'::uuid[]))::text
         FROM events) AS events,
        (SELECT jsonb_agg(to_jsonb(attendances))::text FROM attendances) AS attendances,
        (SELECT jsonb_agg(to_jsonb(bookings))::text FROM bookings) AS bookings,
        (SELECT jsonb_agg(to_jsonb(messages) || jsonb_build_object(
            'recipient_key', jobs.recipient_key, 'sequence', jobs.sequence))::text
         FROM messages JOIN jobs ON jobs.message_id = messages.id
         WHERE messages.event_id = (SELECT id FROM events)) AS messages,
        (SELECT receipt::text FROM commands) AS receipt";

impl Script {
    /// Books once with the store, takes down what was written, and clears it away.
    pub(crate) async fn after_a_booking(world: &World, cell: Cell) -> Self {
        let mut shell = world.database.shell().await;
        world.clear().await;
        execute(&mut shell, "SET TIME ZONE 'UTC'").await;
        let meeting = world.meeting((0, 0), cell.buffers, &mut fastrand::Rng::with_seed(0));
        meeting.book(&world.store).await.unwrap();
        let documents = sqlx::query_as(DOCUMENTS)
            .fetch_one(&mut shell)
            .await
            .unwrap();
        world.clear().await;

        let mut arguments = vec![(meeting.event.org.to_string(), org())];
        let mut subjects: Vec<_> = meeting.claims.iter().map(|claim| claim.subject).collect();
        subjects.sort_unstable();
        assert_eq!(subjects.len(), cell.hosts);
        let subjects: Vec<String> = subjects
            .iter()
            .map(|subject| {
                let (_, low) = subject.as_uuid().as_u64_pair();
                let expression = format!("(lpad(to_hex(:t::bigint), 16, '0') || '{low:016x}')");
                arguments.push((subject.to_string(), expression.clone()));
                expression
            })
            .collect();
        arguments.push((meeting.event.id.to_string(), id(0)));
        arguments.push((meeting.booking.id.to_string(), id(1)));
        for (kind, message) in meeting.messages.iter().enumerate() {
            arguments.push((message.id.to_string(), id(2 + kind)));
        }
        let during = half_hour(0);
        for (instant, expression) in [(during.start(), start()), (during.end(), end())] {
            let shown = instant.format("%FT%T+00:00").to_string();
            arguments.push((shown, format!("{expression}::text")));
        }
        Self {
            cell,
            arguments,
            subjects,
            documents,
        }
    }

    /// Begin and lock are one round trip, as in the store.
    pub(crate) fn text(&self) -> String {
        let subjects = self.subjects.join("::uuid, ");
        let lock = format!(
            "SELECT FROM subjects WHERE org_id = {}::uuid AND id IN ({subjects}::uuid) \
             ORDER BY id FOR NO KEY UPDATE",
            org()
        );
        let (tenant, start) = self.wish();
        [
            "\\set n :n + 1".to_owned(),
            format!("\\set t {tenant}"),
            format!("\\set s {start}"),
            "\\startpipeline".to_owned(),
            "BEGIN ISOLATION LEVEL READ COMMITTED;".to_owned(),
            "SET LOCAL synchronous_commit = on;".to_owned(),
            format!("{lock};"),
            "\\endpipeline".to_owned(),
            format!("{}\n\\gset", self.in_the_way()),
            "\\if :busy > 0\nROLLBACK;\n\\else".to_owned(),
            format!("{}\n\\gset", self.take()),
            format!("\\if :got = {}", self.subjects.len()),
            format!("{};", self.record()),
            "COMMIT;\n\\else\nROLLBACK;\n\\endif\n\\endif\n".to_owned(),
        ]
        .join("\n")
    }

    /// As [`Cell::wish`].
    fn wish(&self) -> (String, String) {
        match self.cell.times {
            Times::Random => (
                format!("random(1, {TENANTS})"),
                format!("random(0, {})", STARTS - 1),
            ),
            Times::Hot => (
                format!("random(1, {HOT_TENANTS})"),
                format!(
                    ":n / {TRIES} * {HALF_HOUR} + random(0, {}) * 2",
                    OFFSETS - 1
                ),
            ),
        }
    }

    /// The facts, and how many of them speak against the booking.
    fn in_the_way(&self) -> String {
        let buffer = self.buffer();
        format!(
            "SELECT count(*) AS busy FROM (\n{}\n) AS fact \
             WHERE fact.starts_at < {} + make_interval(mins => greatest(fact.buffer_before_minutes, {buffer})::integer) \
             AND fact.ends_at > {} - make_interval(mins => greatest(fact.buffer_after_minutes, {buffer})::integer)",
            self.facts(),
            end(),
            start(),
        )
    }

    fn buffer(&self) -> i64 {
        if self.cell.buffers { BUFFER_MINUTES } else { 0 }
    }

    fn facts(&self) -> String {
        filled(
            include_str!("../../../astralis-store-postgres/queries/facts/subjects.sql"),
            &[
                format!("{}::uuid", org()),
                self.subject_ids(),
                format!("({} - interval '48 hours')", start()),
                format!("({} + interval '48 hours')", end()),
                now(),
                format!("{}::uuid", id(8)),
            ],
        )
    }

    /// The statement answers rows, and the script needs their number.
    fn take(&self) -> String {
        let each = |value: &dyn Fn(usize) -> String, kind: &str| {
            let values: Vec<_> = (0..self.subjects.len()).map(value).collect();
            format!("ARRAY[{}]::{kind}[]", values.join(", "))
        };
        let take = filled(
            include_str!("../../../astralis-store-postgres/queries/claims/take.sql"),
            &[
                format!("{}::uuid", org()),
                "ARRAY[]::uuid[]".to_owned(),
                self.subject_ids(),
                now(),
                each(&|_| org(), "uuid"),
                each(&|n| id(10 + n), "uuid"),
                self.subject_ids(),
                each(&|_| start(), "timestamptz"),
                each(&|_| end(), "timestamptz"),
                each(&|_| self.buffer().to_string(), "bigint"),
                each(&|_| self.buffer().to_string(), "bigint"),
                each(&|_| id(0), "uuid"),
                each(&|_| "'BUSY'".to_owned(), "text"),
                each(&|_| "TRUE".to_owned(), "boolean"),
                each(&|_| "NULL".to_owned(), "timestamptz"),
            ],
        );
        let (room, insert) = take.split_once(")\nINSERT INTO claims").unwrap();
        format!(
            "{room}), taken AS (\nINSERT INTO claims{insert})\nSELECT count(*) AS got FROM taken"
        )
    }

    fn record(&self) -> String {
        let Documents {
            events,
            attendances,
            bookings,
            messages,
            receipt,
        } = &self.documents;
        filled(
            include_str!("../../../astralis-store-postgres/queries/commands/record.sql"),
            &[
                self.document(events),
                self.document(attendances),
                self.document(bookings),
                self.document(messages),
                format!("{}::uuid", org()),
                self.subject_ids(),
                format!("{}::uuid", id(8)),
                format!("{}::uuid", id(9)),
                self.document(receipt),
                now(),
            ],
        )
    }

    /// The sample with this booking's values in it, put together in one pass.
    fn document(&self, sample: &str) -> String {
        let mut template = sample.replace('%', "%%").replace('\'', "''");
        for (index, (sample, _)) in self.arguments.iter().enumerate() {
            template = template.replace(sample.as_str(), &format!("%{}$s", index + 1));
        }
        let values: Vec<_> = self
            .arguments
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        format!(
            "format('{}', {})::jsonb",
            without_variables(&template),
            values.join(", ")
        )
    }

    fn subject_ids(&self) -> String {
        format!("ARRAY[{}]::uuid[]", self.subjects.join(", "))
    }
}

/// A statement with expressions for its parameters.
pub(crate) fn filled(statement: &str, values: &[String]) -> String {
    let mut filled = statement.trim_end().to_owned();
    for (index, value) in values.iter().enumerate().rev() {
        filled = filled.replace(&format!("${}", index + 1), &format!("({value})"));
    }
    filled
}

/// Whatever follows a colon would be read as a variable; JSON knows another way to write one.
fn without_variables(json: &str) -> String {
    let mut text = String::with_capacity(json.len());
    let mut rest = json.chars().peekable();
    while let Some(letter) = rest.next() {
        let names = |next: &char| next.is_ascii_alphanumeric() || *next == '_';
        if letter == ':' && rest.peek().is_some_and(names) {
            text.push_str("\\u003a");
        } else {
            text.push(letter);
        }
    }
    text
}

fn org() -> String {
    "(lpad(to_hex(:t::bigint), 16, '0') || '0000000000000001')".to_owned()
}

/// An id of this booking, as hexadecimal digits; of each kind one, counting upwards per client.
fn id(kind: usize) -> String {
    format!(
        "(lpad(to_hex(:client_id::bigint * 16 + {kind}), 16, '0') || lpad(to_hex(:n::bigint), 16, '0'))"
    )
}

fn start() -> String {
    format!(
        "('{}'::timestamptz + :s::bigint * interval '5 minutes')",
        quoted_first()
    )
}

fn end() -> String {
    format!("({} + interval '30 minutes')", start())
}

fn now() -> String {
    "'20260328T120000Z'::timestamptz".to_owned()
}

/// Without a colon.
fn quoted_first() -> String {
    FIRST.replace(['-', ':'], "")
}

async fn execute(shell: &mut PgConnection, statement: &'static str) {
    sqlx::raw_sql(statement).execute(shell).await.unwrap();
}
