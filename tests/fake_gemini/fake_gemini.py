#!/usr/bin/env python3
"""A strict fake of the Gemini API on 127.0.0.1, for castor's tests and for `make run` without keys.

Python 3.9 or later, standard library only. What it accepts, plays and records: README.md beside
this file.
"""

import argparse
import os
import sys

from server import FakeGemini, Options


def main():
    options = arguments()
    server = FakeGemini(
        options.port,
        Options(
            keys=tuple(key for key in options.keys.split(",") if key),
            delay=options.delay_ms / 1000,
            foreign_signatures=options.foreign_signatures == "accept",
            any_model=options.any_model,
            golden=options.golden,
            record=options.record,
        ),
    )
    if options.port_file:
        write_port(options.port_file, server.server_port)
    print("fake Gemini on http://127.0.0.1:%d" % server.server_port, flush=True)
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        pass
    return 0


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    parser.add_argument("--port-file", help="where to write the port once it is open")
    parser.add_argument(
        "--record", default="", metavar="FILE", help="append every finished request as a JSON line"
    )
    parser.add_argument(
        "--keys", default="", help="keys to accept, separated by commas; default: every key"
    )
    parser.add_argument(
        "--delay-ms", type=float, default=30, help="pause between chunks (default 30)"
    )
    parser.add_argument(
        "--golden", default="", metavar="DIR", help="where plans find answers to replay"
    )
    parser.add_argument(
        "--foreign-signatures",
        choices=("refuse", "accept"),
        default="refuse",
        help="what to do with thought signatures this fake did not issue",
    )
    parser.add_argument(
        "--any-model", action="store_true", help="serve models that are not in the list, too"
    )
    return parser.parse_args()


def write_port(path, port):
    """Whole or not at all: whoever waits for the file must not read half a number."""
    temporary = path + ".new"
    with open(temporary, "w", encoding="ascii") as file:
        file.write("%d\n" % port)
    os.replace(temporary, path)


if __name__ == "__main__":
    sys.exit(main())
