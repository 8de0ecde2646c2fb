"""In the place of powershell.exe: has the served model world run what comes on standard input.

Takes the text to the shell of the model over WS-Management (its only way in) and gives back output,
errors and exit code. Only for tests; only for an address of this machine.
"""

import base64
import re
import sys
import urllib.error
import urllib.request
import uuid

URL = sys.argv[1]
SHELL = "http://schemas.microsoft.com/wbem/wsman/1/windows/shell"
TRANSFER = "http://schemas.xmlsoap.org/ws/2004/09/transfer"
NAMES = (
    'xmlns:s="http://www.w3.org/2003/05/soap-envelope" '
    'xmlns:a="http://schemas.xmlsoap.org/ws/2004/08/addressing" '
    'xmlns:w="http://schemas.dmtf.org/wbem/wsman/1/wsman.xsd" '
    f'xmlns:rsp="{SHELL}"'
)


def ask(action, body, shell=None):
    selector = ""
    if shell is not None:
        selector = f'<w:SelectorSet><w:Selector Name="ShellId">{shell}</w:Selector></w:SelectorSet>'
    text = (
        f"<s:Envelope {NAMES}><s:Header><a:To>{URL}</a:To><a:ReplyTo><a:Address>"
        "http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</a:Address></a:ReplyTo>"
        f"<a:Action>{action}</a:Action><a:MessageID>uuid:{str(uuid.uuid4()).upper()}</a:MessageID>"
        f"<w:ResourceURI>{SHELL}/cmd</w:ResourceURI>{selector}</s:Header>"
        f"<s:Body>{body}</s:Body></s:Envelope>"
    )
    request = urllib.request.Request(
        URL, text.encode(), {"Content-Type": "application/soap+xml;charset=UTF-8"}
    )
    try:
        with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as reply:
            return reply.read().decode()
    except urllib.error.HTTPError as fault:
        return fault.read().decode()


def stream(text, name):
    pieces = re.findall(rf'<rsp:Stream Name="{name}"[^>]*>([^<]*)</rsp:Stream>', text)
    return b"".join(base64.b64decode(piece) for piece in pieces)


def main():
    text = base64.b64encode(sys.stdin.buffer.read()).decode()
    created = ask(
        TRANSFER + "/Create",
        "<rsp:Shell><rsp:InputStreams>stdin</rsp:InputStreams>"
        "<rsp:OutputStreams>stdout stderr</rsp:OutputStreams></rsp:Shell>",
    )
    shell = re.search(r'Name="ShellId">([^<]*)<', created).group(1)
    started = ask(
        SHELL + "/Command",
        "<rsp:CommandLine><rsp:Command>powershell.exe</rsp:Command></rsp:CommandLine>",
        shell,
    )
    command = re.search(r"<rsp:CommandId>([^<]*)<", started).group(1)
    ask(
        SHELL + "/Send",
        f'<rsp:Send><rsp:Stream Name="stdin" CommandId="{command}" End="true">{text}'
        "</rsp:Stream></rsp:Send>",
        shell,
    )
    code = None
    while code is None:
        reply = ask(
            SHELL + "/Receive",
            f'<rsp:Receive><rsp:DesiredStream CommandId="{command}">stdout stderr'
            "</rsp:DesiredStream></rsp:Receive>",
            shell,
        )
        sys.stdout.buffer.write(stream(reply, "stdout"))
        sys.stderr.buffer.write(stream(reply, "stderr"))
        end = re.search(r"<rsp:ExitCode>(-?\d+)<", reply)
        code = int(end.group(1)) if end else None
        if code is None and "TimedOut" not in reply and "/Running" not in reply:
            sys.stderr.write(reply)
            code = 99
    ask(TRANSFER + "/Delete", "", shell)
    return code


sys.exit(main())
