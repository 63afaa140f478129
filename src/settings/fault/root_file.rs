/// What is wrong with an entry of `wechat.root_files`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum RootFileViolation {
    /// `name.txt = "…"` instead of `"name.txt" = "…"`.
    #[error("is not a string; put the whole file name in quotes: a dot outside quotes begins a new table")]
    NameNotQuoted,
    #[error(
        "cannot be a file at the root; name it with 1 to 128 ASCII letters, digits, `.`, `_` or `-`, and no dot in front"
    )]
    Name,
    #[error("would hide a page of this application; use another name")]
    HidesPage,
    #[error("is empty or too long; give the content of the file, at most {longest} bytes")]
    Length { longest: usize },
}
