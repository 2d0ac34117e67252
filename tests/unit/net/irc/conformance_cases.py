# SPDX-License-Identifier: MIT
"""Turns a file of parser cases in YAML into lines that a C test can read.

One line a field, its name and its values in hexadecimal; "end" closes a case, and
"cases" at the end says how many there are.
"""
import sys

import yaml


def hexed(text):
    return text.encode().hex() or "-"


def main(path):
    with open(path, encoding="utf-8") as file:
        cases = yaml.safe_load(file)["tests"]
    for case in cases:
        atoms = case["atoms"]
        print("input", hexed(case.get("input", case.get("source"))))
        for name in ("source", "verb", "nick", "user", "host"):
            print(name, hexed(atoms.get(name, "")))
        for key, value in atoms.get("tags", {}).items():
            print("tag", hexed(key), hexed(value))
        for param in atoms.get("params", []):
            print("param", hexed(param))
        print("end")
    print("cases", hexed(str(len(cases))))


main(sys.argv[1])
