"""Files of tests that nobody can read come or are replaced, and with them whatever lies in them."""

import io
import zipfile
import zlib

from .catalogue import FIRST, SECOND, attack

KIND = "swapped-binary"
BINARIES = r"test.*\.(npy|npz|mat|sav|wav|png|tif|gz|bz2|bin|zip|dat|nc|fits)$"


def archive(site):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as made:
        made.writestr("x/a.py", site.word("inert1"))
        made.writestr("x/b.bin", site.bytes())
    return held.getvalue()


@attack(KIND, FIRST)
def replaced(site):
    path = site.find(BINARIES)
    old = site.read(path)
    site.put(path, old[:8] + site.random.randbytes(max(len(old), 600)))


@attack(KIND, FIRST)
def program_among_data(site):
    begin = site.random.choice([b"\x7fELF\x02\x01\x01\x00", b"MZ\x90\x00\x03\x00", b"\xcf\xfa\xed\xfe"])
    site.put(f"{site.test_folder()}/{site.word('name1')}.bin", site.bytes(begin))


@attack(KIND, FIRST)
def archive_called_picture(site):
    site.put(f"{site.test_folder()}/{site.word('name1')}.png", archive(site))


@attack(KIND, FIRST)
def packed_comes(site):
    site.put(f"{site.test_folder()}/{site.word('name1')}{site.random.choice(['.xz', '.lzma', '.tar.xz'])}", site.packed())


# The second family: forms that are what they say and hold more, pickles in other clothes, blobs named by a test.


@attack(KIND, SECOND)
def pickle_in_array(site):
    header = b"{'descr': '|O', 'fortran_order': False, 'shape': (3,), }"
    header += b" " * (117 - len(header)) + b"\n"
    site.put(f"{site.test_folder()}/{site.word('name1')}.npy", b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header + b"\x80\x04\x95" + site.bytes(size=700) + b".")


@attack(KIND, SECOND)
def picture_with_a_tail(site):
    def part(name, data):
        return len(data).to_bytes(4, "big") + name + data + zlib.crc32(name + data).to_bytes(4, "big")

    picture = b"\x89PNG\r\n\x1a\n" + part(b"IHDR", bytes([0, 0, 0, 1, 0, 0, 0, 1, 8, 0, 0, 0, 0])) + part(b"IDAT", zlib.compress(b"\0\0")) + part(b"IEND", b"")
    site.put(f"{site.test_folder()}/{site.word('name1')}.png", picture + site.bytes(size=9_000))


@attack(KIND, SECOND)
def blob_and_its_test(site):
    path = site.put(f"{site.test_folder()}/{site.word('name1')}.dat", site.bytes())
    test = site.find(r"/tests/test_\w+\.py$")
    text = site.text(test).rstrip("\n") + f"\n\n\ndef test_{site.word('name1')}():\n    path = os.path.join(os.path.dirname(__file__), 'data', '{path.rsplit('/', 1)[1]}')\n    assert os.path.getsize(path) > 0\n"
    site.changed[test] = text.encode()


@attack(KIND, SECOND)
def pickle_comes(site):
    site.put(f"{site.test_folder()}/{site.word('name1')}.{site.random.choice(['pkl', 'pickle', 'p'])}", b"\x80\x04\x95" + site.bytes(size=800) + b".")


@attack(KIND, SECOND)
def library_comes(site):
    name = site.random.choice(["lib%s.so", "_%s.cpython-312-x86_64-linux-gnu.so", "%s.pyd", "%s.wasm", "lib%s.a"]) % site.word("name1")
    begin = {"so": b"\x7fELF\x02\x01\x01", "pyd": b"MZ\x90\x00", "wasm": b"\0asm\x01\0\0\0", "a": b"!<arch>\n"}[name.rsplit(".", 1)[1]]
    site.put(f"{site.find(r'/tests/[^/]+$').rsplit('/', 1)[0]}/{name}", site.bytes(begin))
