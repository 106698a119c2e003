"""Which JSON fields exist, and of what type: the part of Gemini's judgement that comes before any
meaning.

The tables were written by hand from the v1beta message types. Google's parser takes camelCase and
snake_case, reports paths in snake_case, and answers an unknown name with 400 "Cannot find field."
`read` does the same and returns the message in camelCase without nulls, so that the rules behind it
need to know one spelling only.
"""

import base64
import binascii
import datetime
import json
import re

from errors import RuleError, bad_request

ENUMS = {
    "SchemaType": "TYPE_UNSPECIFIED STRING NUMBER INTEGER BOOLEAN ARRAY OBJECT NULL",
    "HarmCategory": (
        "HARM_CATEGORY_HARASSMENT HARM_CATEGORY_HATE_SPEECH HARM_CATEGORY_SEXUALLY_EXPLICIT"
        " HARM_CATEGORY_DANGEROUS_CONTENT HARM_CATEGORY_CIVIC_INTEGRITY HARM_CATEGORY_JAILBREAK"
    ),
    "HarmBlockThreshold": (
        "HARM_BLOCK_THRESHOLD_UNSPECIFIED BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE"
        " BLOCK_ONLY_HIGH BLOCK_NONE OFF"
    ),
    "ServiceTier": "UNSPECIFIED STANDARD FLEX PRIORITY",
    "Modality": "MODALITY_UNSPECIFIED TEXT IMAGE AUDIO VIDEO",
    "MediaResolution": (
        "MEDIA_RESOLUTION_UNSPECIFIED MEDIA_RESOLUTION_LOW MEDIA_RESOLUTION_MEDIUM"
        " MEDIA_RESOLUTION_HIGH MEDIA_RESOLUTION_ULTRA_HIGH"
    ),
    "ThinkingLevel": "THINKING_LEVEL_UNSPECIFIED MINIMAL LOW MEDIUM HIGH XHIGH",
    "FunctionCallingMode": "MODE_UNSPECIFIED AUTO ANY NONE VALIDATED",
    "Behavior": "UNSPECIFIED BLOCKING NON_BLOCKING",
    "Scheduling": "SCHEDULING_UNSPECIFIED SILENT WHEN_IDLE INTERRUPT",
    "Language": "LANGUAGE_UNSPECIFIED PYTHON",
    "Outcome": "OUTCOME_UNSPECIFIED OUTCOME_OK OUTCOME_FAILED OUTCOME_DEADLINE_EXCEEDED",
    "ServerTool": (
        "TOOL_TYPE_UNSPECIFIED GOOGLE_SEARCH_WEB GOOGLE_SEARCH_IMAGE URL_CONTEXT GOOGLE_MAPS"
        " FILE_SEARCH"
    ),
    "MediaProcessing": "MEDIA_PROCESSING_UNSPECIFIED STATIC AGENTIC",
    "TaskType": (
        "TASK_TYPE_UNSPECIFIED RETRIEVAL_QUERY RETRIEVAL_DOCUMENT SEMANTIC_SIMILARITY"
        " CLASSIFICATION CLUSTERING QUESTION_ANSWERING FACT_VERIFICATION CODE_RETRIEVAL_QUERY"
    ),
    "ComputerEnvironment": (
        "ENVIRONMENT_UNSPECIFIED ENVIRONMENT_BROWSER ENVIRONMENT_MOBILE ENVIRONMENT_DESKTOP"
    ),
    "RetrievalMode": "MODE_UNSPECIFIED MODE_DYNAMIC",
    "FormatMime": "MIME_TYPE_UNSPECIFIED APPLICATION_JSON TEXT_PLAIN",
}
ENUMS = {name: frozenset(values.split()) for name, values in ENUMS.items()}

