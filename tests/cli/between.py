"""Stands on loopback between the program and a served model world, and answers some requests itself.

    between.py FOLDER PORT-OF-THE-WORLD

Prints its port. FOLDER/rules.json is a list of rules; the first that fits and is not used up counts:

    method   e.g. "DELETE"; left out: any
    path     regular expression that the path with its query must hold
    times    how often it is used; left out: always
    status   answer with this status, headers and body, without asking the world
    headers  of the answer. "DATE+N" as a value is an HTTP date N seconds after the Date header
    body     text; left out: none
    rewrite  instead of status: a list [HEADER, OLD, NEW]: ask the world, change one header of its answer

FOLDER/seen gets a line a request: milliseconds, status, method, path, token, the
world's id of the request. It ends by itself.
"""

import email.utils
import http.client
import http.server
import json
import pathlib
import re
import sys
import threading
import time

folder, world = pathlib.Path(sys.argv[1]), int(sys.argv[2])
rules = json.loads((folder / "rules.json").read_text())
lock = threading.Lock()
HOP = {"connection", "transfer-encoding", "content-length", "date", "server", "keep-alive"}


def rule_for(method, path):
    with lock:
        for rule in rules:
            if rule.get("method", method) == method and re.search(rule["path"], path):
                if rule.get("times", 1) > 0:
                    if "times" in rule:
                        rule["times"] -= 1
                    return rule
    return None


class Between(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 30
    wbufsize = -1  # header and body in one piece: a delay of 40 ms is 8 s of a fast clock
    disable_nagle_algorithm = True

    def log_message(self, *_):
        pass

    def note(self, status, request="-"):
        seen_with = self.headers.get("Authorization", "-").removeprefix("Bearer ")
        line = f"{int(time.time() * 1000)} {status} {self.command} {self.path} {seen_with} {request}\n"
        with lock, open(folder / "seen", "a", encoding="utf-8") as seen:
            seen.write(line)

    def reply(self, status, headers, body):
        now = time.time()
        self.note(status)
        self.send_response_only(status)
        self.send_header("Date", email.utils.formatdate(now, usegmt=True))
        for name, value in headers:
            if value.startswith("DATE+"):
                value = email.utils.formatdate(int(now) + int(value[5:]), usegmt=True)
            self.send_header(name, value)
        if status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def pass_on(self, sent, rule):
        line = http.client.HTTPConnection("127.0.0.1", world, timeout=60)
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOP}
        line.request(self.command, self.path, sent or None, headers)
        answer = line.getresponse()
        body = answer.read()
        kept = [(k, v) for k, v in answer.getheaders() if k.lower() not in HOP - {"date"}]
        if rule is not None:
            name, old, new = rule["rewrite"]
            kept = [(k, v.replace(old, new) if k.lower() == name.lower() else v) for k, v in kept]
        line.close()
        # The world has a time of its own: its Date is kept.
        self.note(answer.status, answer.getheader("x-ms-request-id", "-"))
        self.send_response_only(answer.status)
        for k, v in kept:
            self.send_header(k, v)
        if answer.status != 204:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def serve(self):
        sent = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        rule = rule_for(self.command, self.path)
        if rule is None or "rewrite" in rule:
            self.pass_on(sent, rule)
        else:
            self.reply(rule["status"], list(rule.get("headers", {}).items()), rule.get("body", "").encode())

    do_GET = do_PUT = do_POST = do_PATCH = do_DELETE = serve


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Between)
server.daemon_threads = True
threading.Timer(120, server.shutdown).start()
print(server.server_address[1], flush=True)
server.serve_forever()
