# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of targets/native_packages.py and native_extended.py: what
compiled code does stands under the Python function that asked for it."""
import re

from folded import Folded, need, truth
from native_python import chains, check_python, words  # noqa: F401 (chains is called from outside)

# For each function of the program what most of its time is in, as words() writes it.
INSIDE = {
    "matmul_inner": r"N:\w*gemm\w*;",
    "sort_inner": r"P:sort;(N:[^;]*;)+",
    "exp_inner": r"(N:[^;]*;)+",
    "groupby_inner": r"P:sum;(.*;)?N:[^;]*;",
    "order_inner": r"P:sort_values;(.*;)?N:[^;]*;",
    "compiled_inner": r"N:([^;]*sum_of_squares[^;]*|\[jit\])_\[j\];",
    "alone_inner": r"N:native_rust::rust_leaf;",
    "called_inner": r"N:native_rust::\w*rust_call;([NM]:[^;]*;)*P:callback_inner;(N:[^;]*;)*N:sum;",
}


def packages(run, *functions):
    """Nearly all of the time of these functions is in what is expected."""
    folded = Folded(run + "/profile.folded")
    stacks = [(words(frames), count) for frames, count in folded.stacks]
    told, wrong = truth(run + ".out"), []
    for function in functions:
        need(function in told, function, "did not run")
        of = [(stack, count) for stack, count in stacks if "P:%s;" % function in stack]
        total, due = sum(count for _, count in of), told[function] * 999
        # Threads of a library that work at the same time have the rest.
        need(total > due * 0.4, function, "has", total, "samples of", due)
        pattern = re.compile("P:<module>;P:again;P:%s;(.*;)?%s" % (function, INSIDE[function]))
        others = [(count, stack) for stack, count in of if not pattern.match(stack)]
        outside = sum(count for count, _ in others)
        if outside > total * 0.15:
            wrong.append("%s: %d of %d samples are not in %s, such as %s" % (
                function, outside, total, INSIDE[function], max(others)[1]))
    need(not wrong, " | ".join(wrong))
    check_python(run, folded)


def marked(run):
    """A kernel of OpenBLAS without unwind information: a visible gap below it, and the caller."""
    folded = Folded(run + "/profile.folded")
    of = [(words(frames), count) for frames, count in folded.stacks]
    of = [(stack, count) for stack, count in of if "P:matmul_inner;" in stack]
    gaps = sum(count for stack, count in of if re.match(
        r"P:<module>;P:again;P:matmul_inner;M:\[no unwind info: lib\w*blas[^;]*\];N:dgemm_kernel_\w+;",
        stack))
    total = sum(count for _, count in of)
    need(gaps > total * 0.6, gaps, "of", total, "samples have the gap; others:", max(of)[0])


def rust_threads(run):
    """Threads that run no Python: whole stacks under the thread's name."""
    folded = Folded(run + "/profile.folded")
    of = [(words(frames), count) for frames, count in folded.stacks
          if any("rust_leaf" in frame for frame in frames)]
    alone = [(stack, count) for stack, count in of if "P:" not in stack]
    total = sum(count for _, count in alone)
    need(total > truth(run + ".out")["parallel_inner"] * 999 / 2, "only", total, "samples in threads")
    whole = sum(count for stack, count in alone
                if re.match(r"N:[^;]*;N:clone3?;N:start_thread;.*N:rayon_core::", stack))
    need(whole >= 0.99 * total, whole, "of", total, "are whole; others:", max(alone)[0][:600])
