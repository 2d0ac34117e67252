# SPDX-License-Identifier: MIT
"""Whether CONTRIBUTING.md lists the capabilities and numerics that the code handles."""

import re
import sys
from pathlib import Path


def rows(text, heading):
    """The first and the last cell of each row of the table with that heading."""
    table = re.search(rf"^\| {heading} \|.*?\n\n", text, re.M | re.S).group(0)
    for line in table.splitlines()[2:]:
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        yield cells[0], re.findall(r"`([^`]+)`", cells[-1])


def table(path, start):
    """The text of a table of C, from `start` to its end."""
    return re.search(rf"{re.escape(start)}.*?\n}};|{re.escape(start)}[^;]*;",
                     path.read_text(), re.S).group(0)


def handled_numerics(folder):
    """Each numeric of the code's tables with the file that has it in its table."""
    yield from re.findall(r'"(\d{3})"', table(folder / "signon.c", "} handlers[]"))
    for file, start in (("numerics.c", "} numerics[]"), ("joining.c", "refusals[]"),
                        ("nick.c", "codes[]")):
        yield from (number.zfill(3) for number in
                    re.findall(r"(?<=[{ ])(\d{1,3})(?=[,}])", table(folder / file, start))
                    if int(number) > 0)
    yield from re.findall(r"INVITE_ONLY = (\d{3})", (folder / "joining.c").read_text())


def differences(top):
    folder = top / "src/net/irc"
    text = (top / "CONTRIBUTING.md").read_text()
    capabilities, numerics = list(rows(text, "capability")), list(rows(text, "numeric"))
    listed = {name for cell, _ in capabilities if "ISUPPORT" not in cell
              for name in re.findall(r"`([^`]+)`", cell)} - {"sts"}
    asked = set(re.findall(r'"([^"]+)"', table(folder / "signon.c", "} capabilities[]")))
    yield from (f"capability {name} is not in both" for name in sorted(listed ^ asked))
    listed = {number for cell, _ in numerics if "any" not in cell
              for number in cell.split()}
    handled = set(handled_numerics(folder))
    yield from (f"numeric {number} is not in both" for number in sorted(listed ^ handled))
    for _, files in capabilities + numerics:
        yield from (f"there is no {name}" for name in files
                    if not (folder / name).is_file())


def main(top):
    found = list(differences(Path(top)))
    for line in found:
        print(f"CONTRIBUTING.md and src/net/irc: {line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
