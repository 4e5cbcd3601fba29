"""A chat endpoint of OpenAI's protocol on 127.0.0.1, which answers as a test says."""

import json
import re
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from colorist_models.catalog import Catalog
from colorist_models.teacher.answers import AnswerForm


@dataclass(frozen=True)
class Fault:
    """A reply that is not an answer: a status with headers, or a body to send as it is."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: str | None = None
    hang: bool = False
    """Say nothing until the server ends."""


Reply = str | dict | Fault
"""What a script returns: the answer's text, a whole completion, or a fault."""


def completion(text: str, finish: str = "stop", usage: bool = True) -> dict:
    """The protocol's object around an answer: 100 prompt tokens and 10 completion tokens."""
    message = {"role": "assistant", "content": text}
    choice = {"index": 0, "finish_reason": finish, "message": message}
    told = {"prompt_tokens": 100, "completion_tokens": 10, "total_tokens": 110}
    head = {"id": "x", "object": "chat.completion", "created": 0, "model": "scripted"}
    return {**head, "choices": [choice], "usage": told if usage else None}


class ChatServer:
    """`with ChatServer(script) as server:` answers POSTs to `server.url`/chat/completions with
    `script(request body)`; `key`, where given, is the only one that is let in."""

    def __init__(self, script: Callable[[dict], Reply], key: str | None = None):
        self.script, self.key = script, key
        self.requests: list[dict] = []
        self.running = self.peak = 0
        self._lock, self._end = threading.Lock(), threading.Event()
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                with owner._lock:
                    owner.requests.append(body)
                    owner.running += 1
                    owner.peak = max(owner.peak, owner.running)
                try:
                    self.answer(body)
                except BrokenPipeError:
                    pass  # The client gave up.
                finally:
                    with owner._lock:
                        owner.running -= 1

            def answer(self, body):
                if self.path != "/v1/chat/completions":
                    return self.say(404, {}, '{"error": {"message": "no such address"}}')
                sent = self.headers["Authorization"]
                if owner.key and sent != f"Bearer {owner.key}":
                    return self.say(401, {}, json.dumps({"error": {"message": f"wrong: {sent}"}}))
                reply = owner.script(body)
                if isinstance(reply, str):
                    reply = completion(reply)
                if isinstance(reply, dict):
                    return self.say(200, {}, json.dumps(reply))
                if reply.hang:
                    owner._end.wait()
                    return None
                return self.say(reply.status, reply.headers, reply.body or '{"error": {}}')

            def say(self, status, headers, body):
                self.send_response(status)
                for name, value in {"Content-Type": "application/json", **headers}.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body.encode())))
                self.end_headers()
                self.wfile.write(body.encode())

            def log_message(self, *_):
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/v1"

    def __enter__(self):
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def asked(request: dict) -> tuple[str, str]:
    """(intent, tool) of a question of `collect`."""
    system = request["messages"][0]["content"]
    questions = [m["content"] for m in request["messages"] if m["role"] == "user"]
    # The first question is the worked example's.
    return questions[1], re.search(r'tool of their editor, "([^"]*)"', system).group(1)


def scripted_teacher(rows: dict[str, dict], catalog: Catalog) -> Callable[[dict], Reply]:
    """A script that answers from compact rows by intent; an unknown intent gets no tool."""
    forms = {tool.name: AnswerForm(tool) for tool in catalog.tools}

    def script(request: dict) -> Reply:
        intent, tool = asked(request)
        row = rows.get(intent, {})
        return forms[tool].write(row.get("why") or "nothing to do", row.get(tool))

    return script


def faults_first(answer: str, *faults: Reply) -> Callable[[dict], Reply]:
    """A script that gives these faults, then `answer`."""
    waiting = list(faults)
    lock = threading.Lock()

    def script(_: dict) -> Reply:
        with lock:
            return waiting.pop(0) if waiting else answer

    return script
