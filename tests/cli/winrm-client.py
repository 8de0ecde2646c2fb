"""Drives the served world with pywinrm, unmodified: a shell cycle, a silent command, a fault."""
import sys
import uuid

import winrm.exceptions
import xmltodict
from winrm.protocol import Protocol

ENDPOINT = sys.argv[1]


def send_end_of_input(protocol, shell, command, data):
    """This version of pywinrm has no Send; its own header maker and transport do."""
    request = {
        "env:Envelope": protocol._get_soap_header(
            resource_uri="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/cmd",
            action="http://schemas.microsoft.com/wbem/wsman/1/windows/shell/Send",
            shell_id=shell,
            message_id=uuid.uuid4(),
        )
    }
    body = request["env:Envelope"].setdefault("env:Body", {})
    body["rsp:Send"] = {
        "rsp:Stream": {
            "@Name": "stdin",
            "@CommandId": command,
            "@End": "true",
            "#text": data,
        }
    }
    protocol.send_message(xmltodict.unparse(request))


def main():
    protocol = Protocol(
        endpoint=ENDPOINT,
        transport="plaintext",
        username="ada",
        password="word",
        operation_timeout_sec=20,
        read_timeout_sec=30,
    )
    shell = protocol.open_shell()
    assert shell, "no shell id"

    try:
        protocol.run_command(shell, "no-such-program.exe")
        raise SystemExit("an unknown program was started")
    except winrm.exceptions.WinRMError as fault:
        print("unknown program:", fault)

    command = protocol.run_command(shell, "powershell.exe", ["-Command", "-"])
    # "hello", in base64: no script of ours, so this model of a shell says that it knows it not.
    send_end_of_input(protocol, shell, command, "aGVsbG8=")
    out, error, code = protocol.get_command_output(shell, command)
    assert code == 1, code
    assert out == b"", out
    assert b"knows only the scripts" in error, error
    print("exit code", code)
    protocol.cleanup_command(shell, command)

    protocol.close_shell(shell)
    try:
        protocol.run_command(shell, "powershell.exe")
        raise SystemExit("a closed shell took a command")
    except winrm.exceptions.WinRMError as fault:
        print("closed shell:", fault)


main()