# "name type" pairs; "[T]" repeats, "{T}" maps from string. `any` is a google.protobuf.Value,
# `struct` an object.
MESSAGES = {
    "GenerateContentRequest": (
        "model string, contents [Content], systemInstruction Content, tools [Tool], toolConfig"
        " ToolConfig, safetySettings [SafetySetting], generationConfig GenerationConfig,"
        " cachedContent string, serviceTier ServiceTier, store bool, labels {string},"
        " continuationToken bytes"
    ),
    "CountTokensRequest": (
        "model string, contents [Content], generateContentRequest GenerateContentRequest"
    ),
    "EmbedContentRequest": (
        "model string, content Content, taskType TaskType, title string,"
        " outputDimensionality int32, embedContentConfig EmbedContentConfig"
    ),
    "BatchEmbedContentsRequest": "model string, requests [EmbedContentRequest]",
    "EmbedContentConfig": (
        "taskType TaskType, title string, outputDimensionality int32, autoTruncate bool,"
        " documentOcr bool, audioTrackExtraction bool"
    ),
    "CachedContent": (
        "name string, model string, displayName string, systemInstruction Content, contents"
        " [Content], tools [Tool], toolConfig ToolConfig, ttl duration, expireTime timestamp,"
        " createTime timestamp, updateTime timestamp, usageMetadata struct"
    ),
    "CreateFileRequest": "file File",
    "File": "name string, displayName string, mimeType string, sizeBytes int64",
    "Content": "role string, parts [Part]",
    "Part": (
        "text string, inlineData Blob, functionCall FunctionCall, functionResponse"
        " FunctionResponse, fileData FileData, executableCode ExecutableCode, codeExecutionResult"
        " CodeExecutionResult, toolCall ToolCall, toolResponse ToolResponse, thought bool,"
        " thoughtSignature bytes, videoMetadata VideoMetadata, partMetadata struct, mediaResolution"
        " PartMediaResolution, mediaProcessing MediaProcessing"
    ),
    "Blob": "mimeType string, data bytes",
    "FileData": "mimeType string, fileUri string",
    "VideoMetadata": "startOffset string, endOffset string, fps double",
    "PartMediaResolution": "level MediaResolution",
    "FunctionCall": "id string, name string, args struct",
    "FunctionResponse": (
        "id string, name string, response struct, parts [FunctionResponsePart],"
        " willContinue bool, scheduling Scheduling"
    ),
    "FunctionResponsePart": "inlineData Blob, fileData FileData",
    "ExecutableCode": "id string, language Language, code string",
    "CodeExecutionResult": "id string, outcome Outcome, output string",
    "ToolCall": "id string, toolType ServerTool, toolName string, args struct",
    "ToolResponse": "id string, toolType ServerTool, response struct",
    "Tool": (
        "functionDeclarations [FunctionDeclaration], googleSearch GoogleSearch, urlContext Empty,"
        " codeExecution Empty, googleMaps GoogleMaps, fileSearch FileSearch, computerUse"
        " ComputerUse, mcpServers [McpServer], googleSearchRetrieval GoogleSearchRetrieval"
    ),
    "FunctionDeclaration": (
        "name string, description string, behavior Behavior, parameters Schema,"
        " parametersJsonSchema any, response Schema, responseJsonSchema any"
    ),
    "Schema": (
        "type SchemaType, format string, title string, description string, nullable bool, enum"
        " [string], items Schema, minItems int64, maxItems int64, properties {Schema}, required"
        " [string], minProperties int64, maxProperties int64, minLength int64, maxLength int64,"
        " pattern string, minimum double, maximum double, anyOf [Schema], propertyOrdering"
        " [string], default any, example any"
    ),
    "Empty": "",
    "GoogleSearch": "timeRangeFilter Interval, searchTypes SearchTypes",
    "Interval": "startTime string, endTime string",
    "SearchTypes": "webSearch Empty, imageSearch Empty",
    "GoogleMaps": "enableWidget bool",
    "FileSearch": "fileSearchStoreNames [string], topK int32, metadataFilter string",
    "ComputerUse": (
        "environment ComputerEnvironment, excludedPredefinedFunctions [string],"
        " disabledSafetyPolicies [string], enablePromptInjectionDetection bool"
    ),
    "McpServer": "name string, streamableHttpTransport StreamableHttpTransport",
    "StreamableHttpTransport": (
        "url string, headers {string}, timeout string, sseReadTimeout string, terminateOnClose bool"
    ),
    "GoogleSearchRetrieval": "dynamicRetrievalConfig DynamicRetrievalConfig",
    "DynamicRetrievalConfig": "mode RetrievalMode, dynamicThreshold float",
    "ToolConfig": (
        "functionCallingConfig FunctionCallingConfig, retrievalConfig RetrievalConfig,"
        " includeServerSideToolInvocations bool"
    ),
    "FunctionCallingConfig": "mode FunctionCallingMode, allowedFunctionNames [string]",
    "RetrievalConfig": "latLng LatLng, languageCode string",
    "LatLng": "latitude double, longitude double",
    "SafetySetting": "category HarmCategory, threshold HarmBlockThreshold",
    "GenerationConfig": (
        "candidateCount int32, stopSequences [string], maxOutputTokens int32, temperature float,"
        " topP float, topK int32, seed int32, presencePenalty float, frequencyPenalty float,"
        " responseLogprobs bool, logprobs int32, responseMimeType string, responseSchema Schema,"
        " responseJsonSchema any, responseFormat ResponseFormat, responseModalities [Modality],"
        " thinkingConfig ThinkingConfig, mediaResolution MediaResolution, speechConfig"
        " SpeechConfig, imageConfig ImageConfig, audioTranscriptionConfig struct, translationConfig"
        " struct, enableEnhancedCivicAnswers bool, enableAffectiveDialog bool"
    ),
    "ThinkingConfig": "includeThoughts bool, thinkingBudget int32, thinkingLevel ThinkingLevel",
    "ResponseFormat": "text TextResponseFormat, image struct, audio struct",
    "TextResponseFormat": "mimeType FormatMime, schema any",
    "SpeechConfig": (
        "voiceConfig VoiceConfig, multiSpeakerVoiceConfig MultiSpeakerVoiceConfig, languageCode"
        " string"
    ),
    "VoiceConfig": "prebuiltVoiceConfig PrebuiltVoiceConfig",
    "PrebuiltVoiceConfig": "voiceName string",
    "MultiSpeakerVoiceConfig": "speakerVoiceConfigs [SpeakerVoiceConfig]",
    "SpeakerVoiceConfig": "speaker string, voiceConfig VoiceConfig",
    "ImageConfig": "aspectRatio string, imageSize string",
}

