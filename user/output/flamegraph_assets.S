/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* See flamegraph_assets.h. */
	.section .rodata

	.global flamegraph_js_start, flamegraph_js_end
flamegraph_js_start:
	.incbin "output/flamegraph.js"
flamegraph_js_end:

	.global flamegraph_css_start, flamegraph_css_end
flamegraph_css_start:
	.incbin "output/flamegraph.css"
flamegraph_css_end:

	.section .note.GNU-stack, "", %progbits
