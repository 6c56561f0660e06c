/// Values at numbers that stay theirs until they are taken out, all in one piece of memory.
#[derive(Debug, Clone)]
pub(super) struct Slab<T> {
    values: Vec<T>,
    // Numbers whose values were taken out.
    vacant: Vec<u32>,
}

impl<T> Default for Slab<T> {
    fn default() -> Self {
        Self {
            values: Vec::new(),
            vacant: Vec::new(),
        }
    }
}

impl<T> Slab<T> {
    #[inline]
    pub(super) fn get(&self, number: u32) -> &T {
        &self.values[number as usize]
    }

    pub(super) fn get_mut(&mut self, number: u32) -> &mut T {
        &mut self.values[number as usize]
    }
}

impl<T: Default> Slab<T> {
    pub(super) fn add(&mut self, value: T) -> u32 {
        if let Some(number) = self.vacant.pop() {
            *self.get_mut(number) = value;
            return number;
        }
        push(&mut self.values, value);
        u32::try_from(self.values.len() - 1).expect("fewer values than fit into memory")
    }

    pub(super) fn take(&mut self, number: u32) -> T {
        self.vacant.push(number);
        std::mem::take(self.get_mut(number))
    }

    /// Whether most of the memory is vacant, so that [packing](Self::pack) pays.
    pub(super) const fn is_hollow(&self) -> bool {
        self.vacant.len() > self.values.len() / 2
    }

    /// Gives vacant memory back. Values get new numbers, in place of the old ones given here.
    pub(super) fn pack<'a>(&mut self, numbers: impl Iterator<Item = &'a mut u32>) {
        let mut old = std::mem::take(&mut self.values);
        self.vacant = Vec::new();
        for number in numbers {
            *number = self.add(std::mem::take(&mut old[*number as usize]));
        }
    }
}

/// Appends to values that grow by an eighth rather than twofold: what is not used yet counts as
/// memory too.
pub(super) fn push<T>(values: &mut Vec<T>, value: T) {
    if values.len() == values.capacity() {
        values.reserve_exact(values.len() / 8 + 1);
    }
    values.push(value);
}
