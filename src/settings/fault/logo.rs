/// What is wrong with `site.logo`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[expect(missing_docs, reason = "the text of each variant is beside it")]
pub enum LogoViolation {
    #[error(
        "names the file {file:?} that cannot be read ({error}); give the path of a readable PNG, JPEG or WebP file"
    )]
    Unreadable { file: String, error: String },
    #[error("names a file that is too long; give one of at most {mib} MiB")]
    TooLong { mib: u64 },
    #[error(
        "names a file that is no PNG, JPEG or WebP picture; convert it (an SVG is a program, so it is not accepted)"
    )]
    Format,
    #[error("names a picture that is too large; give one of at most {longest} pixels on each side")]
    TooLarge { longest: u32 },
    #[error("names a picture that cannot be decoded ({error}); save it anew as PNG")]
    Broken { error: String },
}
