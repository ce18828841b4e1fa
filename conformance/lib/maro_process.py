"""Starts the real binary for a judge written in Python: the sandbox, or Maro.

Processes get a small environment of their own, so that nothing of the caller's leaks into a check,
and are ended when the `with` block is left.
"""

import contextlib
import json
import os
import select
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

START_DEADLINE = 30.0


def binary():
    """The path of the maro binary."""
    path = os.environ.get("MARO_BIN")
    if not path:
        raise RuntimeError("set MARO_BIN to the maro binary, or run `cargo xtask test`")
    return path


def free_port():
    """A port that was free a moment ago."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def samples():
    """Every message and modal that Maro can produce: a list of name, kind and payload."""
    command = [binary(), "dev", "samples"]
    run = subprocess.run(command, capture_output=True, check=True, env=_environment({}))
    return json.loads(run.stdout)


def _environment(extra):
    return {"PATH": os.environ["PATH"], "HOME": tempfile.gettempdir(), **extra}


@contextlib.contextmanager
def _running(arguments, environment, stdout):
    process = subprocess.Popen(
        [binary(), *arguments],
        env=_environment(environment),
        stdin=subprocess.DEVNULL,
        stdout=stdout,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextlib.contextmanager
def sandbox(maro_url="http://127.0.0.1:9/"):
    """A running sandbox: its addresses and secrets, as it announces them."""
    arguments = ["sandbox", "--bind", "127.0.0.1:0", "--maro-url", maro_url]
    with _running(arguments, {}, subprocess.PIPE) as process:
        yield json.loads(_announcement(process))


def _announcement(process):
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline:
        ready, _, _ = select.select([process.stdout], [], [], 0.2)
        line = process.stdout.readline() if ready else b""
        if line.startswith(b"{"):
            return line
        if process.poll() is not None:
            break
    raise RuntimeError("the sandbox does not start")


@contextlib.contextmanager
def maro(environment):
    """A running Maro on a SQLite file of its own: its address."""
    port = free_port()
    directory = tempfile.mkdtemp(prefix="maro-conformance-")
    url = f"http://127.0.0.1:{port}/"
    own = {"MARO_BIND": f"127.0.0.1:{port}", "MARO_PUBLIC_URL": url, "MARO_DATA_DIR": directory}
    try:
        with _running(["serve"], {**own, **environment}, subprocess.DEVNULL) as process:
            _wait_until_ready(process, url + "readyz")
            yield url
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _wait_until_ready(process, url):
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline and process.poll() is None:
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(url, timeout=2)
            return
        time.sleep(0.05)
    raise RuntimeError("maro serve does not start")


def post(url, body, headers=None):
    """Posts bytes; answers with the status and the body, whatever the status is."""
    request = urllib.request.Request(url, data=body, headers=headers or {}, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        return error.code, error.read()


def post_json(url, value):
    """Posts JSON and reads the JSON of the answer."""
    status, body = post(url, json.dumps(value).encode(), {"content-type": "application/json"})
    assert status == 200, (status, body)
    return json.loads(body)


def get_json(url):
    """Reads JSON."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return json.loads(answer.read())
