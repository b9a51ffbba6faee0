#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# Every file of user/ includes only what its layer may see.
mapfile -t files < <(find user -name '*.[ch]' | sort)
awk -f tests/check/layers.awk tests/check/layers.txt "${files[@]}"
