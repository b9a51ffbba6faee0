# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What must be true of the recordings of targets/native_rules.c, and of a debugger's backtraces."""
import re

from folded import Folded, need, near

PROCESS = "native_rules"
NOT_OURS = r"(?!main;|run_chain;|[a-z_]+_(?:outer|middle|leaf);)"


def parts(frame):
    """Symbol and file of "symbol (file)"; "[j]" and "[k]" count as files."""
    match = re.fullmatch(r"(.*?)(?: \(([^()]*)\))?(?:_(\[[ijk]\]))?", frame)
    symbol, file, suffix = match.groups()
    return plain(symbol), suffix or file or ""


def plain(symbol):
    """Without arguments, the type of the result, and what a compiler adds to parts of a function."""
    symbol = re.sub(r"\(.*", "", symbol.replace(" [clone .cold]", "").replace("[cold]", "")).strip()
    symbol = re.sub(r"^(void|int) ", "", symbol)
    return re.sub(r"\.(cold|part|isra|constprop)(\.\d+)*$", "", symbol)


def expectations(path):
    with open(path) as stream:
        for line in stream:
            if line.startswith("expect "):
                chain, seconds = line[7:].rsplit(" ", 1)
                yield chain.split(";"), float(seconds)


def innermost(chain):
    """The innermost function of its own that a chain has."""
    name = [token for token in chain if token != "..."][-1]
    return re.split(r"[@*]", name)[0]


def token_pattern(token, with_file):
    if token == "*":
        return r"(?:%s[^;]*;)+" % NOT_OURS
    name, _, rest = token.partition("@" if "@" in token else "*")
    file = ""
    if with_file:
        file = "@" + (re.escape(PROCESS) if "@" not in token else
                      r"[^;]*" if rest == "*" else re.escape(rest))
    times = ""
    if "@" not in token and rest:
        times = "{%s}" % (rest.rstrip("+") + ("," if rest.endswith("+") else ""))
    return "(?:%s%s;)%s" % (re.escape(name), file, times)


def chain_pattern(chain, with_file):
    return "".join(token_pattern(token, with_file) for token in chain)


def root_pattern(first):
    """What is outside of the outermost function: the C library's start."""
    if first == "main":
        return r"(?:%s;)?_start@[^;]*;(?:%s[^;]*;){0,3}" % (PROCESS, NOT_OURS)
    if first == "thread_main":
        return r"rules-thread;(?:%s[^;]*@[^;]*;){1,2}" % NOT_OURS
    return r"(?:%s[^;]*;){0,2}" % NOT_OURS


def stack_pattern(chain, mode):
    """mode "gaps": code of others may have no unwind information, so a marked gap may be anywhere;
    "skips": a frame pointer may lead on from code without unwind information, over some callers."""
    behind = ".*" if chain[-1] == "..." else r"(?:[^;]*@\[k\];)*"
    chain = [token for token in chain if token != "..."]
    gap = r"\[no unwind info: [^;]*\]@;"
    if chain[-1].endswith("@[j]"):
        gap = ""  # such code stands for its gap itself
    if chain[0].startswith("[gap]") and mode == "skips":
        some = "".join("(?:%s)?" % token_pattern(token, True) for token in chain[2:-1])
        return "(?:%s|%s)%s%s" % (gap, root_pattern("main") + token_pattern("main", True) + some,
                                  token_pattern(chain[-1], True), behind)
    if chain[0] == "[gap]":
        return gap + token_pattern(chain[-1], True) + behind
    if chain[0] == "[truncated]":
        return r"\[truncated\]@;" + chain_pattern(chain[1:], True) + behind
    ways = []
    if chain[0] == "[gap]?" or mode == "gaps":
        chain = chain[1:] if chain[0] == "[gap]?" else chain
        ways = [gap + chain_pattern(chain[first:], True) for first in range(1, len(chain))]
    if mode == "gaps":
        ways.append(r"(?:rules-thread;)?" + gap + r"(?:%s[^;]*;){0,2}" % NOT_OURS +
                    chain_pattern(chain, True))
    ways.append(root_pattern(chain[0]) + chain_pattern(chain, True))
    return "(?:%s)%s" % ("|".join(ways), behind)


def flat(frames):
    """"symbol@file;" for each frame without the process's; a thread's name has no file."""
    symbols = [parts(frame) for frame in frames[1:]]
    return "".join("%s@%s;" % part for part in symbols).replace("rules-thread@;", "rules-thread;")


def shortened(stack):
    return re.sub(r"([^;]+;)(\1){3,}", r"\1(more of it);", stack)


