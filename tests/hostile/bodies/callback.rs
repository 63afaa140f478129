//! Any query of a callback can be read. It yields a valid state and a valid code, or none.

use fanpass::{
    domain::{AuthorizationCode, LoginState, NextPath},
    services::login::Callback,
};

/// `data` as a query; then as what stands around a genuine one.
pub fn check(data: &[u8]) {
    let query = String::from_utf8_lossy(data);
    let read = Callback::from_query(&query);
    let state = read.state.as_deref().map(LoginState::parse);
    if let Some(Ok(state)) = &state {
        let digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
        assert!(state.expose().len() == 40 && state.expose().bytes().all(digit));
    }
    let code = read.code.as_deref().map(AuthorizationCode::parse);
    if let Some(Ok(code)) = &code {
        assert!((1..=AuthorizationCode::MAX_LEN).contains(&code.expose().len()));
        assert!(code.expose().bytes().all(|byte| byte.is_ascii_graphic()));
    }
    for refused in [state.and_then(Result::err), code.and_then(Result::err)]
        .into_iter()
        .flatten()
    {
        assert!(refused.to_string().len() < 100, "a refusal repeats what it was given");
    }
    let genuine = format!("code=made-up&state={}", "0f".repeat(20));
    let read = Callback::from_query(&format!("{genuine}&{query}"));
    assert_eq!(
        read.code.as_deref(),
        Some("made-up"),
        "what follows {genuine} displaced it"
    );
    assert_eq!(read.state, Some("0f".repeat(20)), "what follows {genuine} displaced it");
    let _ = NextPath::from_query(&query);
}