TYPE_LABELS = {
    "string": "TYPE_STRING",
    "bool": "TYPE_BOOL",
    "int32": "TYPE_INT32",
    "int64": "TYPE_INT64",
    "float": "TYPE_FLOAT",
    "double": "TYPE_DOUBLE",
    "bytes": "TYPE_BYTES",
    "duration": "type.googleapis.com/google.protobuf.Duration",
    "timestamp": "type.googleapis.com/google.protobuf.Timestamp",
}


def snake(name):
    return re.sub(r"[A-Z]", lambda found: "_" + found[0].lower(), name)


def _table(text):
    pairs = [pair.split() for pair in text.split(",") if pair.strip()]
    return {spelling: (name, type_) for name, type_ in pairs for spelling in (name, snake(name))}


MESSAGES = {name: _table(text) for name, text in MESSAGES.items()}


def read(value, message):
    """`value` as a message of that type in camelCase. Raises RuleError with all violations."""
    reader = _Reader()
    result = reader.message(value, message, "")
    if reader.violations:
        text = "\n".join(description for _, description in reader.violations)
        raise RuleError(reader.rule, text, bad_request(reader.violations))
    return result


def decode_base64(text):
    """Bytes of standard or URL-safe base64, padding optional, as Google's parser takes it; None if
    it is neither.
    """
    if len(text.rstrip("=")) % 4 == 1:
        return None
    standard = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(standard + "=" * (-len(standard) % 4), validate=True)
    except (binascii.Error, ValueError):
        return None


def seconds_of_timestamp(text):
    """Seconds since 1970 of an RFC 3339 time; None if it is none."""
    found = re.fullmatch(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)", text)
    if not found:
        return None
    try:
        whole = datetime.datetime.fromisoformat(found[1] + found[3].replace("Z", "+00:00"))
    except ValueError:
        return None
    return whole.timestamp() + float(found[2] or 0)


