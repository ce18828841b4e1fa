"""Runs the real mcp-atlassian as a child and speaks to it with MCP's own Python client.

The package takes a site for Cloud by its name alone. So for Cloud the site has one of Atlassian's
names and the sandbox is the proxy; for Data Center the sandbox's own address will do.
"""

import asyncio
import contextlib
import json
import os
import pathlib
import sys
import tempfile
import threading

from mcp import ClientSession, StdioServerParameters
from mcp.client.stdio import stdio_client

START_DEADLINE = 90
CALL_DEADLINE = 60

CLOUD_SITE = "http://sandbox.atlassian.net"


def _data_center(sandbox):
    token = sandbox["jira_personal_token"]
    return {
        "JIRA_URL": sandbox["data_center_url"],
        "JIRA_PERSONAL_TOKEN": token,
        "CONFLUENCE_URL": sandbox["data_center_url"].replace("/dc/jira", "/dc/confluence"),
        "CONFLUENCE_PERSONAL_TOKEN": token,
    }


def _cloud(sandbox):
    account = {"USERNAME": sandbox["jira_username"], "API_TOKEN": sandbox["jira_api_token"]}
    products = {"JIRA": CLOUD_SITE, "CONFLUENCE": f"{CLOUD_SITE}/wiki"}
    environment = {"HTTP_PROXY": sandbox["sandbox_url"], "http_proxy": sandbox["sandbox_url"]}
    for product, url in products.items():
        environment[f"{product}_URL"] = url
        environment.update({f"{product}_{name}": value for name, value in account.items()})
    return environment


ROADS = {"cloud": _cloud, "data center": _data_center}


class Told:
    """What a tool answered."""

    def __init__(self, result):
        self.is_error = result.isError
        self.text = "".join(block.text for block in result.content if block.type == "text")

    def json(self):
        return json.loads(self.text)


class Server:
    """A session that tests call from outside of its event loop."""

    def __init__(self, environment):
        self._environment = environment
        self._loop = asyncio.new_event_loop()
        self._opened = threading.Event()
        self._failure = None
        self._thread = threading.Thread(target=self._loop.run_until_complete, args=(self._run(),))

    async def _run(self):
        self._end = asyncio.Event()
        try:
            await self._serve()
        except BaseException as failure:  # Told to the test, which waits in another thread.
            self._failure = failure
        finally:
            self._opened.set()

    async def _serve(self):
        with tempfile.TemporaryDirectory(prefix="maro-mcp-") as home, open(os.devnull, "w") as null:
            environment = {
                "PATH": os.environ["PATH"],
                "HOME": home,
                "FASTMCP_CHECK_FOR_UPDATES": "off",
                "FASTMCP_SHOW_SERVER_BANNER": "false",
                **self._environment,
            }
            program = pathlib.Path(sys.executable).parent / "mcp-atlassian"
            server = StdioServerParameters(command=str(program), env=environment, cwd=home)
            async with stdio_client(server, errlog=null) as pipes, ClientSession(*pipes) as session:
                await asyncio.wait_for(session.initialize(), START_DEADLINE)
                self._session = session
                self._opened.set()
                await self._end.wait()

    def __enter__(self):
        self._thread.start()
        self._opened.wait()
        if self._failure:
            raise self._failure
        return self

    def __exit__(self, *_):
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join()

    def _ask(self, question):
        return asyncio.run_coroutine_threadsafe(question, self._loop).result(CALL_DEADLINE)

    def tools(self):
        """The names of all tools."""
        return {tool.name: tool.inputSchema for tool in self._ask(self._session.list_tools()).tools}

    def call(self, tool, **arguments):
        """Calls a tool."""
        return Told(self._ask(self._session.call_tool(tool, arguments)))

    def done(self, tool, **arguments):
        """Calls a tool that must work, and reads its JSON."""
        told = self.call(tool, **arguments)
        assert not told.is_error, told.text
        return told.json()


@contextlib.contextmanager
def server(sandbox, road, **more):
    """A running mcp-atlassian that works on the sandbox."""
    with Server({**ROADS[road](sandbox), **more}) as running:
        yield running
