use std::borrow::Cow;

use serde::Serialize;

use super::Failure;
use crate::{
    domain::{NextPath, routes},
    texts::text_id,
    views::links,
};

/// Where the page's button leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Retry<'a> {
    /// To another silent login.
    Login(&'a NextPath),
    /// Back to the registration prompt. A failed registration never restarts by itself.
    Registration(&'a NextPath),
    /// To the same URL once more.
    Reload,
    /// To the index page.
    Home,
}

/// A button of the page.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Action {
    /// The id of its text.
    label: &'static str,
    href: Cow<'static, str>,
}

impl Action {
    pub(super) const HOME: Self = Self {
        label: text_id("action-home"),
        href: Cow::Borrowed(routes::INDEX),
    };
}

/// Where the button leads if the handler does not choose.
pub(super) fn general_retry(failure: Failure, root: &NextPath) -> Retry<'_> {
    match failure {
        Failure::LoginExpired
        | Failure::SessionLost
        | Failure::CodeRefused
        | Failure::Configuration
        | Failure::PlatformFault
        | Failure::PlatformTimeout
        | Failure::NotSignedIn => Retry::Login(root),
        // The grant of a spent code is saved for some minutes, so the same URL completes the login.
        Failure::DatabaseDown
        | Failure::Busy
        | Failure::TooManyRequests
        | Failure::PhotosBusy
        | Failure::PhotosAway
        | Failure::ExportBusy => Retry::Reload,
        Failure::NotFound
        | Failure::MethodNotAllowed
        | Failure::BadRequest
        | Failure::RequestTooLarge
        | Failure::ForbiddenOrigin
        | Failure::PhotoTooLarge
        | Failure::PhotoHeic
        | Failure::PhotoAvif
        | Failure::PhotoKind
        | Failure::PhotoPixels
        | Failure::PhotoBroken
        | Failure::PhotoGone
        | Failure::PhotosFull
        | Failure::LinkExpired
        | Failure::PageUrlUnreadable
        | Failure::PageUrlForeign
        | Failure::Internal => Retry::Home,
    }
}

/// The page's buttons. The first one is highlighted.
pub(super) fn actions(retry: Retry<'_>) -> (Action, Option<Action>) {
    let to = |label, href: Cow<'static, str>| Action { label, href };
    match retry {
        Retry::Login(next) => (to(text_id("action-sign-in"), links::login(next).into()), None),
        Retry::Registration(next) => (
            to(text_id("action-registration"), links::welcome(next).into()),
            Some(to(text_id("action-decline-registration"), links::decline().into())),
        ),
        // An empty reference is the current URL.
        Retry::Reload => (to(text_id("action-reload"), "".into()), Some(Action::HOME)),
        Retry::Home => (Action::HOME, None),
    }
}
