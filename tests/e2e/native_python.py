# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of targets/native_*.py: the Python functions are all there,
once and in order, whatever C code is between them; that has the names that Python gives it."""
import re

from folded import Folded, Report, check_complete, name_of, need
from native import expectations

# Machinery of the interpreter and of the C library's start, which stays out of a Python stack.
INTERNAL = re.compile(
    r"_?PyEval_\w+|_TAIL_CALL_\w+|_PyFunction_Vectorcall|_?PyObject_(Vectorcall|Call|FastCall)\w*|"
    r"_PyVectorcall\w*|vectorcall_\w+|\w*method_vectorcall\w*|cfunction_(vectorcall|call)\w*|object_vacall|"
    r"slot_(tp|nb|sq|mp)_\w+|_PyFunction_FastCall\w*|function_code_fastcall|call_function|method_call|"
    r"gen_(send_ex|iternext)\w*|pymain_\w+|Py_(Run|Bytes)?Main|PyRun_\w+|run_(mod|eval_code_obj)|"
    r"thread_run|t_bootstrap|pythread_wrapper|main|_start|__libc_start_\w+|start_thread|clone3?")


def words(frames):
    """"P:name;" for each Python frame, "N:name;" for a native or kernel one, "M:name;" for markers."""
    out = []
    for frame in frames[1:]:
        name = name_of(frame)
        if re.search(r"\(.*:\d+\)$", frame):
            out.append("P:%s;" % name.rsplit(".", 1)[-1])
        elif frame.startswith("[") and frame.endswith("]") and not frame.startswith("[jit"):
            out.append("M:%s;" % frame)
        else:
            out.append("N:%s;" % name)
    return "".join(out)


NATIVE = r"(?:N:[^;]*;|M:\[gc(?: gen \d)?\];)*"


def pattern_of(chain, stripped, behind=""):
    pattern = "" if chain[0] == "**" else "P:<module>;" + NATIVE + "P:run;" + NATIVE
    for token in chain:
        if token == "**":
            pattern += r"(?:[PN]:(?!(?:thread|import)_(?:inner|outer);)[^;]*;)*"
        elif token.startswith("+"):
            names = "|".join(re.escape(name) for name in token.lstrip("+?").split("|"))
            pattern += r"(?:N:(?:%s);%s)%s" % (names, NATIVE, "?" if stripped and "?" in token else "")
        else:
            pattern += "P:%s;%s" % (re.escape(token), NATIVE)
    return re.compile(pattern + behind)


def own_function(chain):
    """The innermost Python function that no other chain has."""
    return [token for token in chain if token.endswith("_inner")][-1]


def chains(run, stripped="", rate=999):
    """stripped: the interpreter has no symbols but those for its libraries."""
    folded, wrong = Folded(run + "/profile.folded"), []
    stacks = [(words(frames), count) for frames, count in folded.stacks]
    for chain, seconds in expectations(run + ".out"):
        own, leaf = own_function(chain), chain[-1] if chain[-1][0] == "+" else ""
        sure = chain[:chain.index(own) + 1] if leaf else chain
        pattern = pattern_of(sure, stripped, ".*" if leaf else "")
        of = [(stack, count) for stack, count in stacks if "P:%s;" % own in stack]
        total = sum(count for _, count in of)
        bad = [(count, stack) for stack, count in of if not pattern.fullmatch(stack)]
        if sum(count for count, _ in bad) > max(total / 100, 1):
            wrong.append("%s: %d of %d samples are not %s, such as %s" % (
                own, sum(count for count, _ in bad), total, ";".join(chain), max(bad)[1]))
        at_leaf = pattern_of(chain, stripped)
        inside = sum(count for stack, count in of if at_leaf.fullmatch(stack))
        if leaf and inside < total * 0.7:
            wrong.append("%s: %d of %d samples are in %s; others: %s" % (
                own, inside, total, leaf, max((count, stack) for stack, count in of)[1]))
        outer = chain[0] if chain[0] != "**" else own
        due, total = seconds * rate, sum(count for stack, count in stacks if "P:%s;" % outer in stack)
        if abs(total - due) > due / 10 + 3 * due ** 0.5 + 3:
            wrong.append("%s: %d samples, not %d" % (outer, total, due))
    need(not wrong, " | ".join(wrong))
    check_python(run, folded)


def check_python(run, folded):
    """Of every recording of a Python program."""
    for frames, _ in folded.stacks:
        stack = words(frames)
        if "P:" not in stack:
            continue
        for name in re.findall("N:([^;]*);", stack[:stack.rindex("P:")]):
            need(not INTERNAL.fullmatch(name), "machinery is shown:", name, "in", stack[:800])
    check_complete(Report(run + "/profile.ltsbpf"))


def only_python(run):
    """--no-native: nothing but Python functions."""
    folded = Folded(run + "/profile.folded")
    for frames, _ in folded.stacks:
        need("N:" not in words(frames), ";".join(frames))
    need(folded.under("sorted_inner"), "no sample of sorted_inner")


def interpreter_frames(run):
    """--interpreter-frames: the machinery is there, and Python's functions in the same order."""
    folded = Folded(run + "/profile.folded")
    seen = set()
    for frames, _ in folded.stacks:
        stack = words(frames)
        if "P:sorted_inner;" in stack:
            names = re.findall("P:([^;]*);", stack)
            need(names == ["<module>", "run", "sorted_outer", "sorted_inner", "burn"] or
                 names == ["<module>", "run", "sorted_outer", "sorted_inner"], stack)
            seen |= {name for name in re.findall("N:([^;]*);", stack) if INTERNAL.fullmatch(name)}
    need(seen, "no machinery is shown")
