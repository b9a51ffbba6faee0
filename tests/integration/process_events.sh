#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#
# What the kernel side tells of processes, and the notices of mapped interpreters, record by record:
# new processes and threads, names, other programs in one process, ends with their CPU time.
# shellcheck source=tests/expect.sh disable=SC2016 # single quotes: another shell expands
. "$(dirname "$0")/../expect.sh"
need_root
export PYTHONPATH=$PYTHONPATH:$PWD/tests/integration

cat >"$work/life.py" <<'END'
import json, os, threading, time
def burn(seconds):
    end = time.thread_time() + seconds
    while time.thread_time() < end:
        pass
def loader(told):
    told["thread"] = threading.get_native_id()
    with open("/proc/self/task/%d/comm" % told["thread"], "w") as comm:
        comm.write("the-loader")
    burn(0.1)
told = {"program": os.getpid()}
thread = threading.Thread(target=loader, args=(told,))
thread.start()
thread.join()
told["child"] = os.fork()
if not told["child"]:
    burn(0.2)
    os._exit(0)
usage = os.wait4(told["child"], 0)[2]
told["child_cpu"] = usage.ru_utime + usage.ru_stime
burn(0.1)
print(json.dumps(told))
END

record life -r 999 -- "$python" "$work/life.py"
check "it runs to its end" $? 0
judge "threads, a name, a child, ends" life "$work/life"
judge "everything in its order" times "$work/life"
judge "the CPU time of a child" cpu_time "$work/life"

record alone -r 999 --no-subprocesses -- "$python" "$work/life.py"
check "without subprocesses it runs to its end" $? 0
judge "without subprocesses there is the program alone" alone "$work/alone"

# One process, three programs, each of which computes: exec without a fork.
cat >"$work/chain.py" <<'END'
import json, os, sys, time
end = time.process_time() + 0.3
while time.process_time() < end:
    pass
told = {"pid": os.getpid(), "version": "%d.%d.%d" % sys.version_info[:3],
        "python": open("/proc/self/comm").read().strip()}
print(json.dumps(told), flush=True)
os.execv("/bin/sh", ["sh", "-c", sys.argv[1]])
END
count='i=0; while [ $i -lt 100000 ]; do i=$((i+1)); done'
record programs -r 999 -- sh -c "$count; exec '$python' '$work/chain.py' '$count'"
check "exec after exec runs to its end" $? 0
judge "three programs in one process" programs "$work/programs"
judge "each with stacks of its own" spaces "$work/programs"
"$ltsbpf" report "$work/programs/profile.ltsbpf" >"$work/programs.report" 2>/dev/null
judge "three entries in the report" listed "$work/programs" sh "$(basename "$python")" sh

finish