class _Reader:
    def __init__(self):
        self.violations = []
        self.rule = "wrong-type"

    def message(self, value, type_, path):
        if not isinstance(value, dict):
            return self._wrong(
                path, "type.googleapis.com/google.ai.generativelanguage.v1beta." + type_, value
            )
        fields = MESSAGES[type_]
        result = {}
        for name, member in value.items():
            if name not in fields:
                self.rule = "unknown-field"
                self._complain(path, name, "Cannot find field.")
                continue
            if member is None:  # proto3 JSON: null is the same as absent
                continue
            field, field_type = fields[name]
            result[field] = self._field(member, field_type, path, field)
        return result

    def _field(self, value, type_, path, field):
        where = _join(path, snake(field))
        if type_.startswith("["):
            if isinstance(value, dict) and type_[1:-1] in MESSAGES:
                value = [value]  # recorded: the parser takes a lone message for a repeated field
            if not isinstance(value, list):
                return self._wrong(where, "repeated " + type_[1:-1], value)
            return [
                self._value(item, type_[1:-1], "%s[%d]" % (where, i))
                for i, item in enumerate(value)
            ]
        if type_.startswith("{"):
            if not isinstance(value, dict):
                return self._wrong(where, "map", value)
            items = enumerate(value.items())
            return {
                key: self._value(item, type_[1:-1], "%s[%d].value" % (where, i))
                for i, (key, item) in items
            }
        if isinstance(value, list) and type_ != "any":
            self._complain(path, snake(field), "Proto field is not repeating, cannot start list.")
            return None
        if isinstance(value, dict) and type_ not in MESSAGES and type_ not in ("any", "struct"):
            text = "Invalid value at '%s' (%s), Starting an object on a scalar field" % (
                path,
                snake(field),
            )
            self.violations.append((path, text))
            return None
        return self._value(value, type_, where)

    def _value(self, value, type_, where):
        if type_ in MESSAGES:
            return self.message(value, type_, where)
        if type_ in ENUMS:
            if isinstance(value, str) and value.upper() in ENUMS[type_]:
                return value.upper()
            if _is_integer(value, 32) and not isinstance(value, str):
                return value  # recorded: clients generated from protocol buffers send numbers
            return self._wrong(
                where, "type.googleapis.com/google.ai.generativelanguage.v1beta." + type_, value
            )
        if type_ == "any":
            return value
        if type_ == "struct":
            return (
                value
                if isinstance(value, dict)
                else self._wrong(where, "google.protobuf.Struct", value)
            )
        if not _CHECKS[type_](value):
            if type_ == "bytes" and isinstance(value, str):
                text = "Invalid value at '%s' (TYPE_BYTES), Base64 decoding failed for \"%s\"" % (
                    where,
                    value[:60],
                )
                self.violations.append((where, text))
                return None
            return self._wrong(where, TYPE_LABELS[type_], value)
        return int(value) if type_ in ("int32", "int64") else value

    def _wrong(self, where, label, value):
        text = "Invalid value at '%s' (%s), %s" % (where, label, json.dumps(value)[:200])
        self.violations.append((where, text))
        return None

    def _complain(self, path, name, what):
        place = " at '%s'" % path if path else ""
        text = 'Invalid JSON payload received. Unknown name "%s"%s: %s' % (name, place, what)
        self.violations.append((path, text))


def _join(path, name):
    return path + "." + name if path else name


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _is_integer(value, bits):
    if isinstance(value, str):
        if not re.fullmatch(r"-?\d{1,19}", value):
            return False
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return (
        isinstance(value, int)
        and not isinstance(value, bool)
        and -(2 ** (bits - 1)) <= value < 2 ** (bits - 1)
    )


_CHECKS = {
    "string": lambda value: isinstance(value, str),
    "bool": lambda value: isinstance(value, bool),
    "int32": lambda value: _is_integer(value, 32),
    "int64": lambda value: _is_integer(value, 64),
    "float": _is_number,
    "double": _is_number,
    "bytes": lambda value: isinstance(value, str) and decode_base64(value) is not None,
    "duration": lambda value: isinstance(value, str) and re.fullmatch(r"-?\d+(\.\d{1,9})?s", value),
    "timestamp": lambda value: isinstance(value, str) and seconds_of_timestamp(value) is not None,
}
