"""The words on a receipt: of a PDF its text, of a picture what the program ``tesseract`` sees, where there is one."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from gleaner.core.errors import ConfigError, Refused
from gleaner.core.phrases import phrase
from gleaner.expenses import confined, pdf
from gleaner.expenses.content import MOST_BYTES, Kind, checked_kind, checked_size


@dataclass(frozen=True)
class ReceiptFile:
    """A receipt's file that Harvest would take."""

    name: str
    content: bytes = field(repr=False)
    kind: Kind

    @property
    def digest(self) -> str:
        """SHA-256 of the content: the same receipt twice is one."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Words:
    text: str
    trouble: str = ""
    """Why there are none, as a sentence; the receipt may be filed by hand all the same."""


def receipt_file(path: Path) -> ReceiptFile:
    """The file at *path*, checked by size before it is read and by content. Raises Refused or ConfigError."""
    name = path.name
    try:
        if not path.is_file():
            raise ConfigError(phrase("{path} is no file; name a png, gif, jpg or pdf.", path=str(path)))
        with path.open("rb") as opened:
            checked_size(name, path.stat().st_size)
            # It may have grown since.
            content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise ConfigError(
            phrase("{path} cannot be read: {strerror}.", path=str(path), strerror=str(error.strerror))
        ) from error
    checked_size(name, len(content))
    return ReceiptFile(name, content, checked_kind(name, content[:16]))


def words(file: ReceiptFile, *, seconds: int = confined.SECONDS, memory: int = confined.MEMORY) -> Words:
    """What is written on it. Raises Refused for a PDF that is encrypted, broken or too much to read."""
    if file.kind == "pdf":
        return _of_pdf(file, seconds, memory)
    if file.kind == "gif":
        return Words("", phrase("Pictures of the kind gif are not read; fill the fields in by hand."))
    return _of_picture(file, seconds, memory)


def _of_pdf(file: ReceiptFile, seconds: int, memory: int) -> Words:
    try:
        text = confined.run(
            [sys.executable, "-I", "-m", pdf.__name__], file.content, seconds=seconds, memory=memory
        )
    except confined.Failed as failure:
        if failure.code == pdf.NOT_INSTALLED:
            return Words(
                "",
                phrase("PDFs are read with pypdf, which is not installed: pip install 'gleaner[receipts]'."),
            )
        if failure.code == pdf.ENCRYPTED:
            raise Refused(
                phrase("{file} is encrypted; save it without a password.", file=file.name)
            ) from None
        if failure.code == pdf.BROKEN:
            raise Refused(
                phrase("{file} cannot be read as a PDF; save or print it as a PDF again.", file=file.name)
            ) from None
        raise Refused(
            phrase(
                "{file} takes more time or memory to read than a receipt should; print it as a PDF anew.",
                file=file.name,
            )
        ) from None
    if not text.strip():
        return Words("", phrase("The PDF holds no text, only pictures; fill the fields in by hand."))
    return Words(text)


def _of_picture(file: ReceiptFile, seconds: int, memory: int) -> Words:
    program = shutil.which("tesseract")
    if program is None:
        return Words("", phrase("Pictures are read with the program tesseract, which is not installed."))
    argv = [program, "stdin", "stdout", "-l", _languages(program), "--psm", "4"]
    try:
        text = confined.run(argv, file.content, seconds=seconds, memory=memory)
    except confined.Failed as failure:
        if failure.code is None:
            return Words("", phrase("The program tesseract took too long; fill the fields in by hand."))
        return Words("", phrase("The program tesseract could not read it; fill the fields in by hand."))
    return Words(text) if text.strip() else Words("", phrase("No words were found in the picture."))


_WANTED = ("eng", "deu", "fra", "spa", "ita", "nld", "por")


def _languages(program: str) -> str:
    """Those of ours that are installed, as tesseract wants them."""
    try:
        listed = subprocess.run(  # noqa: S603  (a list, no shell)
            [program, "--list-langs"], capture_output=True, text=True, check=False, timeout=10
        )
    except (OSError, subprocess.TimeoutExpired):
        return "eng"
    installed = set(listed.stdout.split())
    return "+".join(code for code in _WANTED if code in installed) or "eng"
