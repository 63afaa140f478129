"""Takes wechatpy's own crypto, unchanged, to the server push of a running fanpass in safe mode, and reads its answers with it.

PUSH_URL, PUSH_APP_ID, PUSH_TOKEN, PUSH_AES_KEY and PUSH_PREVIOUS_AES_KEY say where and as whom; PUSH_SITE is the site's URL in
the replies of replies.toml. One line per passed check; the first failure ends the run with a non-zero status.
"""

import itertools
import os
import secrets
import time

import requests
import xmltodict
from wechatpy import parse_message
from wechatpy.crypto import WeChatCrypto
from wechatpy.replies import TextReply
from wechatpy.utils import WeChatSigner

URL = os.environ["PUSH_URL"]
SITE = os.environ["PUSH_SITE"].rstrip("/")
APP_ID = os.environ["PUSH_APP_ID"]
TOKEN = os.environ["PUSH_TOKEN"]
AES_KEY = os.environ["PUSH_AES_KEY"]
PREVIOUS_AES_KEY = os.environ["PUSH_PREVIOUS_AES_KEY"]
ACCOUNT, FAN = "gh_0123456789ab", "oWechatpy000000000000000001"
CRYPTO = WeChatCrypto(TOKEN, AES_KEY, APP_ID)
DEFAULT_REPLY = "已收到，我们会尽快回复。"
message_ids = itertools.count(time.time_ns())


def expect(what, condition):
    if not condition:
        raise SystemExit(f"FAILED wechatpy at the push: {what}")


def passed(what, condition):
    expect(what, condition)
    print(f"ok wechatpy at the push: {what}")


def signature(*values):
    signer = WeChatSigner()
    signer.add_data(*values)
    return signer.signature


def message(kind, **fields):
    """A push as the platform writes it."""
    named = {"ToUserName": ACCOUNT, "FromUserName": FAN, "CreateTime": int(time.time()), "MsgType": kind, **fields}
    if kind != "event":
        named.setdefault("MsgId", next(message_ids))
    return xmltodict.unparse({"xml": named}, full_document=False)


