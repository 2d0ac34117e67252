#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Holds what is shipped in config/ against the program:

- the JSON Schemas name exactly the keys that the program knows, object by object;
- the shipped configurations have no mistakes but the missing secrets of the example;
- the sample documents are those that tests/support/make_documents.py makes.

    shipped_config.py USHER_PROGRAM SOURCE_FOLDER
"""
import json
import pathlib
import re
import subprocess
import sys
import tempfile

# A key that is near no other, so that the program lists all it knows.
PROBE = "zzzzzzzzzzzz"
UNKNOWN = re.compile(r"^\S+:\d+: (\S*)/" + PROBE + r": found the unknown key \S+, "
                     r"expected one of (.*)$")


def kinds(schema):
    kind = schema.get("type", [])
    return kind if isinstance(kind, list) else [kind]


class Example:
    """A document with every key of a schema and the probe in each object."""

    def __init__(self):
        self.keys = {}  # pointer to the keys that its object may have

    def of_object(self, schema, pointer):
        properties = schema.get("properties", {})
        self.keys[pointer] = set(properties)
        value = {key: self.of(part, f"{pointer}/{key}")
                 for key, part in properties.items()}
        value[PROBE] = 1
        return value

    def of_map(self, schema, pointer):
        parts = schema["additionalProperties"]
        return {f"n{i}": self.of(part, f"{pointer}/n{i}")
                for i, part in enumerate(parts.get("oneOf", [parts]))}

    def of(self, schema, pointer):
        if isinstance(schema.get("additionalProperties"), dict):
            return self.of_map(schema, pointer)
        if "object" in kinds(schema):
            return self.of_object(schema, pointer)
        if "array" in kinds(schema):
            return [self.of(schema["items"], f"{pointer}/0")]
        for word in ("const", "default"):
            if schema.get(word) is not None:
                return schema[word]
        return "agenda.json"  # good where a file is named, a mistake elsewhere


def check(program, config):
    answer = subprocess.run([program, "check", "-c", str(config)], text=True,
                            stdout=subprocess.PIPE, timeout=60, check=False)
    return answer.stdout.splitlines()


def known_keys(lines):
    """What the program says each object may have, by pointer."""
    hits = filter(None, map(UNKNOWN.match, lines))
    return {hit[1]: set(re.findall(r'"([^"]*)"', hit[2])) for hit in hits}


def compare(name, wanted, known):
    faults = []
    for pointer in sorted(wanted.keys() | known.keys()):
        if wanted.get(pointer) != known.get(pointer):
            faults.append(f"{name} at {pointer or '/'}: the schema has "
                          f"{sorted(wanted.get(pointer, []))}, the program "
                          f"{sorted(known.get(pointer, []))}")
    return faults


def check_schemas(program, source, folder):
    faults = []
    (folder / "agenda.json").write_text("{}")  # until its turn comes
    for name, file in (("usher", "usher.json"), ("agenda", "agenda.json")):
        schema = json.loads((source / f"config/{name}.schema.json").read_text())
        example = Example()
        (folder / file).write_text(json.dumps(example.of(schema, "")))
        lines = check(program, folder / "usher.json")
        lines = [line for line in lines if line.startswith(f"{folder / file}:")]
        faults += compare(name, example.keys, known_keys(lines))
    return faults


def check_shipped(program, source):
    faults = []
    if check(program, source / "config/console.json") != ["0 mistakes"]:
        faults.append("config/console.json has mistakes or warnings")
    for line in check(program, source / "config/usher.json")[:-1]:
        if not re.search(r"_file: found no such file, ", line):
            faults.append(line)
    return faults


def check_documents(source, folder):
    subprocess.run([sys.executable, str(source / "tests/support/make_documents.py"),
                    str(folder)], check=True)
    return [f"config/documents/{name} is not what make_documents.py makes"
            for name in ("strategy.pdf", "collaboration.pptx")
            if (source / "config/documents" / name).read_bytes()
            != (folder / name).read_bytes()]


def main():
    program, source = sys.argv[1], pathlib.Path(sys.argv[2])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        faults = (check_schemas(program, source, folder) + check_shipped(program, source)
                  + check_documents(source, folder))
    print("\n".join(faults) or "config/ agrees with the program")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
