"""Parts of a page, as GitHub's Markdown has them."""


def anchor(title):
    """As GitHub makes it from a heading."""
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c in "-_")


def cell(text):
    return text.replace("|", "\\|")


def code(text):
    fence = "``" if "`" in text else "`"
    return f"{fence}{text}{fence}"


def table(heads, rows):
    lines = ["| " + " | ".join(row) + " |" for row in (heads, *rows)]
    return "\n".join([lines[0], "|" + "---|" * len(heads), *lines[1:]])
