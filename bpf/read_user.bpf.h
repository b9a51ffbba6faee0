/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef READ_USER_BPF_H
#define READ_USER_BPF_H
/*
 * The one door to target memory. A host build defines LTSBPF_HOST and brings its own read_user(),
 * so that the walkers run in unit tests over recorded memory.
 *
 * Non-zero when any byte of the range cannot be read now: nothing is paged in, this runs with
 * interrupts off.
 */
#ifndef LTSBPF_HOST

static __always_inline long read_user(void *out, __u32 size, __u64 address)
{
	return bpf_probe_read_user(out, size, (const void *)address);
}

#endif
#endif
