"""tools and toolConfig: declarations, built-in tools, and which of them go together."""

import re

import schemas
from errors import RuleError

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.:-]{0,127}")
MAX_DECLARATIONS = 512
BUILT_IN = (
    "googleSearch",
    "urlContext",
    "codeExecution",
    "googleMaps",
    "fileSearch",
    "computerUse",
    "googleSearchRetrieval",
    "mcpServers",
)

INVALID_NAME = (
    "Invalid function name. Must start with a letter or an underscore. Must be alphanumeric (a-z,"
    " A-Z, 0-9), underscores (_), dots (.), colons (:), or dashes (-), with a maximum length of"
    " 128."
)


def check(request, model):
    tools = request.get("tools", [])
    declared = [d for tool in tools for d in tool.get("functionDeclarations", [])]
    _check_declarations(tools, declared)
    _check_combination(tools, declared, request.get("toolConfig", {}), model)
    _check_config(request.get("toolConfig", {}).get("functionCallingConfig"), declared)
    categories = [setting.get("category") for setting in request.get("safetySettings", [])]
    if len(set(categories)) != len(categories):
        raise RuleError(
            "safety",
            "* GenerateContentRequest.safety_settings: duplicate categories are not allowed\n",
        )
    for i, setting in enumerate(request.get("safetySettings", [])):
        if "category" not in setting or "threshold" not in setting:
            raise RuleError(
                "safety",
                "* GenerateContentRequest.safety_settings[%d]: category and threshold are"
                " required\n" % i,
            )


def declared_names(request):
    return [
        d.get("name", "")
        for tool in request.get("tools", [])
        for d in tool.get("functionDeclarations", [])
    ]


def _check_declarations(tools, declared):
    if len(declared) > MAX_DECLARATIONS:
        raise RuleError(
            "declarations",
            "* GenerateContentRequest.tools: at most %d function declarations are supported.\n"
            % MAX_DECLARATIONS,
        )
    seen = set()
    for t, tool in enumerate(tools):
        for i, declaration in enumerate(tool.get("functionDeclarations", [])):
            path = "GenerateContentRequest.tools[%d].function_declarations[%d]" % (t, i)
            _check_declaration(declaration, path)
            if declaration["name"] in seen:
                raise RuleError(
                    "duplicate-function",
                    "Duplicate function declaration found: " + declaration["name"],
                )
            seen.add(declaration["name"])


def _check_declaration(declaration, path):
    if not NAME.fullmatch(declaration.get("name", "")):
        raise RuleError("function-name", "* %s.name: %s\n" % (path, INVALID_NAME))
    for openapi, json_schema in (
        ("parameters", "parametersJsonSchema"),
        ("response", "responseJsonSchema"),
    ):
        if openapi in declaration and json_schema in declaration:
            raise RuleError(
                "schema-both",
                "* %s: only one of %s and its JSON schema may be set.\n" % (path, openapi),
            )
        if openapi in declaration:
            schemas.check_openapi(declaration[openapi], "%s.%s" % (path, openapi))
        if json_schema in declaration:
            schemas.check_json_schema(
                declaration[json_schema], "%s.%s" % (path, openapi + "_json_schema")
            )
    root = declaration.get("parametersJsonSchema") or declaration.get("parameters") or {}
    if str(root.get("type", "object")).lower() != "object":
        raise RuleError(
            "schema", "* %s.parameters: schema at top-level must be of type OBJECT\n" % path
        )


def _check_combination(tools, declared, config, model):
    built_in = [
        name for tool in tools for name in BUILT_IN if name in tool and name != "mcpServers"
    ]
    if not built_in or not declared:
        return
    if not model.signs:
        raise RuleError(
            "tool-mix",
            "Built-in tools ({%s}) and Function Calling cannot be combined in the same"
            " request. Please choose one." % ", ".join(built_in),
        )
    if not config.get("includeServerSideToolInvocations"):
        raise RuleError(
            "tool-mix",
            (
                "Please enable tool_config.include_server_side_tool_invocations to use Built-in"
                " tools with Function calling."
            ),
        )


def _check_config(config, declared):
    if config is None:
        return
    mode, allowed = config.get("mode", "AUTO"), config.get("allowedFunctionNames", [])
    if mode in ("ANY", "VALIDATED") and not declared:
        raise RuleError(
            "tool-config", "Function calling config is set without function_declarations."
        )
    if allowed and mode not in ("ANY", "VALIDATED"):
        raise RuleError(
            "tool-config",
            "Allowed function names should only be set when function calling mode is ANY.",
        )
    names = {declaration.get("name") for declaration in declared}
    for name in allowed:
        if name not in names:
            raise RuleError(
                "tool-config",
                "Allowed function name `%s` is not one of the declared functions." % name,
            )
