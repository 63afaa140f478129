//! A browser without a screen: cookies, redirects, a user agent.

use std::{cell::RefCell, collections::BTreeMap, rc::Rc, time::Duration};

use awc::{Client, ClientResponse, http::header};
use url::{Url, form_urlencoded};

use super::eventually_some;

/// WeChat on a phone.
pub const WECHAT: &str = "Mozilla/5.0 (iPhone; CPU iPhone OS 16_2 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like \
                          Gecko) Mobile/15E148 MicroMessenger/8.0.31(0x18001f2e) NetType/4G Language/zh_CN";

/// A browser; clones are tabs of it.
#[derive(Clone)]
pub struct Browser {
    client: Client,
    user_agent: Rc<str>,
    jar: Rc<RefCell<BTreeMap<String, String>>>,
}

/// A response, of which the body is read.
#[derive(Debug)]
pub struct Page {
    pub status: u16,
    pub url: Url,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Page {
    /// The response to a request for `url`, read to its end.
    pub async fn read(mut response: ClientResponse, url: &str) -> Self {
        let body = response.body().limit(1 << 20).await.unwrap().to_vec();
        let pairs = response.headers().iter();
        let headers =
            pairs.map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into_owned()));
        Self {
            status: response.status().as_u16(),
            url: Url::parse(url).unwrap(),
            headers: headers.collect(),
            body,
        }
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers
            .iter()
            .filter(|(key, _)| key == "set-cookie")
            .map(|(_, value)| value.as_str())
            .collect()
    }

    pub fn location(&self) -> &str {
        self.header("location")
            .unwrap_or_else(|| panic!("{} leads nowhere: {}", self.status, self.text()))
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn path(&self) -> &str {
        self.url.path()
    }

    /// A query parameter of the URL that the response redirects to.
    pub fn carried(&self, name: &str) -> Option<String> {
        parameter(self.location(), name)
    }
}

/// A query parameter of a URL.
pub fn parameter(url: &str, name: &str) -> Option<String> {
    let url = Url::parse(url).unwrap();
    url.query_pairs()
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

impl Browser {
    pub fn new(user_agent: &str) -> Self {
        let client = Client::builder()
            .disable_redirects()
            .timeout(Duration::from_secs(20))
            .finish();
        Self {
            client,
            user_agent: user_agent.into(),
            jar: Rc::default(),
        }
    }

    /// Another browser with the same cookies.
    pub fn copy(&self) -> Self {
        let copy = Self::new(&self.user_agent);
        copy.jar.replace(self.jar.borrow().clone());
        copy
    }

    pub async fn get(&self, url: &str) -> Page {
        self.request("GET", url, &[], None).await
    }

    /// Posts a form as one of the site's own pages would.
    pub async fn post(&self, url: &str, fields: &[(&str, &str)]) -> Page {
        let origin = Url::parse(url).unwrap().origin().ascii_serialization();
        self.request("POST", url, &[("origin", &origin)], Some(fields)).await
    }

    /// Follows redirects as a browser does, also to other hosts.
    pub async fn open(&self, url: &str) -> Page {
        let mut page = self.get(url).await;
        for _ in 0..10 {
            if !(300..400).contains(&page.status) {
                return page;
            }
            let next = page.url.join(page.location()).unwrap();
            page = self.get(next.as_str()).await;
        }
        panic!("a loop that ends at {}", page.url);
    }

    /// Loads a page again, as a fan does, while it has one of these statuses; returns the first page that has another.
    pub async fn reload_while(&self, statuses: &[u16], url: &str) -> Page {
        eventually_some("a page with another status", async || {
            let page = self.get(url).await;
            (!statuses.contains(&page.status)).then_some(page)
        })
        .await
    }

    /// Sends a body of any kind.
    pub async fn send(&self, method: &str, url: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Page {
        let mut request = self.client.request(method.parse().unwrap(), url);
        request = request.insert_header((header::USER_AGENT, &*self.user_agent));
        request = request.insert_header((header::COOKIE, self.cookie_header()));
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        let sent = request.send_body(body).await;
        let page = Page::read(sent.unwrap_or_else(|error| panic!("{method} {url}: {error}")), url).await;
        page.set_cookies().iter().for_each(|cookie| self.keep(cookie));
        page
    }

    pub async fn request(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
        form: Option<&[(&str, &str)]>,
    ) -> Page {
        let url = Url::parse(url).unwrap();
        let mut request = self.client.request(method.parse().unwrap(), url.as_str());
        request = request.insert_header((header::USER_AGENT, &*self.user_agent));
        let cookies = self.cookie_header();
        if !cookies.is_empty() {
            request = request.insert_header((header::COOKIE, cookies));
        }
        for (name, value) in headers {
            request = request.insert_header((*name, *value));
        }
        let sent = match form {
            Some(fields) => request.send_form(&fields.to_vec()).await,
            None => request.send().await,
        };
        let page = Page::read(
            sent.unwrap_or_else(|error| panic!("{method} {url}: {error}")),
            url.as_str(),
        )
        .await;
        page.set_cookies().iter().for_each(|cookie| self.keep(cookie));
        page
    }

    /// On the platform's authorize page: chooses a fan and decides; returns the callback's URL.
    pub async fn decide(&self, authorize_url: &str, openid: &str, decision: &str) -> String {
        let url = authorize_url.split('#').next().unwrap();
        self.jar
            .borrow_mut()
            .insert("sandbox_fan".to_owned(), openid.to_owned());
        let page = self.get(url).await;
        if (300..400).contains(&page.status) {
            return page.location().to_owned();
        }
        let decided = self.post(url, &[("fan", openid), ("decision", decision)]).await;
        decided.location().to_owned()
    }

    pub fn cookie_header(&self) -> String {
        let jar = self.jar.borrow();
        jar.iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect::<Vec<_>>()
            .join("; ")
    }

    pub fn cookie_names(&self) -> Vec<String> {
        self.jar.borrow().keys().cloned().collect()
    }

    pub fn cookie(&self, name: &str) -> Option<String> {
        self.jar.borrow().get(name).cloned()
    }

    pub fn set_cookie(&self, name: &str, value: &str) {
        self.jar.borrow_mut().insert(name.to_owned(), value.to_owned());
    }

    pub fn forget_cookies(&self, prefix: &str) {
        self.jar.borrow_mut().retain(|name, _| !name.starts_with(prefix));
    }

    pub fn is_signed_in(&self) -> bool {
        self.cookie("fanpass_session").is_some()
    }

    fn keep(&self, set_cookie: &str) {
        let (pair, attributes) = set_cookie.split_once(';').unwrap_or((set_cookie, ""));
        let (name, value) = pair.split_once('=').unwrap();
        let is_over = attributes.to_ascii_lowercase().contains("max-age=0");
        let mut jar = self.jar.borrow_mut();
        match is_over {
            true => jar.remove(name),
            false => jar.insert(name.to_owned(), value.to_owned()),
        };
    }
}

/// A query as a browser writes it.
pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
