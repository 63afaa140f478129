"""Sends pushes from the sandbox to a bot, first as if it were alone, then through the forward of a running fanpass: the fan must
read the same.

SANDBOX_URL is the platform. PUSH_URL, PUSH_TOKEN and PUSH_AES_KEY are fanpass's; BOT_PORT, BOT_TOKEN and BOT_AES_KEY the bot's.
One line per passed check; the first failure ends the run with a non-zero status.
"""

import os
import socket
import time

import requests

SANDBOX = os.environ["SANDBOX_URL"].rstrip("/") + "/sandbox"
BOT = ("127.0.0.1", int(os.environ["BOT_PORT"]))
ALONE = {"url": f"http://127.0.0.1:{BOT[1]}/", "token": os.environ["BOT_TOKEN"], "encoding_aes_key": os.environ["BOT_AES_KEY"]}
BEHIND = {"url": os.environ["PUSH_URL"], "token": os.environ["PUSH_TOKEN"], "encoding_aes_key": os.environ["PUSH_AES_KEY"]}

PUSHES = {
    "a text": {"message": {"text": "你好"}},
    "the second text, as its session knows": {"message": {"text": "再见"}},
    "odd characters": {"message": {"text": "]]> & <b>🐍"}},
    "a place": {"message": {"location": {"Location_X": "22.540", "Location_Y": "113.934", "Scale": "15", "Label": "深圳市"}}},
    "a follower by a QR code": {"event": "subscribe", "fields": {"EventKey": "qrscene_7", "Ticket": "made-up"}},
    "a menu key": {"event": "CLICK", "fields": {"EventKey": "contact"}},
    "a menu key that gets two link cards": {"event": "CLICK", "fields": {"EventKey": "news"}},
    "what gets a link card": {"message": {"text": "图文"}},
    "what gets a picture": {"message": {"text": "图片"}},
    "what gets music": {"message": {"text": "音乐"}},
    "what gets an agent": {"message": {"text": "人工"}},
    "what it does not know": {"message": {"voice": {"MediaId": "made-up", "Format": "amr"}}},
    "what breaks it": {"message": {"text": "坏了"}},
}


def expect(what, condition):
    if not condition:
        raise SystemExit(f"FAILED WeRoBot behind a forward: {what}")


def passed(what, condition):
    expect(what, condition)
    print(f"ok WeRoBot behind a forward: {what}")


def sandbox(method, path, content):
    response = requests.request(method, SANDBOX + path, json=content, timeout=30)
    expect(f"the sandbox takes {path}: {response.text}", response.ok)
    return response.json() if response.content else None


def wait_for_bot():
    for _ in range(100):
        try:
            return socket.create_connection(BOT, timeout=1).close()
        except OSError:
            time.sleep(0.1)
    raise SystemExit("FAILED WeRoBot behind a forward: the bot does not start")


def replies(server, nickname, pushes):
    """What the fan reads after each push to this server. The platform takes every answer at once."""
    sandbox("PATCH", "/settings", {"push": {**server, "mode": "safe"}})
    fan = sandbox("POST", "/fans", {"nickname": nickname})["openid"]
    read = {}
    for what, push in pushes.items():
        record = sandbox("POST", "/push", {"fan": fan, **push})
        expect(f"{what} is answered: {record['tries']}", record["taken"] and len(record["tries"]) == 1)
        reply = record["reply"]
        if reply and reply["text"]:
            reply["text"] = reply["text"].replace(fan, "FAN")
        read[what] = reply
    return read


def slow():
    """The platform would try three times and then show a fault."""
    read = replies(BEHIND, "慢慢", {"what it answers too late": {"message": {"text": "慢"}}})
    passed("what it answers too late is taken in time and shows the fan nothing", read["what it answers too late"] is None)


if __name__ == "__main__":
    wait_for_bot()
    alone = replies(ALONE, "直连", PUSHES)
    passed("the bot answers the sandbox alone", alone["a text"]["text"] == "FAN 第1句：你好" and alone["what breaks it"] is None)
    behind = replies(BEHIND, "转发", PUSHES)
    for what in PUSHES:
        if behind[what] != alone[what]:
            print(f"alone {alone[what]}, behind {behind[what]}")
        passed(f"{what} is answered as if it were alone", behind[what] == alone[what])
    slow()
