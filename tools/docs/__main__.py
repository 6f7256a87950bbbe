"""Writes the pages of docs/ that are made from the code: `python -m tools.docs`."""

from tools.docs.pages import PAGES


def main() -> None:
    """Write all pages."""
    for page in PAGES:
        page.path.write_text(page.render(), encoding="utf-8")
        print(page.path)


if __name__ == "__main__":
    main()
