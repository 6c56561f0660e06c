//! Durations as whole minutes on the wire; the field's name ends in `Minutes`.

pub(crate) mod one {
    use chrono::TimeDelta;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(delta: &TimeDelta, to: S) -> Result<S::Ok, S::Error> {
        delta.num_minutes().serialize(to)
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(from: D) -> Result<TimeDelta, D::Error> {
        // 32 bits of minutes are four thousand years, and cannot overflow a `TimeDelta`.
        i32::deserialize(from).map(|minutes| TimeDelta::minutes(minutes.into()))
    }
}

pub(crate) mod list {
    use chrono::TimeDelta;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(list: &[TimeDelta], to: S) -> Result<S::Ok, S::Error> {
        list.iter()
            .map(TimeDelta::num_minutes)
            .collect::<Vec<_>>()
            .serialize(to)
    }

    pub(crate) fn deserialize<'de, D>(from: D) -> Result<Vec<TimeDelta>, D::Error>
    where
        D: Deserializer<'de>,
    {
        let list = Vec::<i32>::deserialize(from)?;
        Ok(list
            .into_iter()
            .map(|minutes| TimeDelta::minutes(minutes.into()))
            .collect())
    }
}

pub(crate) mod optional {
    use chrono::TimeDelta;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(crate) fn serialize<S: Serializer>(
        delta: &Option<TimeDelta>,
        to: S,
    ) -> Result<S::Ok, S::Error> {
        delta.map(|delta| delta.num_minutes()).serialize(to)
    }

    pub(crate) fn deserialize<'de, D>(from: D) -> Result<Option<TimeDelta>, D::Error>
    where
        D: Deserializer<'de>,
    {
        let minutes = Option::<i32>::deserialize(from)?;
        Ok(minutes.map(|minutes| TimeDelta::minutes(minutes.into())))
    }
}
