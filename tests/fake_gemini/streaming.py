"""Bytes on the wire: framing of answers, pauses, broken connections, and noticing that the client
has left.
"""

import json
import re
import select
import socket
import struct
import time

EVENT = re.compile(rb".+?(?:\r?\n\r?\n|\Z)", re.DOTALL)
POLL_SECONDS = 0.05
STALL_SECONDS = 3600


class ClientGone(Exception):
    """The peer closed its connection before it had the whole answer."""


class Broken(Exception):
    """We broke the connection on purpose."""


class Line:
    """The connection to one client during one answer."""

    def __init__(self, connection, record):
        self._connection = connection
        self._record = record
        self._chunked = False
        self._one_byte = False

    def start(self, status, reason, headers, length=None):
        """Sends the head. Without a length the body is chunked."""
        self._chunked = length is None
        lines = ["HTTP/1.1 %d %s" % (status, reason)]
        lines += ["%s: %s" % pair for pair in headers]
        lines.append(
            "Transfer-Encoding: chunked" if self._chunked else "Content-Length: %d" % length
        )
        self._send(("\r\n".join(lines) + "\r\n\r\n").encode())
        self._record.began()

    def trickle(self):
        """From now on every byte is its own packet."""
        self._one_byte = True

    def write(self, data):
        pieces = [data[i : i + 1] for i in range(len(data))] if self._one_byte else [data]
        for piece in pieces:
            self._send(b"%x\r\n%s\r\n" % (len(piece), piece) if self._chunked else piece)
        self._record.sent(len(data))

    def end(self):
        if self._chunked:
            self._send(b"0\r\n\r\n")

    def wait(self, seconds):
        """Sleeps, but not longer than the client is there: raises ClientGone within POLL_SECONDS of
        its leaving.
        """
        until = time.monotonic() + seconds
        while True:
            left = until - time.monotonic()
            if left <= 0:
                return
            readable, _, _ = select.select([self._connection], [], [], min(left, POLL_SECONDS))
            if readable:
                self._expect_client()
                time.sleep(
                    min(left, POLL_SECONDS)
                )  # it sent more: the next request, which has to wait its turn

    def hang_up(self):
        raise Broken()

    def reset(self):
        """Closes with RST, i.e. without the shutdown that the server would do first."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._connection.close()
        raise Broken()

    def _expect_client(self):
        try:
            if self._connection.recv(1, socket.MSG_PEEK) == b"":
                raise ClientGone()
        except OSError as error:
            raise ClientGone() from error

    def _send(self, data):
        try:
            self._connection.sendall(data)
        except OSError as error:
            raise ClientGone() from error


class EventStream:
    """alt=sse: `data: {json}` and an empty line, CRLF, nothing else: no event names, no [DONE]."""

    content_type = "text/event-stream"

    def frame(self, value, first):
        return b"data: " + json.dumps(value, ensure_ascii=False).encode() + b"\r\n\r\n"

    def tail(self):
        return b""


class ArrayStream:
    """Without alt=sse a stream is one JSON array, written element by element."""

    content_type = "application/json; charset=UTF-8"

    def frame(self, value, first):
        return (
            (b"[" if first else b",\r\n")
            + json.dumps(value, indent=2, ensure_ascii=False).encode()
            + b"\n"
        )

    def tail(self):
        return b"]"


def play(line, style, chunks, step, delay, error_chunk):
    """Writes the chunks, with the stream fault of the step if it has one. `error_chunk` is used by
    that fault.
    """
    after = step.get("after_chunks", 1)
    count = 0
    for chunk in chunks:
        if count == after and _fault_ends_it(line, style, step, chunk, error_chunk):
            return
        if count:
            line.wait(delay)
        line.write(style.frame(chunk, count == 0))
        count += 1
    if count <= after and _fault_ends_it(line, style, step, {}, error_chunk):
        return
    if style.tail():
        line.write(style.tail())
    line.end()


def _fault_ends_it(line, style, step, next_chunk, error_chunk):
    """Does what the fault says at this place; true when nothing may follow."""
    fault = step.get("fault")
    if fault == "stall":
        line.wait(step.get("seconds", STALL_SECONDS))
    elif fault == "cut":
        if step.get("mid_chunk"):
            frame = style.frame(next_chunk, False)
            line.write(frame[: len(frame) // 2])
        if step.get("clean"):
            line.end()
        line.hang_up()
    elif fault == "reset":
        line.reset()
    elif fault == "error-chunk":
        line.write(style.frame(error_chunk.to_json(), False))
        line.end()
        return True
    return False


def play_whole(line, data, step):
    """An answer in one piece; the faults that break a stream break it in the middle."""
    fault, half = step.get("fault"), len(data) // 2
    if fault in ("stall", "cut", "reset"):
        line.write(data[:half])
        data = data[half:]
    if fault == "stall":
        line.wait(step.get("seconds", STALL_SECONDS))
    elif fault == "cut":
        line.hang_up()
    elif fault == "reset":
        line.reset()
    line.write(data)


def replay(line, data, step, delay):
    """Recorded bytes as they are, one write for each event."""
    if step.get("fault") == "one-byte":
        line.trickle()
    for i, event in enumerate(EVENT.findall(data)):
        if i:
            line.wait(delay)
        line.write(event)
    line.end()
