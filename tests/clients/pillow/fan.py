"""A registered fan of a running fanpass, as far as photos are concerned: signs in at the sandbox, sends, sees and deletes."""

import http.client
import json
import os
from urllib.parse import urlsplit

SITE = os.environ["PHOTOS_SITE"].rstrip("/")


def exchange(url, method="GET", body=None, headers=None):
    """One request on a connection of its own: status, headers and body. Redirects are not followed."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname, parts.port, timeout=60)
    try:
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request(method, target, body=body, headers=headers or {})
        response = connection.getresponse()
        return response.status, response.headers, response.read()
    finally:
        connection.close()


def cookies_of(headers):
    pairs = [line.split(";", 1)[0] for line in headers.get_all("Set-Cookie") or []]
    return "; ".join(pair for pair in pairs if not pair.endswith("="))


class Fan:
    def __init__(self):
        status, headers, _ = exchange(f"{SITE}/register?next=%2F")
        assert status == 303, f"the registration begins with {status}"
        cookies = cookies_of(headers)
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        status, headers, _ = exchange(headers["Location"], "POST", "nickname=Pillow&decision=agree", form)
        assert status == 302, f"the sandbox answers {status}"
        status, headers, _ = exchange(headers["Location"], headers={"Cookie": cookies})
        assert status == 303 and cookies_of(headers), f"the callback answers {status}"
        self.headers = {"Cookie": cookies_of(headers)}

    def send(self, name, content):
        """Status and the one result of an upload."""
        boundary = "madeUpBoundary" * 4
        disposition = f'Content-Disposition: form-data; name="photo"; filename="{name}"'
        head = f"--{boundary}\r\n{disposition}\r\nContent-Type: image/jpeg\r\n\r\n".encode()
        headers = {**self.headers, "Content-Type": f"multipart/form-data; boundary={boundary}", "Origin": SITE}
        body = head + content + f"\r\n--{boundary}--\r\n".encode()
        status, _, answer = exchange(f"{SITE}/api/photos", "POST", body, headers)
        results = json.loads(answer).get("results")
        return status, results[0] if results else {"problem": json.loads(answer)}

    def see(self, url):
        status, headers, body = exchange(SITE + urlsplit(url)._replace(scheme="", netloc="").geturl(), headers=self.headers)
        assert status == 200, f"a photo that was saved answers {status}"
        assert headers["Content-Type"] == "image/jpeg" and headers["X-Content-Type-Options"] == "nosniff"
        return body

    def delete(self, identifier):
        status, _, _ = exchange(f"{SITE}/api/photos/{identifier}", "DELETE", headers={**self.headers, "Origin": SITE})
        assert status == 204, f"deleting answers {status}"
