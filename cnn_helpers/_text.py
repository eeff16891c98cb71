"""How the book writes a number, in its figures and in their sentences."""


def number(value):
    """Return a number in at most two decimals, with a real minus sign."""
    text = f"{float(value):.2f}".rstrip("0").rstrip(".")
    if text in ("0", "-0"):
        text = "0" if value == 0 else f"{float(value):.0e}".replace("e-0", "e-")
        return text.replace("-", "−", 1) if text[0] == "-" else text
    return text.replace("-", "−")
