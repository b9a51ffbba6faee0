# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""interpreter_live.py CHECKER: runs the checker on this process and tells it the truth about it."""
import os
import subprocess
import sys
import types

NAMES = ["plain", "größe", "имя", "变量", "𐐀y", "n" * 5000]


def surrogate():
    return compile("pass", "/tmp/\udc80\ud83d name.py", "exec")


def made(name):
    source = "class Outer:\n    def %s(self):\n        return [lambda: self]\n" % name
    scope = {}
    exec(compile(source, "/tmp/%s.py" % name[:100], "exec"), scope)
    return getattr(scope["Outer"], sys.intern(name) if name.isascii() else name).__code__


def fact(code):
    table = code.co_linetable if sys.version_info >= (3, 10) else code.co_lnotab
    qualname = getattr(code, "co_qualname", code.co_name)
    texts = [text.encode("utf-8", "surrogatepass") for text in
             (code.co_name, qualname, code.co_filename)]
    return "%x %d %s" % (id(code), code.co_firstlineno,
                         " ".join((text.hex() or "-") for text in texts + [table]))


def main():
    import unicodedata

    functions = vars(types)
    codes = [made(unicodedata.normalize("NFKC", name)) for name in NAMES] + [surrogate()]
    codes += [value.__code__ for value in functions.values()
              if isinstance(value, types.FunctionType)]
    facts = ["%x %x" % (sys.hexversion, id(types.CodeType))] + [fact(code) for code in codes]
    told = "\n".join(facts) + "\n"
    return subprocess.run([sys.argv[1], str(os.getpid())], input=told.encode()).returncode


sys.exit(main())
