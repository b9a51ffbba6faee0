#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""builtins.py DRIVER: compares the names that DRIVER (builtins_list.c) gives to the C functions of
this Python's files with those that this Python has in its own memory, for each file that is mapped.

Every function and method of NEEDED must have its full name, no name may be wrong. The method's name
alone is right too, where the file does not say whose it is."""
import collections
import importlib
import struct
import subprocess
import sys
import sysconfig

try:
    import ctypes
except ImportError:
    print("SKIP: %s has no ctypes" % sys.executable)
    sys.exit(77)

NEEDED = ("builtins sys time gc itertools functools _functools math list dict str bytes int float "
          "set tuple").split()
ENOUGH = 300  # CPython has so many of NEEDED
EXTENSIONS = "math array datetime json pickle random struct zlib select hashlib decimal".split()
# sizeof(PyObject) and, behind it: PyCFunctionObject.m_ml, PyDescrObject.d_type, tp_name, ...
# (Include/object.h, Include/cpython/methodobject.h, descrobject.h and object.h)
HEAD = 32 if sysconfig.get_config_var("Py_GIL_DISABLED") else 16
M_ML, D_TYPE, D_METHOD, D_WRAPPED, M_NAME = HEAD, HEAD, HEAD + 24, HEAD + 32, HEAD + 24
TP_NAME, TP_NEW, ML_METH = HEAD + 8, HEAD + 296, 8
Function, Method, ClassMethod, Wrapper = (
    type(len), type(list.sort), type(dict.__dict__["fromkeys"]), type(object.__init__))


def word(address):
    return ctypes.c_uint64.from_address(address).value


def text(address):
    return ctypes.string_at(word(address)).decode()


def module_name(module):
    """m_name; what the module calls itself when it was made from slots (3.15)."""
    get = ctypes.pythonapi.PyModule_GetDef
    get.restype, get.argtypes = ctypes.c_void_p, [ctypes.py_object]
    definition = get(module)
    return text(definition + M_NAME) if definition else module.__name__


def every_type():
    seen, ahead = set(), [object, type]
    while ahead:
        each = ahead.pop()
        if each not in seen:
            seen.add(each)
            ahead += type.__subclasses__(each)
    return seen


def is_own(function, owner):
    """Whether it is of the type, and not from elsewhere (UserString.maketrans = str.maketrans)."""
    self = function.__self__
    return self is owner or (self is None and owner.__module__ == "builtins")


def truths():
    """(address, owner, name, is a slot) of every C function that can be reached."""
    for module in list(sys.modules.values()):
        if not isinstance(module, type(sys)):
            continue
        for each in list(vars(module).values()):
            if isinstance(each, Function) and each.__self__ is module:
                entry = word(id(each) + M_ML)
                yield word(entry + ML_METH), module_name(module), text(entry), False
    for each in every_type():
        owner = text(id(each) + TP_NAME)
        for name, value in list(vars(each).items()):
            value = getattr(value, "__func__", value) if isinstance(value, staticmethod) else value
            if isinstance(value, (Method, ClassMethod)):
                entry = word(id(value) + D_METHOD)
                yield word(entry + ML_METH), text(word(id(value) + D_TYPE) + TP_NAME), \
                    text(entry), False
            elif isinstance(value, Function) and is_own(value, each):
                entry = word(id(value) + M_ML)
                yield word(entry + ML_METH), owner, text(entry), False
                if name == "__new__":
                    yield word(id(each) + TP_NEW), owner, name, True
            elif isinstance(value, Wrapper):
                yield word(id(value) + D_WRAPPED), text(word(id(value) + D_TYPE) + TP_NAME), \
                    value.__name__, True


def mappings():
    """{path: [start, end, load bias]} of the mapped ELF files."""
    files = {}
    for line in open("/proc/self/maps"):
        fields = line.split(None, 5)
        path = fields[5].rstrip("\n") if len(fields) == 6 else ""
        if not path.startswith("/"):
            continue
        start, end = (int(each, 16) for each in fields[0].split("-"))
        if path in files:
            files[path][1] = end
        elif fields[2] == "00000000":
            with open(path, "rb") as file:
                head = file.read(18)
            if head[:4] == b"\x7fELF":
                is_fixed = struct.unpack_from("<H", head, 16)[0] == 2
                files[path] = [start, end, 0 if is_fixed else start]
    return files


def found_in(driver, path):
    output = subprocess.run([driver, path], check=True, stdout=subprocess.PIPE).stdout.decode()
    return {int(address, 16): name for address, name in map(str.split, output.splitlines())}


def full(owner, name):
    return name if owner == "builtins" else owner + "." + name


def expected(known):
    """The names that may stand for a function: its methods' when it has some."""
    methods = {each for each in known if not each[2]} or known
    owners, names = {each[0] for each in methods}, {each[1] for each in methods}
    if len(owners) > 1:
        return names if len(names) == 1 else set()
    return {full(owner, name) for owner, name, _ in methods}


def compare(truth, found):
    """(right, of these needed, wrong, missing); `truth`: {address: {(owner, name, is a slot)}}."""
    right, needed, wrong, missing = 0, 0, [], []
    for address, known in truth.items():
        name, may = found.get(address), expected(known)
        is_needed = may and any(each[0].split(".")[0] in NEEDED and not each[2] for each in known)
        if name in may or (not is_needed and name in {each[1] for each in known if not each[2]}):
            right += 1
            needed += bool(is_needed)
        elif name:
            wrong.append("%s is %s" % (name, sorted(may) or sorted(known)))
        elif is_needed:
            missing.append(str(sorted(may)))
    return right, needed, wrong, missing


def main(driver):
    for name in list(sys.builtin_module_names) + EXTENSIONS:
        try:
            importlib.import_module(name)
        except ImportError:
            pass
    files = mappings()
    truth = collections.defaultdict(lambda: collections.defaultdict(set))
    for address, owner, name, is_slot in truths():
        for path, (start, end, bias) in files.items():
            if start <= address < end:
                truth[path][address - bias].add((owner, name, is_slot))
    total, total_needed, failed = 0, 0, False
    for path, known in truth.items():
        right, needed, wrong, missing = compare(known, found_in(driver, path))
        for each in wrong:
            print("wrong in %s: %s" % (path, each))
        for each in missing:
            print("missing in %s: %s" % (path, each))
        total, total_needed = total + right, total_needed + needed
        failed = failed or wrong or missing
    print("%d functions in %d files, %d of them of the modules and types that must be whole" % (
        total, len(truth), total_needed))
    return 1 if failed or total_needed < ENOUGH else 0


sys.exit(main(sys.argv[1]))
