/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_OUTPUT_HTML_ASSETS_H
#define LTSBPF_OUTPUT_HTML_ASSETS_H
/* The script and the style of the HTML report; as output/flamegraph_assets.h. */
extern const char html_js_start[], html_js_end[];
extern const char html_css_start[], html_css_end[];

#endif
