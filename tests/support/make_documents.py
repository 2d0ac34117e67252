#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes the two binary sample documents in config/documents.

Their text is written for the purpose. The output is the same byte for byte at every
run, so that a change of the files is a change of this script:

    python3 tests/support/make_documents.py config/documents
"""
import pathlib
import sys
import textwrap
import zipfile
from xml.sax.saxutils import escape

NOTE = "Illustrative: written as sample content for a chat bot, no document of ITU."

STRATEGY = [
    ("Layers of a national cybersecurity strategy", [
        NOTE,
        "A strategy holds when its layers hold each other. This sheet names five, from "
        "the law down to the classroom.",
        "1. Law: offences are defined, evidence can cross borders, and regulators know "
        "where their mandate ends.",
        "2. Organisation: one body answers for the strategy; a national incident "
        "response team (CIRT) has staff around the clock.",
        "3. Technology: operators of critical services meet a baseline of measures and "
        "report incidents within a day.",
    ]),
    ("From paper to practice", [
        "4. Capacity: teachers, judges and administrators are trained, not engineers "
        "alone.",
        "5. Cooperation: exercises with neighbouring countries, shared warnings, and "
        "agreements signed before they are needed.",
        "Success factors: a budget line of its own, indicators that are published every "
        "year, and a review after each serious incident.",
        "A question to the panel: which of the five layers should a country with few "
        "means build first?",
    ]),
]

COLLABORATION = [
    ("Ways of working together across borders", [NOTE]),
    ("Three challenges heard again and again", [
        "Skilled people leave soon after their training",
        "Equipment is bought, its upkeep is not",
        "Warnings arrive, but nobody is named to act on them",
    ]),
    ("Vehicles of collaboration", [
        "Regional centres that share one response team",
        "Twinning: two teams exchange a member for a month",
        "Joint exercises once a year, remote participants included",
        "A common fund for the first hundred days of a new team",
    ]),
]


# PDF -----------------------------------------------------------------------

def pdf_text(text):
    """A PDF string literal."""
    for character in "\\()":
        text = text.replace(character, "\\" + character)
    return f"({text})"


def pdf_page(title, paragraphs):
    """The drawing operators of one A4 page."""
    lines = ["BT", "/F2 18 Tf", "22 TL", "72 760 Td"]
    for line in textwrap.wrap(title, 45):
        lines += [pdf_text(line) + " Tj", "T*"]
    lines += ["/F1 11 Tf", "15 TL", "T*"]
    for paragraph in paragraphs:
        for line in textwrap.wrap(paragraph, 80):
            lines += [pdf_text(line) + " Tj", "T*"]
        lines.append("T*")
    lines.append("ET")
    return "\n".join(lines).encode("ascii")


def pdf_objects(pages):
    """Bodies of the objects: catalogue, page tree, two fonts, information, then a page
    and its content for each page."""
    kids = " ".join(f"{6 + 2 * i} 0 R" for i in range(len(pages)))
    font = "<< /Type /Font /Subtype /Type1 /BaseFont /{} /Encoding /WinAnsiEncoding >>"
    bodies = [
        b"<< /Type /Catalog /Pages 2 0 R /Lang (en) >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(),
        font.format("Helvetica").encode(),
        font.format("Helvetica-Bold").encode(),
        f"<< /Title {pdf_text('Illustrative: ' + pages[0][0])} >>".encode(),
    ]
    for i, (title, paragraphs) in enumerate(pages):
        content = pdf_page(title, paragraphs)
        bodies.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> "
            + f"/Contents {7 + 2 * i} 0 R >>".encode())
        bodies.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content
                      + b"\nendstream")
    return bodies


def make_pdf(path, pages):
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(pdf_objects(pages), start=1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    start = len(out)
    out += f"xref\n0 {len(offsets) + 1}\n0000000000 65535 f \n".encode()
    for offset in offsets:
        out += f"{offset:010d} 00000 n \n".encode()
    out += (f"trailer\n<< /Size {len(offsets) + 1} /Root 1 0 R /Info 5 0 R >>\n"
            f"startxref\n{start}\n%%EOF\n").encode()
    path.write_bytes(out)


# PPTX (Office Open XML, ECMA-376) ---------------------------------------------

HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
NAMES = ('xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
         f'xmlns:r="{OFFICE}" '
         'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main"')
GROUP = ('<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr>'
         '<p:grpSpPr/>')
COLOURS = ["dk1", "lt1", "dk2", "lt2", "accent1", "accent2", "accent3", "accent4",
           "accent5", "accent6", "hlink", "folHlink"]
MAP = ('bg1="lt1" tx1="dk1" bg2="lt2" tx2="dk2" accent1="accent1" accent2="accent2" '
       'accent3="accent3" accent4="accent4" accent5="accent5" accent6="accent6" '
       'hlink="hlink" folHlink="folHlink"')


def relations(entries):
    """A .rels part; entries are (id, last word of the type, target)."""
    items = "".join(f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" '
                    f'Target="{target}"/>' for name, kind, target in entries)
    return f'{HEAD}<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def shape(number, kind, top, height, lines):
    """A placeholder with its text, one paragraph a line."""
    text = "".join(f'<a:p><a:r><a:rPr lang="en-GB"/><a:t>{escape(line)}</a:t></a:r></a:p>'
                   for line in lines)
    return (f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind} {number}"/><p:cNvSpPr/>'
            f'<p:nvPr><p:ph type="{kind}"/></p:nvPr></p:nvSpPr><p:spPr><a:xfrm>'
            f'<a:off x="600000" y="{top}"/><a:ext cx="7944000" cy="{height}"/></a:xfrm>'
            '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></p:spPr>'
            f'<p:txBody><a:bodyPr/><a:lstStyle/>{text}</p:txBody></p:sp>')


def slide(title, lines):
    body = (shape(2, "title", 500000, 1100000, [title])
            + shape(3, "body", 1800000, 3000000, lines))
    return (f'{HEAD}<p:sld {NAMES}><p:cSld><p:spTree>{GROUP}{body}</p:spTree></p:cSld>'
            '<p:clrMapOvr><a:masterClrMapping/></p:clrMapOvr></p:sld>')


def theme():
    colours = "".join(
        f'<a:{name}><a:srgbClr val="{"FFFFFF" if name.startswith("lt") else "1F3864"}"/>'
        f'</a:{name}>' for name in COLOURS)
    font = '<a:latin typeface="Arial"/><a:ea typeface=""/><a:cs typeface=""/>'
    fill = '<a:solidFill><a:schemeClr val="phClr"/></a:solidFill>'
    return (f'{HEAD}<a:theme {NAMES} name="Plain"><a:themeElements>'
            f'<a:clrScheme name="Plain">{colours}</a:clrScheme><a:fontScheme name="Plain">'
            f'<a:majorFont>{font}</a:majorFont><a:minorFont>{font}</a:minorFont>'
            f'</a:fontScheme><a:fmtScheme name="Plain">'
            f'<a:fillStyleLst>{fill * 3}</a:fillStyleLst>'
            f'<a:lnStyleLst>{f"<a:ln>{fill}</a:ln>" * 3}</a:lnStyleLst><a:effectStyleLst>'
            f'{"<a:effectStyle><a:effectLst/></a:effectStyle>" * 3}</a:effectStyleLst>'
            f'<a:bgFillStyleLst>{fill * 3}</a:bgFillStyleLst></a:fmtScheme>'
            '</a:themeElements></a:theme>')


def presentation(count):
    slides = "".join(f'<p:sldId id="{256 + i}" r:id="rId{2 + i}"/>' for i in range(count))
    return (f'{HEAD}<p:presentation {NAMES}><p:sldMasterIdLst>'
            '<p:sldMasterId id="2147483648" r:id="rId1"/></p:sldMasterIdLst>'
            f'<p:sldIdLst>{slides}</p:sldIdLst><p:sldSz cx="9144000" cy="5143500"/>'
            '<p:notesSz cx="6858000" cy="9144000"/></p:presentation>')


def content_types(count):
    base = "application/vnd.openxmlformats-officedocument."
    parts = [("/ppt/presentation.xml", base + "presentationml.presentation.main+xml"),
             ("/ppt/slideMasters/slideMaster1.xml", base + "presentationml.slideMaster+xml"),
             ("/ppt/slideLayouts/slideLayout1.xml", base + "presentationml.slideLayout+xml"),
             ("/ppt/theme/theme1.xml", base + "theme+xml")]
    parts += [(f"/ppt/slides/slide{i + 1}.xml", base + "presentationml.slide+xml")
              for i in range(count)]
    overrides = "".join(f'<Override PartName="{name}" ContentType="{kind}"/>'
                        for name, kind in parts)
    return (f'{HEAD}<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" '
            'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Default Extension="xml" ContentType="application/xml"/>'
            f'{overrides}</Types>')


def pptx_parts(slides):
    tree = f'<p:cSld><p:spTree>{GROUP}</p:spTree></p:cSld>'
    count = len(slides)
    parts = {
        "[Content_Types].xml": content_types(count),
        "_rels/.rels": relations([("rId1", "officeDocument", "ppt/presentation.xml")]),
        "ppt/presentation.xml": presentation(count),
        "ppt/_rels/presentation.xml.rels": relations(
            [("rId1", "slideMaster", "slideMasters/slideMaster1.xml")]
            + [(f"rId{2 + i}", "slide", f"slides/slide{i + 1}.xml")
               for i in range(count)]),
        "ppt/slideMasters/slideMaster1.xml":
            f'{HEAD}<p:sldMaster {NAMES}>{tree}<p:clrMap {MAP}/><p:sldLayoutIdLst>'
            '<p:sldLayoutId id="2147483649" r:id="rId1"/></p:sldLayoutIdLst></p:sldMaster>',
        "ppt/slideMasters/_rels/slideMaster1.xml.rels": relations(
            [("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml"),
             ("rId2", "theme", "../theme/theme1.xml")]),
        "ppt/slideLayouts/slideLayout1.xml":
            f'{HEAD}<p:sldLayout {NAMES} type="obj">{tree}<p:clrMapOvr>'
            '<a:masterClrMapping/></p:clrMapOvr></p:sldLayout>',
        "ppt/slideLayouts/_rels/slideLayout1.xml.rels": relations(
            [("rId1", "slideMaster", "../slideMasters/slideMaster1.xml")]),
        "ppt/theme/theme1.xml": theme(),
    }
    for i, (title, lines) in enumerate(slides, start=1):
        parts[f"ppt/slides/slide{i}.xml"] = slide(title, lines)
        parts[f"ppt/slides/_rels/slide{i}.xml.rels"] = relations(
            [("rId1", "slideLayout", "../slideLayouts/slideLayout1.xml")])
    return parts


def make_pptx(path, slides):
    # Stored, not compressed: libraries differ in how they compress.
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in pptx_parts(slides).items():
            entry = zipfile.ZipInfo(name, date_time=(2015, 9, 8, 14, 30, 0))
            entry.create_system = 3  # as made on Unix, wherever it runs
            archive.writestr(entry, text)


def main():
    folder = pathlib.Path(sys.argv[1])
    make_pdf(folder / "strategy.pdf", STRATEGY)
    make_pptx(folder / "collaboration.pptx", COLLABORATION)


if __name__ == "__main__":
    main()
