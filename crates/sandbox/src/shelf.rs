//! A map that forgets: bounded in number and in age.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

/// Keeps values in the order of their arrival; the oldest leave when they are stale or when there is no room.
pub(super) struct Shelf<V> {
    room: usize,
    values: HashMap<Arc<str>, V>,
    order: VecDeque<Arc<str>>,
}

impl<V> Shelf<V> {
    pub(super) fn new(room: usize) -> Self {
        Self {
            room,
            values: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Adds a value and drops old ones from the front: those that are `stale`, and as many as the room demands.
    pub(super) fn put(&mut self, key: &str, value: V, stale: impl Fn(&V) -> bool) {
        let key: Arc<str> = key.into();
        if self.values.insert(Arc::clone(&key), value).is_none() {
            self.order.push_back(key);
        }
        while let Some(oldest) = self.order.front() {
            let full = self.values.len() > self.room;
            if !full && !self.values.get(oldest).is_none_or(&stale) {
                break;
            }
            self.values.remove(oldest);
            self.order.pop_front();
        }
    }

    pub(super) fn get(&self, key: &str) -> Option<&V> {
        self.values.get(key)
    }

    pub(super) fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(key)
    }

    /// Takes a value out; its place in the order goes with the next values that leave.
    pub(super) fn take(&mut self, key: &str) -> Option<V> {
        self.values.remove(key)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.order
            .iter()
            .filter_map(|key| Some((key.as_ref(), self.values.get(key)?)))
    }

    pub(super) fn clear(&mut self) {
        self.values.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::Shelf;

    #[test]
    fn the_oldest_leave_when_there_is_no_room() {
        let mut shelf = Shelf::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            shelf.put(key, value, |_| false);
        }
        assert_eq!(shelf.iter().collect::<Vec<_>>(), [("b", &2), ("c", &3)]);
    }

    #[test]
    fn the_stale_leave_when_something_new_comes() {
        let mut shelf = Shelf::new(10);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            shelf.put(key, value, |_| false);
        }
        shelf.put("d", 4, |value| *value < 3);
        assert_eq!(shelf.iter().collect::<Vec<_>>(), [("c", &3), ("d", &4)]);
    }

    #[test]
    fn what_was_taken_leaves_no_place_behind() {
        let mut shelf = Shelf::new(10);
        shelf.put("a", 1, |_| false);
        assert_eq!(shelf.take("a"), Some(1));
        shelf.put("b", 2, |_| false);
        assert_eq!(shelf.order.len(), 1);
    }
}
