# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
"""What it takes to read large recordings: of a program that nobody ran (unit/synthetic_recording.h),
at a tenth of the size and at the whole one, so that it shows whether the cost is linear."""
import os
import subprocess
import time

SAMPLES_PER_SECOND = 400000  # of BENCH_SECONDS: ten million by default
STACKS, DEPTH = 0.1, 200  # a new one every ten samples


def run(*command):
    """Wall time, CPU time and the peak of memory."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    status, usage = os.wait4(process.pid, 0)[1:]
    process.returncode = status
    if status:
        raise RuntimeError("%s failed" % " ".join(command))
    return {"wall_s": time.monotonic() - begin, "cpu_s": usage.ru_utime + usage.ru_stime,
            "peak_mib": usage.ru_maxrss / 1024}


def measure(bench):
    recording, folder, found = bench.scratch("large.ltsbpf"), bench.scratch("large"), []
    for part in (0.1, 1):
        samples = int(part * bench.seconds * SAMPLES_PER_SECOND)
        stacks = int(STACKS * samples)
        bench.say("scale: %d samples of %d stacks" % (samples, stacks))
        bench.tool("scale", recording, str(samples), str(stacks), str(DEPTH))
        convert = [bench.ltsbpf, "convert", "-q", recording, "-o", folder, "-f"]
        makes = {"report": [bench.ltsbpf, "report", recording], "svg": convert + ["svg"],
                 "pprof": convert + ["pprof"], "pstats": convert + ["pstats"]}
        for name, command in makes.items():
            found.append(dict(run(*command), name=name, samples=samples, stacks=stacks,
                              depth=DEPTH, bytes=os.path.getsize(recording)))
    os.remove(recording)
    return found
