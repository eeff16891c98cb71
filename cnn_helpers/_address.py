"""The public address of the book; `make publish-as REPO=owner/name` writes it."""

# "owner/name" at GitHub; empty in a copy that was not published
REPOSITORY = ""
