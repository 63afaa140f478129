"""Takes wechatpy, unchanged but for its base address, through menu, user and media calls at the relay of a running fanpass.

RELAY_URL, RELAY_APP_ID and RELAY_APP_KEY say where and as which app: they stand where AppID and AppSecret would. SANDBOX_URL is
the platform behind it, where a follower is made. One line per passed check; the first failure ends the run with a non-zero
status.
"""

import io
import os

import requests
from wechatpy import WeChatClient
from wechatpy.exceptions import WeChatClientException

RELAY = os.environ["RELAY_URL"].rstrip("/")
APP_ID = os.environ["RELAY_APP_ID"]
APP_KEY = os.environ["RELAY_APP_KEY"]
SANDBOX = os.environ["SANDBOX_URL"].rstrip("/")
NICKNAME = "皮皮🐍/中继"
MENU = {
    "button": [
        {"type": "view", "name": "首页", "url": "https://fans.example/"},
        {"name": "更多", "sub_button": [{"type": "click", "name": "联系我们", "key": "contact"}]},
    ]
}
# Looks like a picture, and holds every byte.
PICTURE = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(range(256)) * 40 + b"\xff\xd9"


class RelayClient(WeChatClient):
    API_BASE_URL = RELAY + "/cgi-bin/"

    def _fetch_access_token(self, url, params):
        # The library writes this one address out.
        return super()._fetch_access_token(url.replace("https://api.weixin.qq.com", RELAY), params)


def passed(what, condition):
    if not condition:
        raise SystemExit(f"FAILED wechatpy at the relay: {what}")
    print(f"ok wechatpy at the relay: {what}")


def menu(client):
    client.menu.create(MENU)
    buttons = client.menu.get()["menu"]["button"]
    passed("the menu that was made is there", [button["name"] for button in buttons] == ["首页", "更多"])
    client.menu.delete()
    passed("and is gone when it was deleted", client.menu.get() is None)


def users(client, openid):
    passed("a follower's record arrives", client.user.get(openid)["openid"] == openid)
    passed("the followers are listed", openid in client.user.get_followers()["data"]["openid"])
    passed("a batch of them, too", client.user.get_batch([openid])[0]["openid"] == openid)
    try:
        client.user.get("o-nobody")
    except WeChatClientException as error:
        passed("the platform's error is the platform's", error.errcode == 40003)
    else:
        passed("nobody is unknown", False)


def media(client):
    uploaded = client.media.upload("image", ("picture.jpg", io.BytesIO(PICTURE), "image/jpeg"))
    passed("a picture is uploaded", uploaded["type"] == "image")
    passed("and comes back byte for byte", client.media.download(uploaded["media_id"]).content == PICTURE)


def refusals(client, openid):
    client.session.set(client.access_token_key, "fanpass_made-up")
    passed("a token that is good no more is renewed by the library itself", client.user.get(openid)["openid"] == openid)
    try:
        client.group.get()
    except WeChatClientException as error:
        passed("what the app has no right to is refused", error.response.status_code == 403)
    else:
        passed("what the app has no right to is refused", False)
    wrong = RelayClient(APP_ID, "made-up")
    try:
        wrong.fetch_access_token()
    except (WeChatClientException, requests.HTTPError):
        passed("a wrong key gets no token", True)
    else:
        passed("a wrong key gets no token", False)


if __name__ == "__main__":
    fan = requests.post(f"{SANDBOX}/sandbox/fans", json={"nickname": NICKNAME}, timeout=10).json()["openid"]
    relay = RelayClient(APP_ID, APP_KEY)
    menu(relay)
    users(relay, fan)
    media(relay)
    refusals(relay, fan)
