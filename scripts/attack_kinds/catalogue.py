"""The table of attacks: a kind, a family, and functions that plant one each."""

ATTACKS = {}

FIRST, SECOND = "first", "second"


def attack(kind, family):
    """Puts a function into the table."""

    def add(function):
        function.family = family
        ATTACKS.setdefault((kind, family), []).append(function)
        return function

    return add


def lines(kind, family, *texts, into):
    """Attacks that are lines put into a place: `into(site, text)`."""
    first = len(ATTACKS.get((kind, family), [])) + 1
    for number, text in enumerate(texts, first):

        def plant(site, text=text):
            into(site, text)

        plant.__name__ = f"lines-{number}"
        attack(kind, family)(plant)
