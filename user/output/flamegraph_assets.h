/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_FLAMEGRAPH_ASSETS_H
#define LTSBPF_OUTPUT_FLAMEGRAPH_ASSETS_H
/*
 * The script and the style of the flame graph, as the bytes of flamegraph.js and flamegraph.css.
 * flamegraph_assets.S takes them in with .incbin and must be compiled with -Iuser, which both gcc
 * and clang hand on to the assembler; its object depends on the two files. No NUL at the end.
 */
extern const char flamegraph_js_start[], flamegraph_js_end[];
extern const char flamegraph_css_start[], flamegraph_css_end[];

#endif
