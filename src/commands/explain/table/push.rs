use super::{Entry, line, words};

pub(super) const ENTRIES: &[Entry] = &[
    line(
        &["a target does not take pushes"],
        words(
            "a target does not take pushes; they wait for it",
            "转发目标不接收推送，消息在排队",
        ),
        words(
            "A system of `[[push.forward]]` cannot be reached, answers another status than 2xx, or takes longer than ten seconds. The line names the target and the reason. Its pushes wait for a day, at most 10,000 of them; other targets and the fans notice nothing. Another line is written when it takes them again.",
            "`[[push.forward]]` 中的某个系统无法连接、状态码不是 2xx，或超过十秒才答复；这一行写有目标名和原因。它的推送最多排队一天、一万条；其他目标和粉丝不受影响。恢复时日志会再写一行。",
        ),
        words(
            "Look at that system. A refused address: [Forwarding](forward.md) says which addresses are called and what `private = true` allows. `fanpass jobs list` shows what waits.",
            "检查该系统。若是地址被拒绝：见 [Forwarding](forward.md)，那里写明哪些地址允许访问、`private = true` 放开什么。`fanpass jobs list` 可以看到排队的内容。",
        ),
    ),
    line(
        &["what waited for a target cannot be opened"],
        words(
            "what waited for a target cannot be opened, and is dropped",
            "排队的转发内容无法解开，已丢弃",
        ),
        words(
            "It was sealed with a key that this process does not have: SESSION_KEY was changed while the target was away, without SESSION_KEYS_ALSO or too early, or replicas have different keys.",
            "它是用本进程没有的密钥封存的：目标不可用期间更换了 SESSION_KEY 而没有设置 SESSION_KEYS_ALSO（或去掉得太早），或者各副本的密钥不同。",
        ),
        words(
            "Give all replicas the same SESSION_KEY. When it is changed, keep the old one in SESSION_KEYS_ALSO until nothing waits for a target (`fanpass jobs list`).",
            "所有副本使用同一个 SESSION_KEY；更换时把旧密钥留在 SESSION_KEYS_ALSO 中，直到没有内容排队（`fanpass jobs list`）。",
        ),
    ),
];
