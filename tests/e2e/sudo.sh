#!/bin/bash
# SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
# being written
exit 77
