use super::http::Response;

/// What a response is to a fan.
#[derive(Debug)]
pub enum Step {
    /// To the platform's authorize page, with this state.
    Authorize { state: String },
    /// Signed in, and on the way to the page that was asked for.
    SignedIn,
    /// To the registration prompt.
    Welcome,
    /// A page that says what is wrong and what to do.
    Page { status: u16, reload: bool },
    /// Nothing that the design knows.
    Odd(String),
}

/// Recognises what a response is.
pub fn read(response: &Response) -> Step {
    match response.status {
        303 => redirect(response),
        status => match fault_of(response) {
            None => Step::Page {
                status,
                reload: response.body.contains("href=\"\""),
            },
            Some(fault) => Step::Odd(format!("a {status} {fault}")),
        },
    }
}

fn redirect(response: &Response) -> Step {
    let location = response.header("location").unwrap_or_default();
    let has_session = response.headers("set-cookie").any(|cookie| {
        let value = cookie.strip_prefix("fanpass_session=");
        value.is_some_and(|value| value.len() > 100)
    });
    let state = location
        .split(['&', '?', '#'])
        .find_map(|pair| pair.strip_prefix("state="));
    match (location, state) {
        ("/", _) if has_session => Step::SignedIn,
        ("/welcome" | "/welcome?next=%2F", _) => Step::Welcome,
        (location, Some(state)) if location.contains("/connect/oauth2/authorize?") => Step::Authorize {
            state: state.to_owned(),
        },
        _ => Step::Odd(format!("a redirect to {location:?}, with a session: {has_session}")),
    }
}

/// What is missing from a page of failure: plain words, a next step, and on 503 when to come back.
fn fault_of(response: &Response) -> Option<&'static str> {
    let body = &response.body;
    let lacks = |text: &str| !body.contains(text);
    if response.header("content-type") != Some("text/html; charset=utf-8") || lacks("<html lang=\"zh-CN\">") {
        return Some("that is no page");
    }
    if lacks("weui-btn_primary") || lacks("class=\"request-id\"") {
        return Some("page without a next step");
    }
    if !lacks("panicked") || !lacks("127.0.0.1") {
        return Some("page that shows the inside");
    }
    (response.status == 503 && response.header("retry-after").is_none())
        .then_some("page that does not say when to come back")
}
