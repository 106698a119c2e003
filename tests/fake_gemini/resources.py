"""Everything that is not a method of a model: models, caches and files, by their REST paths."""

import dataclasses
import json
import re

import bodies
import models
import shelf
from caches import Caches
from errors import RuleError
from files import Files
from uploads import Uploads

COLLECTION_PATH = re.compile(r"/v1(?:beta)?/(models|cachedContents|files)(?:/([^/:]+))?")
DOWNLOAD_PATH = re.compile(r"/v1(?:beta)?/files/([^/:]+):download")
UPLOAD_PATH = re.compile(r"/upload/v1(?:beta)?/files")
MODELS_PAGE, LARGEST_MODELS_PAGE = 50, 1000
JSON = "application/json; charset=UTF-8"


@dataclasses.dataclass
class Request:
    command: str
    path: str
    query: dict
    headers: object
    body: bytes
    project: str = ""  # that the key belongs to


@dataclasses.dataclass
class Answer:
    data: bytes
    content_type: str = JSON
    headers: list = dataclasses.field(default_factory=list)


class Resources:
    """What Google keeps. Shared by all connections."""

    def __init__(self, any_model=False):
        self._any_model = any_model
        self.clock = shelf.Clock()
        self.caches = Caches(self.clock)
        self.files = Files(self.clock)
        self._uploads = Uploads(self.files)

    def reset(self):
        for kept in (self.clock, self.caches, self.files, self._uploads):
            kept.reset()

    @staticmethod
    def is_upload_session(request):
        """Whether it goes to the URL of an upload under way, which needs no key."""
        return "upload_id" in request.query and UPLOAD_PATH.fullmatch(request.path) is not None

    def proceed_with_upload(self, request):
        id_ = request.query["upload_id"]
        return _uploaded(*self._uploads.proceed(id_, request.headers, request.body))

    def answer(self, request):
        """The answer to a request with a key; raises Google's error."""
        if request.command == "POST" and UPLOAD_PATH.fullmatch(request.path):
            return _uploaded(*self._uploads.begin(request))
        download = DOWNLOAD_PATH.fullmatch(request.path)
        if request.command == "GET" and download:
            return self._download(download[1], request)
        found = COLLECTION_PATH.fullmatch(request.path)
        answer_member = {
            "models": self._models,
            "cachedContents": self._caches,
            "files": self._files,
        }
        value = answer_member[found[1]](found[2], request) if found else None
        if value is None:
            raise RuleError(
                "route",
                "fake Gemini: there is no %s %s" % (request.command, request.path),
                code=404,
            )
        return Answer(_text(value))

    def complete(self, request, model, project):
        """A generateContent request with what it names here, if its project owns that."""
        self.files.check_uses(request, project)
        if "cachedContent" not in request:
            return request
        cache = self.caches.used_by(request, model, project)
        return {**cache.complete(request), "cachedTokens": cache.tokens}

    def _models(self, id_, request):
        if request.command != "GET":
            return None
        if id_:
            return models.get(id_, self._any_model).describe()
        known = [model.describe() for model in models.KNOWN]
        return shelf.page(known, request.query, "models", MODELS_PAGE, LARGEST_MODELS_PAGE)

    def _caches(self, id_, request):
        body = bodies.parse(request.body) if request.command in ("POST", "PATCH") else None
        return self.caches.answer(request.command, id_, request.query, body, request.project)

    def _files(self, id_, request):
        return self.files.answer(request.command, id_, request.query, request.project)

    def _download(self, id_, request):
        if request.query.get("alt") != "media":
            raise RuleError("download", "Use alt=media to download a file.")
        file = self.files.download(id_, request.project)
        return Answer(file.data, file.mime_type)


def _text(value):
    return json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n"


def _uploaded(headers, value):
    if value is None:
        return Answer(b"", "text/plain; charset=utf-8", headers)
    return Answer(_text(value), headers=headers)
