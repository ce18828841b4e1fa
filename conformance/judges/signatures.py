"""slack_sdk judges signatures: those it makes, Maro must accept; those the sandbox makes, it must accept.

So neither side of ours is checked only against the other.
"""

import http.server
import queue
import threading
import time
import urllib.parse

import pytest
from slack_sdk.signature import SignatureVerifier

import maro_process

SECRET = "conformance-signing-secret"
COMMANDS = "api/v1/webhooks/slack/commands"
BODY = urllib.parse.urlencode(
    {
        "command": "/maro",
        "text": "help",
        "team_id": "T0SANDBOX",
        "team_domain": "sandbox",
        "channel_id": "C0PAYMENTS",
        "channel_name": "payments",
        "user_id": "U0AMIRA",
        "user_name": "amira",
        "api_app_id": "A0MARO",
        "token": "x",
        "is_enterprise_install": "false",
        "response_url": "http://127.0.0.1:9/response",
        "trigger_id": "1.2.3",
    }
).encode()


@pytest.fixture(scope="module")
def maro_url():
    """A Maro that knows the signing secret and no reachable Slack."""
    environment = {
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": "xoxb-conformance",
        "SLACK_API_URL": "http://127.0.0.1:9/api/",
    }
    with maro_process.maro(environment) as url:
        yield url


def signed(body, secret=SECRET, age=0, method="v0"):
    """The headers that slack_sdk makes for a body."""
    timestamp = str(int(time.time()) - age)
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    return {
        "content-type": "application/x-www-form-urlencoded",
        "x-slack-request-timestamp": timestamp,
        "x-slack-signature": signature.replace("v0=", f"{method}=", 1),
    }


def test_a_signature_made_by_slack_sdk_is_accepted(maro_url):
    """Also when it is sent again, which Slack may do."""
    headers = signed(BODY)
    for _ in range(2):
        status, _ = maro_process.post(maro_url + COMMANDS, BODY, headers)
        assert status == 200


@pytest.mark.parametrize(
    "headers",
    [
        signed(BODY, secret="another secret"),
        signed(BODY, age=301),
        signed(BODY, age=-310),
        signed(BODY + b"&x=1"),
        signed(BODY, method="v1"),
        {"content-type": "application/x-www-form-urlencoded"},
    ],
    ids=["wrong secret", "stale", "from the future", "other body", "other version", "unsigned"],
)
def test_what_slack_would_not_have_signed_is_refused(maro_url, headers):
    """401, never 500."""
    status, _ = maro_process.post(maro_url + COMMANDS, BODY, headers)
    assert status == 401


@pytest.fixture(scope="module")
def deliveries():
    """What the sandbox delivers to an endpoint of ours: raw body and headers."""
    received = queue.Queue()

    class Endpoint(http.server.BaseHTTPRequestHandler):
        """Keeps what it gets."""

        def do_POST(self):  # noqa: N802, the name is given
            """Answers as Slack wants it."""
            length = int(self.headers["content-length"])
            received.put((self.rfile.read(length), dict(self.headers.items())))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_):
            """Says nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endpoint)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with maro_process.sandbox(f"http://127.0.0.1:{server.server_port}/") as world:
        yield world, received
    server.shutdown()


@pytest.mark.parametrize(
    ("path", "act"),
    [
        ("command", {"user": "amira", "channel": "C0PAYMENTS", "text": "help & more ✓"}),
        ("say", {"user": "amira", "channel": "C0PAYMENTS", "text": "<@U0MARO> draft"}),
    ],
)
def test_what_the_sandbox_signs_slack_sdk_accepts(deliveries, path, act):
    """With the right secret only."""
    world, received = deliveries
    maro_process.post_json(f"{world['sandbox_url']}admin/slack/{path}", act)
    body, headers = received.get(timeout=5)
    assert SignatureVerifier(world["slack_signing_secret"]).is_valid_request(body, headers)
    assert not SignatureVerifier("another secret").is_valid_request(body, headers)
