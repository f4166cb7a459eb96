"""Kinds of attacks as inert text. `site` is where they are planted, one file a kind; `attacks.py` makes all of them."""
