#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""Every field of vmlinux/vmlinux.h is in the running kernel's BTF, with a type of the same make.

A structure with a flavour (name___flavour) is for other kernels: only what exists is compared.
"""
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HEADER = pathlib.Path("vmlinux/vmlinux.h")
KERNEL = "/sys/kernel/btf/vmlinux"
WRAPPERS = ("TYPEDEF", "CONST", "VOLATILE", "RESTRICT", "TYPE_TAG")
RECORDS = ("STRUCT", "UNION")


class Btf:
    def __init__(self, path):
        bpftool = os.environ.get("BPFTOOL", "bpftool")
        dump = subprocess.run([bpftool, "btf", "dump", "-j", "file", path],
                              check=True, capture_output=True).stdout
        self.types = {kind["id"]: kind for kind in json.loads(dump)["types"]}
        self.records = {}
        for kind in self.types.values():
            if kind["kind"] in RECORDS:
                self.records.setdefault(kind["name"], kind)

    def bare(self, type_id):
        """The type behind typedefs and qualifiers; None is void."""
        kind = self.types.get(type_id)
        while kind and kind["kind"] in WRAPPERS:
            kind = self.types.get(kind["type_id"])
        return kind

    def fields(self, record):
        """Name -> type of each field, those of unnamed records inside included."""
        found = {}
        for member in record["members"]:
            kind = self.bare(member["type_id"])
            if member["name"] == "(anon)":
                found.update(self.fields(kind))
            else:
                found[member["name"]] = kind
        return found

    def make(self, kind):
        """What must be equal for a read to mean the same: class, size, sign, length."""
        if kind["kind"] == "INT" and kind["size"] == 1:
            return "byte"  # the sign of char changed with Linux 6.2
        if kind["kind"] == "INT":
            return f"{kind['encoding'].lower()} integer of {kind['size']} bytes"
        if kind["kind"] in ("ENUM", "ENUM64"):
            return f"(none) integer of {kind['size']} bytes"
        if kind["kind"] == "PTR":
            return "pointer"
        if kind["kind"] == "ARRAY":
            return f"array of {kind['nr_elems']} x {self.make(self.bare(kind['type_id']))}"
        if kind["kind"] == "FWD":
            return f"{kind['fwd_kind']} {kind['name']}"
        name = re.sub("___.*", "", kind["name"])
        return kind["kind"].lower() if name == "(anon)" else f"{kind['kind'].lower()} {name}"


def header_btf():
    """BTF of the header, by way of one variable of each structure in it."""
    names = re.findall(r"^(struct|union) (\w+) \{", HEADER.read_text(), re.M)
    with tempfile.TemporaryDirectory() as folder:
        source, binary = os.path.join(folder, "types.c"), os.path.join(folder, "types.o")
        with open(source, "w") as file:
            file.write(f'#include "{HEADER.name}"\n')
            file.writelines(f"{kind} {name} v{i};\n" for i, (kind, name) in enumerate(names))
        triplet = subprocess.run([os.environ.get("CC", "gcc"), "-print-multiarch"],
                                 check=True, capture_output=True, text=True).stdout.strip()
        subprocess.run([os.environ.get("CLANG", "clang"), "-target", "bpf", "-g", "-O2",
                        f"-I{HEADER.parent}", "-idirafter", f"/usr/include/{triplet}",
                        "-c", source, "-o", binary], check=True)
        return Btf(binary), [name for _, name in names]


def compare(ours, kernel, name):
    plain, _, flavour = name.partition("___")
    if plain not in kernel.records:
        if not flavour:
            yield f"{name}: the running kernel has no such structure"
        return
    theirs = kernel.fields(kernel.records[plain])
    for field, kind in ours.fields(ours.records[name]).items():
        if field not in theirs:
            if not flavour:
                yield f"{name}.{field}: not in the running kernel"
        elif ours.make(kind) != kernel.make(theirs[field]):
            yield (f"{name}.{field}: {ours.make(kind)}, but {kernel.make(theirs[field])} "
                   "in the running kernel")


def main():
    if not os.path.exists(KERNEL):
        print(f"SKIP: the running kernel has no {KERNEL}")
        return 77
    ours, names = header_btf()
    kernel = Btf(KERNEL)
    findings = [text for name in names for text in compare(ours, kernel, name)]
    print(*findings, f"{len(names)} structures compared", sep="\n")
    return 1 if findings or not names else 0


sys.exit(main())
