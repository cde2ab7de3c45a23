"""Answers with names of types that the other side might make."""

import json
import os
import struct

VALUES = [
    ["named", "os", "system", "true"],
    ["named", "builtins", "eval", "1"],
    ["error", [["builtins", "SystemExit"]], ["tuple"], ["dict"], ""],
    ["error", [["pytest", "skip"]], ["tuple"], ["dict"], ""],
    ["object", 0, "lab", True],
    ["yours", 0],
    ["socket", 0, 0],
    ["given", 99],
    ["bytes", -5],
    ["dict", 1],
    ["set", ["list"]],
    [[]],
    {"op": 1},
]


def local_endpoint(sock):
    for number in range(3, 12):
        for value in VALUES:
            text = json.dumps({"op": "answer", "value": value}).encode()
            try:
                os.write(number, struct.pack("!IIB", len(text), 0, 0) + text)
            except OSError:
                pass
