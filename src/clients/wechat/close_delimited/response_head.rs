//! What the head of a response says about its body.

/// Where the body begins: after the first empty line. This line and the one before it may end without a carriage return
/// (RFC 9112, 2.2).
pub(super) fn head_end(read: &[u8]) -> Option<usize> {
    let ends = read.iter().enumerate().filter(|(_, byte)| **byte == b'\n');
    let mut after = ends.filter_map(|(at, _)| read.get(at + 1..).map(|rest| (at + 1, rest)));
    after.find_map(|(at, rest)| match rest {
        [b'\n', ..] => Some(at + 1),
        [b'\r', b'\n', ..] => Some(at + 2),
        _ => None,
    })
}

pub(super) fn status(head: &[u8]) -> &[u8] {
    let is_head = head.starts_with(b"HTTP/");
    head.get(9..12).filter(|_| is_head).unwrap_or_default()
}

/// 101 is not interim: no HTTP follows it.
pub(super) fn is_interim(status: &[u8]) -> bool {
    status.starts_with(b"1") && status != b"101"
}

/// Returns whether the response ends with its connection. If so, its head is changed to HTTP/1.0.
pub(super) fn pass_on_as_http_1_0(head: &mut [u8]) -> bool {
    // 1xx, 204 and 304 have no body whatever they say.
    let status = status(head);
    let has_body = !status.starts_with(b"1") && status != b"204" && status != b"304";
    let ends_with_connection = has_body && !has_length(head);
    if ends_with_connection && let Some(version) = head.get_mut(..8).filter(|version| *version == b"HTTP/1.1") {
        version.copy_from_slice(b"HTTP/1.0");
    }
    ends_with_connection
}

/// Whether the head says where the body ends. The encoding `identity` does not.
fn has_length(head: &[u8]) -> bool {
    let lines = head.split(|byte| *byte == b'\n');
    let mut fields = lines.filter_map(|line| {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        Some((name.trim_ascii(), value.get(1..)?.trim_ascii()))
    });
    fields.any(|(name, value)| {
        name.eq_ignore_ascii_case(b"content-length")
            || (name.eq_ignore_ascii_case(b"transfer-encoding") && !value.eq_ignore_ascii_case(b"identity"))
    })
}
