/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef LTSBPF_TARGET_IDENTITY_H
#define LTSBPF_TARGET_IDENTITY_H
/*
 * Who the program runs as, and as whom files for people are made. ltsbpf is root because the
 * kernel wants it for BPF; the program and the outputs belong to the user who called.
 * A zeroed struct identity is empty; identity_done() takes an empty one and one that failed.
 * Every function but identity_assume() and _disarm() tells its failure itself (base/log.h).
 */
#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct identity {
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* supplementary groups, gid among them or not, as the system says */
	size_t group_count;
	char *name, *home, *shell; /* never NULL; without a passwd entry: "1234", "/", "/bin/sh" */
	bool drops;		   /* other than who ltsbpf runs as */
	bool behind_sudo;	   /* the user who typed sudo: environment_for() restores theirs */
};

/*
 * The user who typed `sudo ltsbpf`: SUDO_UID and SUDO_GID, believed only when we are root in both
 * the real and the effective id (sudo(8) sets them; a setuid copy of ltsbpf must not trust them).
 * Otherwise ourselves. -EINVAL when SUDO_UID is no id: better no run than one as root.
 */
int identity_of_invoker(struct identity *identity);

/*
 * A user by name, or by number (then with a gid of the same number if passwd has no entry).
 * -ENOENT: unknown. -EPERM: somebody else, and we are not root.
 */
int identity_of_user(const char *name, struct identity *identity);

/* Who called ltsbpf as the kernel sees it: root under sudo. */
int identity_of_self(struct identity *identity);

void identity_done(struct identity *identity);

/*
 * Becomes the identity for good: groups, gid, uid, then no capability is left, then proves it: all
 * ids are the new ones, root cannot be had back and the capability sets are empty. For the child
 * before exec; it prints nothing. When the identity does not drop it is identity_disarm(). 0 or
 * -errno, after which the process must not go on.
 */
int identity_assume(const struct identity *identity);

/*
 * Lays down, for good, the capabilities that the file of ltsbpf gives to an ordinary user (setcap):
 * files are then found and read with that user's own rights alone. Nothing happens to root. Prints
 * nothing. 0 or -errno.
 */
int identity_disarm(void);

/* What identity_leave() needs. Zeroed: nothing was entered. */
struct identity_saved {
	bool entered;
	uid_t uid;
	gid_t gid;
	gid_t *groups;
	size_t group_count;
};

/*
 * Switches the effective uid, gid and the groups, so that files are found and made with that
 * user's rights; nests not. Does nothing when the identity does not drop. While entered, /proc/self
 * may be closed to us. 0 or -errno and then nothing has changed.
 */
int identity_enter(const struct identity *identity, struct identity_saved *saved);

/* Back again. A failure is told, and then the process keeps the smaller rights: stop the work. */
int identity_leave(struct identity_saved *saved) __attribute__((warn_unused_result));

#endif
