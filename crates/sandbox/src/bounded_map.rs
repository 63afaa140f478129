//! A map that is bounded in size and in the age of its values.

use std::{
    collections::{HashMap, VecDeque},
    sync::Arc,
};

/// Keeps values in the order of their arrival. The oldest are dropped when they are stale or the map is full.
pub struct BoundedMap<V> {
    capacity: usize,
    values: HashMap<Arc<str>, V>,
    order: VecDeque<Arc<str>>,
}

impl<V> BoundedMap<V> {
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity,
            values: HashMap::new(),
            order: VecDeque::new(),
        }
    }

    /// Inserts a value. Drops stale values and those beyond the capacity, the oldest first.
    pub fn insert(&mut self, key: &str, value: V, is_stale: impl Fn(&V) -> bool) {
        let key: Arc<str> = key.into();
        if self.values.insert(Arc::clone(&key), value).is_none() {
            self.order.push_back(key);
        }
        while let Some(oldest) = self.order.front() {
            let full = self.values.len() > self.capacity;
            if !full && !self.values.get(oldest).is_none_or(&is_stale) {
                break;
            }
            self.values.remove(oldest);
            self.order.pop_front();
        }
    }

    pub fn get(&self, key: &str) -> Option<&V> {
        self.values.get(key)
    }

    pub fn get_mut(&mut self, key: &str) -> Option<&mut V> {
        self.values.get_mut(key)
    }

    /// Removes a value. Its key stays in the order until the keys before it are gone.
    pub fn remove(&mut self, key: &str) -> Option<V> {
        self.values.remove(key)
    }

    /// All values, the oldest first.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &V)> {
        self.order
            .iter()
            .filter_map(|key| Some((key.as_ref(), self.values.get(key)?)))
    }

    pub fn clear(&mut self) {
        self.values.clear();
        self.order.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::BoundedMap;

    #[test]
    fn the_oldest_are_dropped_when_the_map_is_full() {
        let mut map = BoundedMap::new(2);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            map.insert(key, value, |_| false);
        }
        assert_eq!(map.iter().collect::<Vec<_>>(), [("b", &2), ("c", &3)]);
    }

    #[test]
    fn the_stale_are_dropped_when_something_new_comes() {
        let mut map = BoundedMap::new(10);
        for (key, value) in [("a", 1), ("b", 2), ("c", 3)] {
            map.insert(key, value, |_| false);
        }
        map.insert("d", 4, |value| *value < 3);
        assert_eq!(map.iter().collect::<Vec<_>>(), [("c", &3), ("d", &4)]);
    }

    #[test]
    fn what_was_removed_leaves_no_key_behind() {
        let mut map = BoundedMap::new(10);
        map.insert("a", 1, |_| false);
        assert_eq!(map.remove("a"), Some(1));
        map.insert("b", 2, |_| false);
        assert_eq!(map.order.len(), 1);
    }
}
