use crate::time::{Interval, IntervalSet};

/// Many sets at once.
impl IntervalSet {
    /// What is in at least one of the sets; cost as for [`at_least`](Self::at_least).
    #[must_use]
    pub fn union_all(sets: &[Self]) -> Self {
        Self::at_least(1, sets)
    }

    /// What is in all of the sets; [always](Self::always) if there are none.
    ///
    /// `O(n log k)` for `n` intervals in `k` sets: sets are paired, and the pairs paired again.
    #[must_use]
    pub fn intersect_all(sets: &[Self]) -> Self {
        match sets {
            [] => Self::always(),
            [only] => only.clone(),
            [one, other] => one.intersect(other),
            _ => {
                let (left, right) = sets.split_at(sets.len() / 2);
                Self::intersect_all(left).intersect(&Self::intersect_all(right))
            }
        }
    }

    /// What is in `count` of the sets or more; [always](Self::always) for a count of none.
    ///
    /// One sweep that counts how many sets are open, over all beginnings and all ends in order:
    /// `O(n log n)` for `n` intervals, and less the longer the sets are, because their order is
    /// made use of.
    ///
    /// ```
    /// # use astralis_core::time::{Interval, IntervalSet};
    /// let set = |text: &str| text.parse().map(|one: Interval| IntervalSet::from([one]));
    /// let [ada, grace, mary] = [
    ///     set("2026-03-02T08:00Z/2026-03-02T12:00Z")?,
    ///     set("2026-03-02T09:00Z/2026-03-02T15:00Z")?,
    ///     set("2026-03-02T14:00Z/2026-03-02T16:00Z")?,
    /// ];
    /// let two_of_three = IntervalSet::at_least(2, &[ada, grace, mary]);
    /// assert_eq!(two_of_three.iter().count(), 2); // Nine to twelve, and two to three.
    /// # Ok::<(), astralis_core::time::IntervalError>(())
    /// ```
    #[must_use]
    pub fn at_least(count: usize, sets: &[Self]) -> Self {
        if count == 0 {
            return Self::always();
        }
        let in_order = |bound: fn(&Interval) -> i64| {
            let mut bounds: Vec<i64> = sets.iter().flat_map(Self::as_slice).map(bound).collect();
            bounds.sort(); // Stable: it merges runs that are in order already.
            bounds
        };
        let starts = in_order(|each| each.start_micros());
        let ends = in_order(|each| each.end_micros());
        let mut set = Self::with_capacity(starts.len() / count);
        let (mut depth, mut since) = (0, 0);
        let mut starts = starts.as_slice();
        for end in ends {
            // Where one set begins as another ends, the beginning counts first: they touch.
            while let [start, rest @ ..] = starts
                && *start <= end
            {
                depth += 1;
                if depth == count {
                    since = *start;
                }
                starts = rest;
            }
            if depth == count && since < end {
                set.push(Interval::between(since, end));
            }
            depth -= 1;
        }
        set
    }
}
