/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
/* See html_assets.h. */
	.section .rodata

	.global html_js_start, html_js_end
html_js_start:
	.incbin "output/html.js"
html_js_end:

	.global html_css_start, html_css_end
html_css_start:
	.incbin "output/html.css"
html_css_end:

	.section .note.GNU-stack, "", %progbits
