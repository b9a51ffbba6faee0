/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_APP_MAN_PAGE_H
#define LTSBPF_APP_MAN_PAGE_H
/* The manual page, made of app/option_table.h: source in mdoc(7), as man(1) and mandoc(1) read it.
 */
#include <stdio.h>

/* Failures are left in the stream. */
void man_page_print(FILE *stream);

#endif
