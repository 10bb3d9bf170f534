//! The events to come, in order of time: a wheel of milliseconds, and a heap for events more than one turn away.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Ms;

/// The milliseconds of one turn: more than the longest wait of wx, so that nearly all events fit into the wheel.
const TURN: u32 = 1 << 16;
const NONE: u32 = u32::MAX;
const WORD: u32 = 64;

#[derive(Debug)]
struct Node<E> {
    event: E,
    next: u32,
}

/// Events in the order of their times. Events of the same millisecond come in the order in which they were put in,
/// apart from those that were more than a turn away at that time.
#[derive(Debug)]
pub struct Wheel<E> {
    now: Ms,
    /// First and last event of this millisecond.
    due: (u32, u32),
    /// The last event of each later millisecond. Each event there knows the one that was put in before it.
    slots: Vec<u32>,
    /// One bit for each slot: whether it has any events.
    filled: Vec<u64>,
    nodes: Vec<Node<E>>,
    free: u32,
    /// Events that are a turn away or more: time, a number for the order, and node.
    far: BinaryHeap<Reverse<(Ms, u32, u32)>>,
    far_numbers: u32,
    length: usize,
}

impl<E: Copy> Wheel<E> {
    /// An empty wheel whose time is `now`.
    pub fn new(now: Ms) -> Self {
        Wheel {
            now,
            due: (NONE, NONE),
            slots: vec![NONE; TURN as usize],
            filled: vec![0; (TURN / WORD) as usize],
            nodes: Vec::new(),
            free: NONE,
            far: BinaryHeap::new(),
            far_numbers: 0,
            length: 0,
        }
    }

    /// Puts an event in. An event of the past happens now.
    pub fn at(&mut self, at: Ms, event: E) {
        let at = at.max(self.now);
        let node = if self.free == NONE {
            self.nodes.push(Node { event, next: NONE });
            self.nodes.len() as u32 - 1
        } else {
            let node = self.free;
            let slot = &mut self.nodes[node as usize];
            self.free = slot.next;
            *slot = Node { event, next: NONE };
            node
        };
        self.length += 1;
        if at - self.now < TURN {
            self.append(at, node);
        } else {
            self.far_numbers = self.far_numbers.wrapping_add(1);
            self.far.push(Reverse((at, self.far_numbers, node)));
        }
    }

    /// Puts an event that is less than a turn away behind the others of its millisecond.
    fn append(&mut self, at: Ms, node: u32) {
        if at == self.now {
            let (first, last) = &mut self.due;
            if *first == NONE {
                *first = node;
            } else {
                self.nodes[*last as usize].next = node;
            }
            *last = node;
            return;
        }
        let index = at % TURN;
        let before = std::mem::replace(&mut self.slots[index as usize], node);
        self.nodes[node as usize].next = before;
        if before == NONE {
            self.filled[(index / WORD) as usize] |= 1 << (index % WORD);
        }
    }

    /// The next event and its time.
    pub fn pop(&mut self) -> Option<(Ms, E)> {
        if self.length == 0 {
            return None;
        }
        while self.due.0 == NONE {
            if let Some(at) = self.next_filled() {
                self.move_to(at);
            } else if let Some(Reverse((at, ..))) = self.far.peek() {
                // Only far events are left: time moves on to the first of them.
                self.now = *at;
            }
            // Some far events may be less than a turn away now. None of them is earlier than those in the wheel.
            self.draw_near();
        }
        let node = self.due.0;
        let Node { event, next } = self.nodes[node as usize];
        self.due.0 = next;
        self.nodes[node as usize].next = self.free;
        self.free = node;
        self.length -= 1;
        Some((self.now, event))
    }

    /// Moves the time on to a millisecond that has events. They become due, in the order in which they were put in.
    fn move_to(&mut self, at: Ms) {
        self.now = at;
        let index = at % TURN;
        self.filled[(index / WORD) as usize] &= !(1 << (index % WORD));
        let last = std::mem::replace(&mut self.slots[index as usize], NONE);
        let (mut node, mut after) = (last, NONE);
        while node != NONE {
            let before = std::mem::replace(&mut self.nodes[node as usize].next, after);
            (node, after) = (before, node);
        }
        self.due = (after, last);
    }

    /// Moves the far events that are less than a turn away into the wheel.
    fn draw_near(&mut self) {
        while let Some(Reverse((at, _, node))) = self.far.peek().copied() {
            if at - self.now >= TURN {
                break;
            }
            self.far.pop();
            self.append(at, node);
        }
    }

    fn next_filled(&self) -> Option<Ms> {
        let start = self.now % TURN;
        let words = TURN / WORD;
        for step in 0..=words {
            let word = (start / WORD + step) % words;
            let mut bits = self.filled[word as usize];
            if step == 0 {
                bits &= !0 << (start % WORD);
            } else if step == words {
                bits &= !(!0 << (start % WORD));
            }
            if bits != 0 {
                let index = word * WORD + bits.trailing_zeros();
                return Some(self.now + (index + TURN - start) % TURN);
            }
        }
        None
    }
}
