//! Scripts that Redis runs atomically. Each uses one key, so that it also runs on a cluster. Each is sent in full, which
//! takes one round trip whether or not the server knows it already.

/// KEYS: key. ARGV: value, milliseconds. Returns the stored value, if there is one.
pub const PUT_IF_ABSENT: &str = "local there = redis.call('GET', KEYS[1]) if there then return there end \
                                 redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2]) return false";
/// KEYS: key. ARGV: expected value, value, milliseconds. Returns whether it was stored.
pub const PUT_IF_EQUAL: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
                                redis.call('SET', KEYS[1], ARGV[2], 'PX', ARGV[3]) return 1";
/// KEYS: key. ARGV: expected value. Returns whether it was removed.
pub const REMOVE_IF_EQUAL: &str = "if redis.call('GET', KEYS[1]) ~= ARGV[1] then return 0 end \
                                   redis.call('DEL', KEYS[1]) return 1";
