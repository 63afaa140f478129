//! Responses with the headers of fanpass's own, and values as long as its sealed ones.

use std::{cell::Cell, net::SocketAddr};

use actix_web::{HttpResponse, http::header, web::Bytes};

/// Lengths of fanpass's values: a pending login, the state of the loop guard, a session.
const PENDING: usize = 250;
const LOOP_STATE: usize = 130;
const SESSION: usize = 330;

#[derive(Clone, Copy)]
pub enum Scope {
    Base,
    UserInfo,
}

impl Scope {
    /// Kept in the state's first letter, because there is no cookie for it.
    pub fn of(state: &str) -> Self {
        if state.starts_with('b') {
            Self::Base
        } else {
            Self::UserInfo
        }
    }
}

pub struct Responses {
    authorize: String,
    policy: String,
    pending: String,
    loop_state: String,
    padding: String,
    states: Cell<u64>,
}

impl Responses {
    pub fn new(sandbox: SocketAddr, own: SocketAddr, app_id: &str) -> Self {
        Self {
            authorize: format!(
                "http://{sandbox}/connect/oauth2/authorize?appid={app_id}&redirect_uri=http%3A%2F%2F{}%3A{}%2Fwechat\
                 %2Fcallback&response_type=code&scope=",
                own.ip(),
                own.port()
            ),
            policy: format!(
                "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data: https://*.qlogo.cn \
                 http://{sandbox}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
            ),
            pending: format!(
                "bare_login_0123456789abcdef={}; HttpOnly; SameSite=Lax; Path=/; Max-Age=600",
                "p".repeat(PENDING)
            ),
            loop_state: format!(
                "bare_restart={}; HttpOnly; SameSite=Lax; Path=/; Max-Age=60",
                "m".repeat(LOOP_STATE)
            ),
            padding: "s".repeat(SESSION - 36),
            states: Cell::new(0),
        }
    }

    pub fn begin(&self, scope: Scope) -> HttpResponse {
        let (name, letter) = match scope {
            Scope::Base => ("snsapi_base", 'b'),
            Scope::UserInfo => ("snsapi_userinfo", 'a'),
        };
        self.states.set(self.states.get() + 1);
        let location = format!(
            "{}{name}&state={letter}{:039x}#wechat_redirect",
            self.authorize,
            self.states.get()
        );
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, location))
            .insert_header((header::SET_COOKIE, self.pending.as_str()))
            .insert_header((header::CONTENT_SECURITY_POLICY, self.policy.as_str()))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::X_FRAME_OPTIONS, "DENY"))
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }

    pub fn signed_in(&self, fan_id: &str) -> HttpResponse {
        let session = format!(
            "bare_session={fan_id}{}; HttpOnly; SameSite=Lax; Path=/; Max-Age=3600",
            self.padding
        );
        HttpResponse::SeeOther()
            .insert_header((header::LOCATION, "/"))
            .append_header((header::SET_COOKIE, session))
            .append_header((
                header::SET_COOKIE,
                "bare_login_0123456789abcdef=; HttpOnly; SameSite=Lax; Path=/; Max-Age=0",
            ))
            .append_header((header::SET_COOKIE, self.loop_state.as_str()))
            .insert_header((header::CONTENT_SECURITY_POLICY, self.policy.as_str()))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::X_FRAME_OPTIONS, "DENY"))
            .insert_header((header::REFERRER_POLICY, "no-referrer"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .finish()
    }

    pub fn page(&self, page: Bytes) -> HttpResponse {
        HttpResponse::Ok()
            .insert_header((header::CONTENT_TYPE, "text/html; charset=utf-8"))
            .insert_header((header::CONTENT_SECURITY_POLICY, self.policy.as_str()))
            .insert_header((header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
            .insert_header((header::X_FRAME_OPTIONS, "DENY"))
            .insert_header((header::REFERRER_POLICY, "same-origin"))
            .insert_header((header::CACHE_CONTROL, "no-store"))
            .body(page)
    }
}

/// In the form of the query that the sandbox writes: `code=…&state=…`.
pub fn code_and_state(query: &str) -> (&str, &str) {
    let (code, state) = query.split_once("&state=").unwrap_or((query, ""));
    (code.trim_start_matches("code="), state)
}
