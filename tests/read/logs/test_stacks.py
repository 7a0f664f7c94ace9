"""Stack traces of several languages."""

from __future__ import annotations

import pytest

from diagnose.read.logs.stacks import continues, frame, innermost

JAVA = (
    "java.lang.IllegalStateException: stream failed\n\tat a.b.C.d(C.java:12)\n"
    "Caused by: java.net.SocketException: Connection reset\n\tat a.b.D.e(D.java:9)\n\t... 12 more"
)
PYTHON = (
    'Traceback (most recent call last):\n  File "a.py", line 3, in f\n    g()\n'
    "ConnectionResetError: [Errno 104] reset\n\n"
    "During handling of the above exception, another exception occurred:\n\n"
    'Traceback (most recent call last):\n  File "b.py", line 9, in h\nwebsockets.exceptions.ConnectionClosedError: none'
)
DOTNET = (
    "System.IO.IOException: Unable to read data.\n ---> System.Net.Sockets.SocketException (10054): forcibly closed\n"
    "   at System.Net.Sockets.Socket.Receive()\n   --- End of inner exception stack trace ---"
)
NODE = "Error: request failed\n    at f (/a/b.js:1:2)\n  [cause]: Error: read ECONNRESET\n      at g (/a/c.js:3:4)"


@pytest.mark.parametrize(
    ("trace", "cause"),
    [
        (JAVA, "java.net.SocketException: Connection reset"),
        (PYTHON, "ConnectionResetError: [Errno 104] reset"),
        (DOTNET, "System.Net.Sockets.SocketException (10054): forcibly closed"),
        (NODE, "Error: read ECONNRESET"),
        ("Error: plain\n    at f (/a/b.js:1:2)", "Error: plain"),
        ("", ""),
    ],
)
def test_the_innermost_cause_is_found(trace: str, cause: str) -> None:
    assert innermost(trace) == cause


@pytest.mark.parametrize("trace", [JAVA, PYTHON, DOTNET, NODE])
def test_every_line_of_a_trace_continues_its_record(trace: str) -> None:
    assert all(continues(line) for line in trace.splitlines()[1:] if line.strip())


@pytest.mark.parametrize(
    "line", ["goroutine 1 [running]:", "main.(*Bridge).read(0xc000)", "#0 /a/b.php(12): f()", "Stack trace:"]
)
def test_frames_of_go_and_php_continue_too(line: str) -> None:
    assert continues(line)


def test_a_new_statement_continues_nothing() -> None:
    assert not continues("registration of trunk t1 failed")
    assert not frame("at last it is closed")
    assert frame("\tat a.b.C.d(C.java:12)")
