"""The upload protocols of files: resumable (a session with commands in headers) and multipart.

    POST /upload/v1beta/files    X-Goog-Upload-Protocol: resumable, -Command: start
      -> X-Goog-Upload-URL, the session
    POST <session>    X-Goog-Upload-Command: upload | upload, finalize | query | cancel
                      X-Goog-Upload-Offset: where these bytes begin
      -> X-Goog-Upload-Status: active | final | cancelled, X-Goog-Upload-Size-Received

The session's URL is its own credential: a key is not asked for.
"""

import email.parser
import email.policy
import secrets
import threading

import bodies
from errors import ApiError, RuleError

GRANULARITY = 256 * 1024  # every piece but the last is a multiple of it
MAX_BYTES = 2 * 1024**3


class Session:
    """One resumable upload under way."""

    def __init__(self, project, checked, size):
        self.project = project
        self.checked = checked  # what Files.check made of its metadata
        self.size = size  # as announced, or None
        self.data = b""
        self.status = "active"


class Uploads:
    def __init__(self, files):
        self._files = files
        self._lock = threading.Lock()
        self._sessions = {}

    def reset(self):
        with self._lock:
            self._sessions.clear()

    def begin(self, request):
        """Answers the POST to the collection: (response headers, JSON or None)."""
        headers, body, project = request.headers, request.body, request.project
        protocol = headers.get("X-Goog-Upload-Protocol") or request.query.get("uploadType", "")
        if protocol == "multipart":
            return [("X-Goog-Upload-Status", "final")], self._multipart(headers, body, project)
        if protocol != "resumable":
            raise RuleError("upload", "Unsupported upload protocol: %s" % (protocol or "(none)"))
        if headers.get("X-Goog-Upload-Command") != "start":
            raise RuleError("upload", "X-Goog-Upload-Command must be start.")
        size = _number(headers, "X-Goog-Upload-Header-Content-Length")
        if size is not None and size > MAX_BYTES:
            raise RuleError("upload", "The file is larger than %d bytes." % MAX_BYTES)
        metadata = bodies.parse(body) if body else {}
        mime_type = headers.get("X-Goog-Upload-Header-Content-Type")
        session = Session(project, self._files.check(metadata, mime_type), size)
        id_ = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[id_] = session
        url = "http://%s/upload/v1beta/files?upload_id=%s&upload_protocol=resumable" % (
            headers.get("Host"),
            id_,
        )
        return [
            *_state(session),
            ("X-Goog-Upload-URL", url),
            ("X-Goog-Upload-Control-URL", url),
            ("X-Goog-Upload-Chunk-Granularity", str(GRANULARITY)),
        ], None

    def proceed(self, id_, headers, body):
        """Answers a request to a session's URL: (response headers, JSON or None)."""
        with self._lock:
            session = self._sessions.get(id_)
        if session is None:
            raise ApiError(404, "Upload session not found.")
        commands = {word.strip() for word in headers.get("X-Goog-Upload-Command", "").split(",")}
        if not commands <= {"upload", "finalize", "query", "cancel"} or not commands:
            raise RuleError("upload", "Unknown upload command.")
        if commands == {"query"}:
            return _state(session), None
        if session.status != "active":
            raise RuleError("upload", "Upload has already been terminated.")
        if commands == {"cancel"}:
            session.status = "cancelled"
            return _state(session), None
        if "upload" in commands:
            self._take(session, headers, body, last="finalize" in commands)
        if "finalize" not in commands:
            return _state(session), None
        if session.size is not None and len(session.data) != session.size:
            raise RuleError(
                "upload", "%d bytes were announced and %d sent." % (session.size, len(session.data))
            )
        session.status = "final"
        return _state(session), self._files.keep(session.project, session.checked, session.data)

    def _take(self, session, headers, body, last):
        if _number(headers, "X-Goog-Upload-Offset") != len(session.data):
            raise RuleError("upload", "Upload request offset must equal %d." % len(session.data))
        if not last and len(body) % GRANULARITY:
            raise RuleError("upload", "Pieces must be multiples of %d bytes." % GRANULARITY)
        session.data += body

    def _multipart(self, headers, body, project):
        """multipart/related: the metadata as JSON, then the bytes."""
        kind = headers.get("Content-Type", "")
        message = email.parser.BytesParser(policy=email.policy.HTTP).parsebytes(
            b"Content-Type: " + kind.encode("latin-1") + b"\r\n\r\n" + body
        )
        parts = list(message.iter_parts()) if kind.startswith("multipart/related") else []
        if len(parts) != 2:
            raise RuleError(
                "upload", "A multipart upload has a part of metadata and a part of media."
            )
        metadata = bodies.parse(parts[0].get_payload(decode=True))
        checked = self._files.check(metadata, parts[1].get_content_type())
        return self._files.keep(project, checked, parts[1].get_payload(decode=True))


def _state(session):
    return [
        ("X-Goog-Upload-Status", session.status),
        ("X-Goog-Upload-Size-Received", str(len(session.data))),
    ]


def _number(headers, name):
    value = headers.get(name)
    if value is None:
        return None
    if not value.isdigit():
        raise RuleError("upload", "%s is not a number: %s" % (name, value))
    return int(value)
