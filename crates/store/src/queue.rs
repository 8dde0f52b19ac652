//! The bounded queue between callers and an engine's threads.
//!
//! Pushing never waits: a full queue is the caller's answer. Closing lets what is queued finish.

use std::collections::VecDeque;

use parking_lot::{Condvar, Mutex};

use crate::StoreError;

pub(crate) struct Queue<T> {
    state: Mutex<State<T>>,
    changed: Condvar,
    length_max: usize,
}

struct State<T> {
    items: VecDeque<T>,
    closed: bool,
}

impl<T> Queue<T> {
    pub(crate) fn new(length_max: usize) -> Self {
        let state = State {
            items: VecDeque::new(),
            closed: false,
        };
        Self {
            state: Mutex::new(state),
            changed: Condvar::new(),
            length_max,
        }
    }

    /// Adds `item` at the end, for the next thread that is free.
    pub(crate) fn push(&self, item: T) -> Result<(), StoreError> {
        let mut state = self.state.lock();
        if state.closed {
            return Err(StoreError::closed());
        }
        if state.items.len() >= self.length_max {
            return Err(StoreError::Overloaded);
        }
        state.items.push_back(item);
        drop(state);
        self.changed.notify_one();
        Ok(())
    }

    /// Adds `items` at the end that were there before: however many there are, and whether or not it is closed.
    pub(crate) fn put_back(&self, items: impl IntoIterator<Item = T>) {
        self.state.lock().items.extend(items);
        self.changed.notify_all();
    }

    /// Waits for the next item; `None` once the queue is closed and empty.
    pub(crate) fn pop(&self) -> Option<T> {
        let mut state = self.state.lock();
        loop {
            if let Some(item) = state.items.pop_front() {
                return Some(item);
            }
            if state.closed {
                return None;
            }
            self.changed.wait(&mut state);
        }
    }

    /// The next item, if one is waiting.
    pub(crate) fn try_pop(&self) -> Option<T> {
        self.state.lock().items.pop_front()
    }

    /// How many items wait.
    pub(crate) fn len(&self) -> usize {
        self.state.lock().items.len()
    }

    /// Whether nobody can be waiting for what is still carried out.
    pub(crate) fn is_closed(&self) -> bool {
        self.state.lock().closed
    }

    /// Refuses what comes from now on.
    pub(crate) fn close(&self) {
        self.state.lock().closed = true;
        self.changed.notify_all();
    }
}
