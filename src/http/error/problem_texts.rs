use super::ErrorKind;

/// Title and detail of a problem document. This is the one place that chooses them.
pub fn problem_texts(kind: ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::LoginExpired => ("The login has expired", "Begin the login again."),
        ErrorKind::SessionLost => ("The browser keeps no session", "Let the browser store cookies."),
        ErrorKind::CodeRefused => ("WeChat refused the login", "Begin the login again."),
        ErrorKind::Configuration => (
            "The account is not set up",
            "The operator must correct the account's settings.",
        ),
        ErrorKind::PlatformFault => ("WeChat answered with an error", "Try again later."),
        ErrorKind::PlatformTimeout => ("WeChat did not answer in time", "Try again later."),
        ErrorKind::PlatformBusy | ErrorKind::PlatformFrequency => ("WeChat is busy", "Try again after Retry-After."),
        ErrorKind::PlatformQuota => ("WeChat's quota is spent", "Try again after Retry-After."),
        ErrorKind::Overloaded => ("Too many requests at once", "Try again after Retry-After."),
        ErrorKind::DatabaseDown => ("The service is not available", "Try again after Retry-After."),
        ErrorKind::ForbiddenOrigin => (
            "The request came from another site",
            "This is answered only for pages of this site.",
        ),
        ErrorKind::AccountRefused => (
            "WeChat refuses the account",
            "The operator must act: the log and `fanpass check` say what WeChat refuses.",
        ),
        ErrorKind::PlatformPaused { .. } => (
            "WeChat refused lately, and is not asked at present",
            "Try again after Retry-After.",
        ),
        ErrorKind::KeyMissing => (
            "No valid key",
            "Send the app's key as `Authorization: Bearer KEY`, never in the URL.",
        ),
        ErrorKind::RightMissing => (
            "The app has no right to this",
            "The operator grants rights in `apps.<id>.api`.",
        ),
        ErrorKind::PathNotRelayed => (
            "The relay does not pass this path on",
            "It takes paths below /cgi-bin/, /datacube/, /customservice/, /wxaapi/ and /card/, and answers for tokens itself.",
        ),
        ErrorKind::CredentialsRefused => (
            "No app has these credentials",
            "Send the app's id as appid, its key as secret, and grant_type=client_credential.",
        ),
        ErrorKind::FanUnknown => ("No such fan", "Ask with the id that a list of fans has."),
        ErrorKind::NotSignedIn => ("Nobody is signed in", "Sign in, and try again."),
        ErrorKind::PhotoTooLarge => ("The photo is too large", "Send a smaller file."),
        ErrorKind::PhotoHeic => ("HEIC is not taken", "Send the photo as JPEG."),
        ErrorKind::PhotoAvif => ("AVIF is not taken", "Send the photo as JPEG."),
        ErrorKind::PhotoKind => ("Not a photo", "Send JPEG, PNG, WebP or GIF."),
        ErrorKind::PhotoPixels => ("The photo has too many pixels", "Send a smaller one."),
        ErrorKind::PhotoBroken => ("The photo cannot be read", "Send another file."),
        ErrorKind::PhotoGone => ("WeChat does not have this photo any more", "Choose it again."),
        ErrorKind::PhotosFull => ("There are as many photos as may be", "Delete some first."),
        ErrorKind::PhotosBusy => ("Too many photos at once", "Try again after Retry-After."),
        ErrorKind::StorageDown => ("The storage of photos is not available", "Try again after Retry-After."),
        ErrorKind::ExportBusy => ("A download is under way already", "Try again after Retry-After."),
        ErrorKind::LinkExpired => ("The link is over", "Ask fanpass for a new one."),
        ErrorKind::PageUrlUnreadable => (
            "The URL of the page cannot be read",
            "Send it as ?url=, through encodeURIComponent, in 2,048 bytes at most.",
        ),
        ErrorKind::PageUrlForeign => (
            "The page is none of this account's",
            "Signed are pages of server.public_url and of the hosts of apps with jssdk = true.",
        ),
        ErrorKind::NotFound => ("Not found", "There is no such route here."),
        ErrorKind::MethodNotAllowed => (
            "Method not allowed",
            "The header Allow names the methods of this route.",
        ),
        ErrorKind::UriTooLong => ("The URL is too long", "Send a shorter URL."),
        ErrorKind::HeadersTooLarge => ("The headers are too long", "Send fewer cookies and headers."),
        ErrorKind::BodyTooLarge => ("The body is too long", "Send a shorter body."),
        ErrorKind::BodyTooSlow => ("The body took too long", "Send it again, over a faster connection."),
        ErrorKind::LengthRequired => ("The body has no length", "Send the body with Content-Length."),
        ErrorKind::TooManyRequests { .. } => ("Too many requests", "Try again after Retry-After."),
        ErrorKind::Starting => ("Not ready", "starting"),
        ErrorKind::Stopping => ("Not ready", "stopping"),
        ErrorKind::Internal => ("Internal error", "Tell the operator the request_id."),
        ErrorKind::Framework(status) => match status.as_u16() {
            400..500 => (
                "The request cannot be read",
                "Its body, path or parameters are malformed.",
            ),
            _ => ("Internal error", "Tell the operator the request_id."),
        },
    }
}
