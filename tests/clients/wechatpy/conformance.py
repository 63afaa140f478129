"""Takes wechatpy, unchanged but for its two base addresses, through web-page authorization against a running sandbox.

SANDBOX_URL, SANDBOX_APP_ID and SANDBOX_APP_SECRET say where and as whom. One line per passed check; the first failure ends
the run with a non-zero status.
"""

import os
from urllib.parse import parse_qs, urlsplit

import requests
from wechatpy.exceptions import WeChatOAuthException
from wechatpy.oauth import WeChatOAuth

SANDBOX = os.environ["SANDBOX_URL"].rstrip("/") + "/"
APP_ID = os.environ["SANDBOX_APP_ID"]
APP_SECRET = os.environ["SANDBOX_APP_SECRET"]
CALLBACK = "http://localhost:8080/wechat/callback?from=menu"
NICKNAME = "皮皮🐍/斜杠"


class SandboxOAuth(WeChatOAuth):
    API_BASE_URL = SANDBOX
    OAUTH_BASE_URL = SANDBOX + "connect/"


def passed(what, condition):
    if not condition:
        raise SystemExit(f"FAILED wechatpy: {what}")
    print(f"ok wechatpy: {what}")


def refused(what, errcode, call, *arguments):
    try:
        call(*arguments)
    except WeChatOAuthException as error:
        passed(f"{what} is {errcode}", error.errcode == errcode and ", rid: " in error.errmsg)
    else:
        passed(f"{what} is {errcode}", False)


def landed(response):
    """The query that the redirect brings to the callback."""
    passed("the browser is sent on with a 302", response.status_code == 302)
    location = response.headers["Location"]
    passed("it is sent to the callback, whose query is kept", location.startswith(CALLBACK + "&"))
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def log_in(browser, scope, **form):
    oauth = SandboxOAuth(APP_ID, APP_SECRET, CALLBACK, scope=scope, state="f00dcafe")
    if form:
        response = browser.post(oauth.authorize_url, data=form, allow_redirects=False)
    else:
        response = browser.get(oauth.authorize_url, allow_redirects=False)
    return oauth, response


def registration(browser):
    oauth, page = log_in(browser, "snsapi_userinfo")
    passed("the authorize link of the library shows the consent page", page.status_code == 200 and "同意" in page.text)
    oauth, response = log_in(browser, "snsapi_userinfo", nickname=NICKNAME, decision="agree")
    query = landed(response)
    passed("the state comes back", query["state"] == "f00dcafe")

    tokens = oauth.fetch_access_token(query["code"])
    passed("the code is exchanged", tokens["scope"] == "snsapi_userinfo" and tokens["expires_in"] == 7200)
    refused("the same code again", 40163, oauth.fetch_access_token, query["code"])
    passed("the token is valid", oauth.check_access_token())

    profile = oauth.get_user_info()
    passed("the profile is this fan's", profile["openid"] == oauth.open_id)
    passed("the nickname arrives whole", profile["nickname"] == NICKNAME)
    passed("the picture is there", requests.get(profile["headimgurl"], timeout=10).ok)

    renewed = oauth.refresh_access_token(oauth.refresh_token)
    passed("the token is refreshed", renewed["openid"] == tokens["openid"])
    passed("the refreshed token reads the profile", oauth.get_user_info(lang="en")["nickname"] == NICKNAME)
    return oauth


def silent_login(browser, openid):
    oauth, response = log_in(browser, "snsapi_base")
    tokens = oauth.fetch_access_token(landed(response)["code"])
    passed("the silent login knows the fan again", tokens["openid"] == openid)
    refused("a profile with a silent token", 48001, oauth.get_user_info)


def failures(browser, good):
    _, response = log_in(browser, "snsapi_userinfo", decision="refuse")
    passed("a refusal brings no code", "code" not in landed(response))
    refused("an unknown code", 40029, good.fetch_access_token, "made-up")
    refused("an unknown refresh token", 40030, good.refresh_access_token, "made-up")
    refused("an unknown token", 40001, good.check_access_token, good.open_id, "made-up")
    refused("somebody else's openid", 40003, good.get_user_info, "oSomebodyElse")
    wrong = SandboxOAuth(APP_ID, "wrong", CALLBACK)
    refused("a wrong secret", 40125, wrong.fetch_access_token, "made-up")
    wrong = SandboxOAuth("wxffffffffffffffff", APP_SECRET, CALLBACK)
    refused("a wrong appid", 40013, wrong.fetch_access_token, "made-up")


if __name__ == "__main__":
    with requests.Session() as fan_browser:
        client = registration(fan_browser)
        silent_login(fan_browser, client.open_id)
        failures(fan_browser, client)
