use std::io::{self, Write};

/// What the operator is told at start-up, one thing a line.
#[derive(Debug, Clone)]
pub struct Announcement {
    /// Where guests book.
    pub booking_page: String,
    /// Where the host signs in, once.
    pub sign_in_link: String,
    /// Calls the API; shown at the first start only.
    pub api_token: Option<String>,
    /// The database: a file, or a server's address without its password.
    pub database: String,
    /// The edition of the time zone data.
    pub zone_data: String,
    /// Where mail goes: a folder, or a server as `smtp://host:port`.
    pub mail: String,
}

impl Announcement {
    /// Writes the lines with their values aligned.
    ///
    /// # Errors
    ///
    /// What `out` says.
    pub fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let lines = [
            ("booking page", Some(&self.booking_page)),
            ("sign-in link", Some(&self.sign_in_link)),
            ("API token", self.api_token.as_ref()),
            ("database", Some(&self.database)),
            ("zone data", Some(&self.zone_data)),
            ("mail", Some(&self.mail)),
        ];
        for (name, value) in lines {
            if let Some(value) = value {
                writeln!(out, "{name:<12}  {value}")?;
            }
        }
        out.flush()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_a_name_and_a_value() {
        let mut out = Vec::new();
        let announcement = Announcement {
            booking_page: "http://127.0.0.1:3001/book/host".into(),
            sign_in_link: "http://127.0.0.1:3001/sign-in/secret".into(),
            api_token: None,
            database: "/data/astralis.db".into(),
            zone_data: "2026e".into(),
            mail: "/data/spool".into(),
        };
        announcement.write_to(&mut out).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "booking page  http://127.0.0.1:3001/book/host\n\
             sign-in link  http://127.0.0.1:3001/sign-in/secret\n\
             database      /data/astralis.db\n\
             zone data     2026e\n\
             mail          /data/spool\n"
        );
    }
}
