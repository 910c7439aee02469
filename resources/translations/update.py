"""Update the translation catalogues from the texts in the code, and compile them.

    python resources/translations/update.py [LANGUAGE]...

Without a language, all existing catalogues are updated; a new language, such as "fr", gets an empty
catalogue. Texts that are no longer in the code are dropped; new ones are marked as unfinished.
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from xml.etree import ElementTree

from nodeui.graph.registry import installed
from nodeui.graph.spec import NodeSpec

HERE = Path(__file__).resolve().parent
CODE = HERE.parents[1] / "nodeui"
CONTEXT = "nodeui"  # see nodeui/views/language.py
_FIRST = {"tr", "_tr", "counted"}  # the text is their first argument
_SECOND = {"translate", "_N", "Decision", "Panel", "Setting"}  # it is their second one


def texts() -> dict[str, bool]:
    """Return all texts, those of the code first, then those of the nodes.

    Returns:
        For each text, True if it depends on a number.
    """
    found: dict[str, bool] = {}
    for file in sorted(CODE.rglob("*.py")):
        for text, counts in _texts_in(ast.parse(file.read_text("utf-8"))):
            found[text] = found.get(text, False) or counts
    for spec in installed().values():
        for text in filter(None, _texts_of(spec)):
            found.setdefault(text, False)
    return found


def _texts_in(tree: ast.AST) -> Iterator[tuple[str, bool]]:
    for call in ast.walk(tree):
        if isinstance(call, ast.AnnAssign) and ast.unparse(call.target) == "title":
            value = call.value.value if isinstance(call.value, ast.Constant) else None
            if isinstance(value, str) and value:
                yield value, False
        if not isinstance(call, ast.Call):
            continue
        named = call.func
        name = named.attr if isinstance(named, ast.Attribute) else getattr(named, "id", "")
        place = 0 if name in _FIRST else 1 if name in _SECOND else None
        if place is None or len(call.args) <= place:
            continue
        text = call.args[place]
        if isinstance(text, ast.Constant) and isinstance(text.value, str) and text.value:
            yield text.value, "%n" in text.value


def _texts_of(spec: NodeSpec) -> Iterator[str]:
    """Yield a node's title, category and help, the names, types and help of its sockets and
    parameters, and the texts of its branch kinds and uses of pictures."""
    yield from (spec.title, spec.category, spec.help)
    for kind in spec.branches:
        yield from (kind.title, kind.noise, kind.unknown, *kind.needs.values())
    for send in spec.sends:
        yield send.title
    for part in (*spec.inputs.values(), *spec.parameters.values(), *spec.outputs.values()):
        yield from (part.name.replace("_", " "), part.type.replace("_", " "), part.help)


def read(file: Path) -> dict[str, list[str]]:
    """Return the finished translations of a catalogue, each as the list of its plural forms."""
    found: dict[str, list[str]] = {}
    for message in ElementTree.parse(file).iter("message") if file.exists() else ():
        translation = message.find("translation")
        if translation is not None and translation.get("type") is None:
            forms = [form.text or "" for form in translation.iter("numerusform")]
            found[message.findtext("source", "")] = forms or [translation.text or ""]
    return found


def write(file: Path, language: str, known: Mapping[str, list[str]]) -> int:
    """Write a catalogue and compile it; return the number of texts to translate."""
    root = ElementTree.Element("TS", version="2.1", language=language, sourcelanguage="en")
    context = ElementTree.SubElement(root, "context")
    ElementTree.SubElement(context, "name").text = CONTEXT
    missing = 0
    for text, counts in texts().items():
        message = ElementTree.SubElement(context, "message")
        if counts:
            message.set("numerus", "yes")
        ElementTree.SubElement(message, "source").text = text
        translation = ElementTree.SubElement(message, "translation")
        forms = known.get(text)
        if forms is None:
            missing += 1
            translation.set("type", "unfinished")
        elif counts:
            for form in forms:
                ElementTree.SubElement(translation, "numerusform").text = form
        else:
            translation.text = forms[0]
    ElementTree.indent(root)
    xml = ElementTree.tostring(root, encoding="unicode")
    file.write_text(f'<?xml version="1.0" encoding="utf-8"?>\n<!DOCTYPE TS>\n{xml}\n', "utf-8")
    release = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run([release, "-silent", file, "-qm", file.with_suffix(".qm")], check=True)
    return missing


def main() -> None:
    """Update the catalogues."""
    there = [file.stem.removeprefix("nodeui_") for file in sorted(HERE.glob("nodeui_*.ts"))]
    for language in sys.argv[1:] or there:
        file = HERE / f"nodeui_{language}.ts"
        print(f"{language}: {write(file, language, read(file))} texts to translate")


if __name__ == "__main__":
    main()
