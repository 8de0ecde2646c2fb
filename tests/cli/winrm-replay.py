"""A WinRM listener on loopback that answers with the recordings of tests/data/winrm-recordings.

    winrm-replay.py FOLDER PLAN

Prints its port. FOLDER/seen gets one line a request: number of the connection and action. What is
changed in a recording: the id it relates to, its shell and command ids, and, for the plan `whole`,
the bytes of standard output. Plans: whole, late, a-little-late, as-recorded, silent, status:N, fault:CODE,
fault-at-command:CODE, and negotiate: as whole, but each connection must first bring a SPNEGO token
that GSSAPI accepts for the key in KRB5_KTNAME. It ends by itself after a minute.
"""

import base64
import collections
import http.server
import json
import pathlib
import re
import sys
import threading
import time

RECORDINGS = pathlib.Path("tests/data/winrm-recordings")
folder, plan = pathlib.Path(sys.argv[1]), sys.argv[2]
FACTS = {
    "agent_version": "17.2.0.0",
    "has_status_cmdlet": True,
    "service_state": "Running",
    "certificate_expires": "2099-01-01T00:00:00Z",
    "server_id": "95ea2da0-de73-4915-a706-dfd77f667b54",
    "computer_name": "FS01",
    "boot_time": "2026-11-01T00:00:00Z",
}
LATE = collections.defaultdict(int, {"late": 600, "a-little-late": 60})
connections = 0


def recorded(name):
    return (RECORDINGS / name).read_text()


def fault(code):
    text = recorded("masterzen-winrm/operationTimeoutResponse.xml")
    return text.replace("2150858793", code).replace("w:TimedOut", "w:InternalError")


class Listener(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shells = {}

    def setup(self):
        global connections
        connections += 1
        self.number = connections
        super().setup()

    def log_message(self, *words):
        pass

    def answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/soap+xml;charset=UTF-8")
        if getattr(self, "final", None):
            self.send_header("WWW-Authenticate", self.final)
            self.final = None
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        self.answer(404, "")

    def output(self):
        """The recorded shape of a Receive, with an answer of ours cut in two."""
        text = recorded("pywinrm/run_cmd_send_input_get_output_response.xml")
        given = base64.b64decode(re.search(r"Arguments = '([^']*)'", self.shells["input"]).group(1))
        line = json.dumps(
            {
                "stepwise": 1,
                "nonce": json.loads(given)["nonce"],
                "time": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() - LATE[plan])),
                "result": FACTS,
            }
        ).encode()
        streams = re.findall(r"<rsp:Stream.*?</rsp:Stream>|<rsp:Stream[^>]*/>", text, re.S)
        pieces = "".join(
            f'<rsp:Stream Name="stdout" CommandId="{self.shells["command"]}">'
            f"{base64.b64encode(piece).decode()}</rsp:Stream>"
            for piece in (line[:41], line[41:])
        )
        for number, stream in enumerate(streams):
            text = text.replace(stream, pieces if number == 0 else "", 1)
        return re.sub(r"<rsp:ExitCode>\d+<", "<rsp:ExitCode>0<", text)

    def reply(self, action, body):
        if action == "Create":
            text = recorded("pywinrm/open_shell_response.xml")
            return 200, text
        if action == "Command":
            text = recorded("pywinrm/run_cmd_ps_response.xml")
            self.shells["command"] = re.search(r"CommandId>([^<]*)<", text).group(1)
            if plan.startswith("fault-at-command:"):
                return 500, fault(plan.split(":")[1])
            return 200, text
        if action == "Send":
            piece = re.search(r"<rsp:Stream[^>]*>([^<]*)<", body).group(1)
            self.shells["input"] = self.shells.get("input", "") + base64.b64decode(piece).decode()
            return 200, recorded("pywinrm/run_cmd_send_input_response.xml")
        if action == "Receive":
            if plan == "silent" or not self.shells.get("was_silent"):
                self.shells["was_silent"] = True
                if plan == "silent":
                    threading.Event().wait(0.2)
                return 500, recorded("masterzen-winrm/operationTimeoutResponse.xml")
            if plan == "as-recorded":
                return 200, recorded("pywinrm/get_ps_output_response.xml")
            return 200, self.output()
        if action == "Signal":
            return 200, recorded("pywinrm/cleanup_cmd_response.xml")
        self.shells.clear()
        return 200, recorded("pywinrm/close_shell_response.xml")

    def is_logged_in(self):
        """Authentication is of the connection, as with a real listener. 401 was sent if not."""
        if plan != "negotiate" or getattr(self, "user", None):
            return True
        word, _, token = (self.headers["Authorization"] or "").partition(" ")
        answer = b""
        if word == "Negotiate":
            import gssapi

            context = gssapi.SecurityContext(
                creds=gssapi.Credentials(usage="accept"), usage="accept"
            )
            try:
                answer = context.step(base64.b64decode(token)) or b""
                if context.complete:
                    self.user = str(context.initiator_name)
            except gssapi.exceptions.GSSError as error:
                print(error, file=sys.stderr)
        with open(folder / "logins", "a") as file:
            file.write(f"{self.number} {word or 'nothing'} {getattr(self, 'user', 'nobody')}\n")
        if getattr(self, "user", None):
            self.final = "Negotiate " + base64.b64encode(answer).decode()
            return True
        self.send_response(401)
        self.send_header("WWW-Authenticate", "Negotiate")
        self.send_header("Content-Length", "0")
        self.end_headers()
        return False

    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        if not self.is_logged_in():
            return
        action = re.search(r"<a:Action[^>]*>[^<]*/([A-Za-z]+)</a:Action>", body).group(1)
        with open(folder / "seen", "a") as file:
            file.write(f"{self.number} {action}\n")
        if plan.startswith("status:"):
            self.answer(int(plan.split(":")[1]), "")
            return
        if plan.startswith("fault:"):
            status, text = 500, fault(plan.split(":")[1])
        else:
            status, text = self.reply(action, body)
        message = re.search(r"<a:MessageID[^>]*>([^<]*)<", body).group(1)
        text = re.sub(r"(<a:RelatesTo[^>]*>)[^<]*<", rf"\g<1>{message}<", text)
        # The recordings come from several talks: one command id for all of them.
        if "command" in self.shells:
            text = re.sub(r'CommandId="[^"]*"', f'CommandId="{self.shells["command"]}"', text)
        self.answer(status, text)


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Listener)
threading.Timer(60, server.shutdown).start()
print(server.server_port, flush=True)
server.serve_forever()
