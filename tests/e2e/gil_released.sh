#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Threads that compute without the GIL keep their Python stacks, on every Python, and a thread that
# sleeps has no samples.
# shellcheck source=tests/expect.sh
. "$(dirname "$0")/../expect.sh"
need_root
find_pythons 2>/dev/null

for each in "${pythons[@]}"; do
	trial "without the GIL: ${each%% *} (${each#* })" gil_released -- -- \
		"${each#* }" "$PWD/tests/targets/gil_released.py" 0.6
done
trial "threads share the GIL" threads -- -- "$python" "$PWD/tests/targets/threads.py" 0.7
trial "split by thread" by_thread -- -t -- "$python" "$PWD/tests/targets/threads.py" 0.7
finish
