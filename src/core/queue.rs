//! A queue that is emptied before it is filled again.

/// First in, first out. Memory is kept, so that a warm call allocates nothing. In the wasm it takes 200 bytes less than
/// std's `VecDeque`, which goes round.
#[derive(Clone, Debug)]
pub(super) struct Queue<T> {
    entries: Vec<T>,
    /// How many of them have been taken.
    taken: usize,
}

impl<T: Clone> Queue<T> {
    pub fn push(&mut self, entry: T) {
        self.entries.push(entry);
    }

    pub fn pop(&mut self) -> Option<T> {
        let entry = self.entries.get(self.taken).cloned();
        self.taken += 1;
        if self.is_empty() {
            self.entries.clear();
            self.taken = 0;
        }
        entry
    }

    pub fn is_empty(&self) -> bool {
        self.taken >= self.entries.len()
    }
}

impl<T> Queue<T> {
    pub const fn new() -> Self {
        Queue { entries: Vec::new(), taken: 0 }
    }
}