def push(xml, crypto=CRYPTO, timestamp=None, nonce=None, **query):
    """Sends a push that the library sealed."""
    timestamp, nonce = str(timestamp or int(time.time())), nonce or secrets.token_hex(5)
    sealed = xmltodict.parse(crypto.encrypt_message(xml, nonce, timestamp))["xml"]
    body = xmltodict.unparse({"xml": {"ToUserName": ACCOUNT, "Encrypt": sealed["Encrypt"]}}, full_document=False)
    known = {
        "signature": signature(crypto.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": FAN,
        "encrypt_type": "aes",
        "msg_signature": sealed["MsgSignature"],
    }
    return requests.post(URL, params={**known, **query}, data=body.encode(), headers={"Content-Type": "text/xml"}, timeout=10)


def opened(response, crypto=CRYPTO):
    """The reply; the library refuses one whose signature, key or AppID is wrong."""
    expect(f"{response.status_code} {response.text!r} instead of a reply", response.status_code == 200 and "<Encrypt>" in response.text)
    envelope = xmltodict.parse(response.content)["xml"]
    xml = crypto.decrypt_message(response.content, envelope["MsgSignature"], envelope["TimeStamp"], envelope["Nonce"])
    reply = xmltodict.parse(xml)["xml"]
    expect("the reply goes from the account to the fan", (reply["FromUserName"], reply["ToUserName"]) == (ACCOUNT, FAN))
    return reply, xml


def text_of(response, crypto=CRYPTO):
    return opened(response, crypto)[0]["Content"]


def refused(what, response):
    passed(f"{what} is refused with 403", response.status_code == 403)


def verification():
    timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
    query = {"signature": signature(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "echostr": "4375120948345356249"}
    response = requests.get(URL, params=query, timeout=10)
    passed("the URL is verified with the bare echostr", (response.status_code, response.text) == (200, query["echostr"]))
    plain = response.headers["Content-Type"].startswith("text/plain") and response.headers["X-Content-Type-Options"] == "nosniff"
    passed("no browser takes it for a page", plain)
    refused("a verification with another token", requests.get(URL, params={**query, "signature": signature("another", timestamp, nonce)}, timeout=10))


def replies():
    reply, xml = opened(push(message("text", Content="今天天气如何")))
    passed("a keyword is answered", reply["Content"] == "晴 ]]> & <b>暖</b> 🌤")
    passed("the library reads the reply as a message", parse_message(xml).content == reply["Content"])
    article = opened(push(message("text", Content=" 图文 ")))[0]["Articles"]["item"]
    passed("a link card arrives whole", (article["Title"], article["Description"]) == ("活动 <一> & ]]>", "说明"))
    passed("and leads into the site", (article["Url"], article["PicUrl"]) == (f"{SITE}/", f"{SITE}/static/none.jpg"))
    passed("a picture is answered", opened(push(message("text", Content="图片")))[0]["Image"]["MediaId"] == "made-up-media-id")
    click = message("event", Event="CLICK", EventKey="contact")
    passed("a menu key is answered", text_of(push(click)) == "a")
    passed("a follower is greeted", text_of(push(message("event", Event="subscribe", EventKey=None))) == f"欢迎：{SITE}/")
    scene = message("event", Event="subscribe", EventKey="qrscene_stand-7", Ticket="made-up", CreateTime=int(time.time()) - 1)
    passed("a follower by a QR code, as its scene wants", text_of(push(scene)) == "欢迎来到七号展台")
    passed("anything else gets the default", text_of(push(message("text", Content="在吗"))) == DEFAULT_REPLY)


def lengths():
    """Every padding from 1 to 32 bytes, twice over."""
    for length in range(64):
        reply = text_of(push(message("text", Content="x" * length)))
        expect(f"a text of {length} bytes is answered", reply == DEFAULT_REPLY)
    passed("texts of every length are answered", True)


def duplicates():
    again = message("text", Content="天气")
    first, second = opened(push(again))[1], opened(push(again))[1]
    passed("a push that is repeated gets the same reply", first == second)
    timestamp, nonce = int(time.time()), secrets.token_hex(5)
    passed("a nonce fits one message", push(message("text", Content="一"), timestamp=timestamp, nonce=nonce).status_code == 200)
    refused("another message with it", push(message("text", Content="二"), timestamp=timestamp, nonce=nonce))


def keys():
    previous = WeChatCrypto(TOKEN, PREVIOUS_AES_KEY, APP_ID)
    passed("a push sealed with the previous key is answered with it", text_of(push(message("text", Content="天气"), previous), previous))
    refused("one sealed with an unknown key", push(message("text", Content="天气"), WeChatCrypto(TOKEN, "A" * 43, APP_ID)))
    refused("one for another account", push(message("text", Content="天气"), WeChatCrypto(TOKEN, AES_KEY, "wxffffffffffffffff")))
    refused("one with another token", push(message("text", Content="天气"), WeChatCrypto("another", AES_KEY, APP_ID)))


def attacks():
    text = message("text", Content="天气")
    passed("a signature of the query alone counts for nothing", push(text, msg_signature="").status_code in (400, 403))
    refused("a changed signature", push(text, msg_signature="0" * 40))
    refused("a push from an hour ago", push(text, timestamp=int(time.time()) - 3600))
    refused("a push from the future", push(text, timestamp=int(time.time()) + 3600))
    timestamp, nonce = str(int(time.time())), secrets.token_hex(5)
    query = {"signature": signature(TOKEN, timestamp, nonce), "timestamp": timestamp, "nonce": nonce, "openid": FAN}
    refused("a plain push where a key is set", requests.post(URL, params=query, data=text.encode(), timeout=10))
    passed("64 KB are the most", push(message("text", Content="x" * 70_000)).status_code == 413)
    response = push("<xml><MsgType>text</MsgType>")
    passed("what is signed and not understood is taken", (response.status_code, response.text) == (200, "success"))
    passed("the library's own reply makes sense of nothing either", push(TextReply(content="x").render()).status_code == 200)


if __name__ == "__main__":
    verification()
    replies()
    lengths()
    duplicates()
    keys()
    attacks()
