"""What is said when a form of the report needs a library that is not installed."""

from __future__ import annotations

_INSTALL = 'pip install "gleaner[reports]"'
NO_SHEETS = f"a workbook needs openpyxl, which is not installed: {_INSTALL}; --format csv needs nothing"
NO_PDF = f"a PDF needs reportlab, which is not installed: {_INSTALL}; --format html needs nothing"
