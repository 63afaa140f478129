"""A bot as WeRoBot's manual has it: it believes to be the account's server.

BOT_TOKEN, BOT_AES_KEY, BOT_APP_ID and BOT_PORT configure it.
"""

import os
import time

from werobot import WeRoBot
from werobot.replies import Article, ArticlesReply, ImageReply, MusicReply, TransferCustomerServiceReply

robot = WeRoBot(
    token=os.environ["BOT_TOKEN"],
    app_id=os.environ["BOT_APP_ID"],
    encoding_aes_key=os.environ["BOT_AES_KEY"],
)


@robot.filter("慢")
def slow(message):
    time.sleep(6)
    return "太晚了"


@robot.filter("]]> & <b>🐍")
def odd(message):
    return "都读到了 & <b>🐍"


@robot.filter("坏了")
def broken(message):
    raise RuntimeError("a bot that breaks")


@robot.filter("图文")
def articles(message):
    reply = ArticlesReply(message=message)
    reply.add_article(Article(title="第一篇", description="说明", img="https://bot.example/1.jpg", url="https://bot.example/1"))
    return reply


@robot.filter("图片")
def picture(message):
    return ImageReply(message=message, media_id="bot-media-id")


@robot.filter("音乐")
def music(message):
    return MusicReply(message=message, title="雨", description="一首", url="https://bot.example/a.mp3", hq_url="https://bot.example/b.mp3")


@robot.filter("人工")
def agent(message):
    return TransferCustomerServiceReply(message=message)


@robot.text
def text(message, session):
    session["heard"] = session.get("heard", 0) + 1
    return f"{message.source} 第{session['heard']}句：{message.content}"


@robot.subscribe
def subscribe(message):
    return f"欢迎，来自{message.key or '搜索'}"


@robot.key_click("contact")
def contact(message):
    return "电话 10086"


@robot.key_click("news")
def several_articles(message):
    reply = ArticlesReply(message=message)
    for title in ["第一篇", "第二篇"]:
        reply.add_article(Article(title=title, description="说明", img="https://bot.example/1.jpg", url="https://bot.example/1"))
    return reply


@robot.location
def location(message):
    return f"{message.label} {message.location[0]}"


if __name__ == "__main__":
    robot.run(host="127.0.0.1", port=int(os.environ["BOT_PORT"]))
