/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_CAPTURE_LIBBPF_MESSAGES_H
#define LTSBPF_CAPTURE_LIBBPF_MESSAGES_H
/* What libbpf has to say. What a user needs to know is told where a call failed. */

/* From now on libbpf's messages are shown with -v alone, of long ones the end. */
void libbpf_messages_take(void);

#endif