def rules(run, mode="", rate=999):
    """>= 99 % of the samples of each chain have the whole chain, and there are as many as due."""
    folded, wrong = Folded(run + "/profile.folded"), []
    chains = list(expectations(run + ".out"))
    need(len(chains) >= 20, "only", len(chains), "chains ran")
    for chain, seconds in chains:
        leaf, pattern = innermost(chain), re.compile(stack_pattern(chain, mode))
        of = [(flat(frames), count) for frames, count in folded.stacks
              if leaf in (parts(frame)[0] for frame in frames)]
        total = sum(count for _, count in of)
        bad = [(count, stack) for stack, count in of if not pattern.fullmatch(stack)]
        off = sum(count for count, _ in bad)
        if off > max(total / 100, 1):
            wrong.append("%s: %d of %d samples are not %s, such as %s" % (
                leaf, off, total, ";".join(chain), shortened(max(bad)[1])))
        elif mode == "gaps" and chain[-1] == "...":
            continue  # what it calls may end in a gap
        elif abs(total - seconds * rate) > seconds * rate / 10 + 3 * (seconds * rate) ** 0.5 + 3:
            wrong.append("%s: %d samples, not %d" % (leaf, total, seconds * rate))
    need(not wrong, " | ".join(wrong))


def unnamed(run):
    """Code made at run time of which nobody tells the name."""
    folded = Folded(run + "/profile.folded")
    (_, framed), (_, bare) = expectations(run + ".out")
    for frames, _ in folded.stacks:
        need("[jit]_[j]" not in frames[:-1] or frames[-1].endswith("_[k]"), ";".join(frames))
    near(folded.under("[jit]_[j]"), (framed + bare) * 999, (framed + bare) * 100 + 8, "samples")
    near(folded.total(lambda frames: "[jit]_[j]" in frames and
                      "jit_framed_outer" in (parts(frame)[0] for frame in frames)),
         framed * 999, framed * 100 + 8, "samples under the caller")


def vdso(run):
    """Code that no file holds has its name and its caller."""
    folded = Folded(run + "/profile.folded")
    inside = folded.total(lambda frames: frames[-1].endswith("([vdso])") and
                          any(parts(frame)[0] == "vdso_outer" for frame in frames))
    near(inside, folded.under("vdso_outer"), folded.under("vdso_outer") / 3, "samples in the vdso")


def kernel(run):
    """Kernel frames stand above the function that called for them."""
    folded = Folded(run + "/profile.folded")
    inside = folded.total(lambda frames: frames[-1].endswith("_[k]") and
                          any(parts(frame)[0] == "syscall_outer" for frame in frames))
    need(4 * inside > folded.under("syscall_outer"), inside, "of", folded.under("syscall_outer"),
         "samples in read() are in the kernel")
    for frames, _ in folded.stacks:
        kinds = [frame.endswith("_[k]") for frame in frames]
        need(kinds == sorted(kinds), "a kernel frame below another one:", ";".join(frames)[:300])


def backtraces(path):
    """gdb's backtraces: lists of symbols from the root."""
    with open(path) as stream:
        for block in stream.read().split("--\n")[:-1]:
            frames = re.findall(r"^#\d+ +(?:0x\w+ in )?(.*?)(?: \([^()]*\)(?: (?:at|from) .*)?)?$", block, re.M)
            if frames:
                yield [plain(frame) for frame in reversed(frames)]


def debugger(path):
    """A debugger sees at the innermost functions what is expected of a profile."""
    stacks, wrong = ["".join(frame + ";" for frame in frames) for frames in backtraces(path)], []
    chains = [chain for chain, _ in expectations(path)]
    need(len(chains) == len(stacks), len(chains), "chains,", len(stacks), "stops")
    compared = 0
    for chain, stack in zip(chains, stacks):
        if chain[0] in ("[gap]", "[gap]?") or chain[-1].endswith("@[j]"):
            continue  # nothing there to go by, for a debugger neither
        compared += 1
        wanted = [re.sub("@.*", "", token) for token in chain if token not in ("...", "[truncated]")]
        pattern = chain_pattern(wanted, False)
        if chain[0] == "main":
            pattern = r"_start;(?:[^;]*;){0,3}" + pattern
        else:
            pattern = r"(?:[^;]*;)*" + pattern
        if not re.fullmatch(pattern, stack):
            wrong.append("not %s but %s" % (";".join(wanted), shortened(stack)))
    need(compared >= 18, "only", compared, "chains to compare")
    need(not wrong, " | ".join(wrong))
