// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "target/identity.h"

#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <linux/capability.h>
#include <pwd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"

enum {
	PASSWD_MAX_BYTES = 1 << 20,
	GROUPS_MAX = 65536 /* NGROUPS_MAX of Linux */
};

void identity_done(struct identity *identity)
{
	free(identity->groups);
	free(identity->name);
	free(identity->home);
	free(identity->shell);
	*identity = (struct identity){0};
}

/* Decimal digits and nothing else; not -1, which setresuid(2) takes for "leave as it is". */
static int parse_id(const char *text, uint32_t *id)
{
	uint64_t value = 0;

	if (!*text)
		return -EINVAL;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -EINVAL;
		value = value * 10 + (uint64_t)(*text - '0');
		if (value >= UINT32_MAX)
			return -EINVAL;
	}
	*id = (uint32_t)value;
	return 0;
}

/* The entry of a name, or of a uid with name NULL. Its strings live in *buffer. 0 or -ENOENT... */
static int passwd_lookup(const char *name, uid_t uid, struct passwd *entry, char **buffer)
{
	for (size_t size = 4096; size <= PASSWD_MAX_BYTES; size *= 2) {
		CLEANUP(freep) char *space = malloc(size);
		struct passwd *found = NULL;
		if (!space)
			return -ENOMEM;
		int err = name ? getpwnam_r(name, entry, space, size, &found)
			       : getpwuid_r(uid, entry, space, size, &found);
		if (found) {
			*buffer = TAKE(space);
			return 0;
		}
		if (err != ERANGE)
			return -ENOENT;
	}
	return -ERANGE;
}

static int load_group_list(struct identity *identity)
{
	for (int room = 64; room <= GROUPS_MAX; room *= 2) {
		CLEANUP(freep) gid_t *groups = calloc((size_t)room, sizeof(*groups));
		int count = room;
		if (!groups)
			return -ENOMEM;
		if (getgrouplist(identity->name, identity->gid, groups, &count) < 0)
			continue;
		identity->groups = TAKE(groups);
		identity->group_count = (size_t)count;
		return 0;
	}
	return -ERANGE;
}

static int load_own_groups(gid_t **groups, size_t *group_count)
{
	int count = getgroups(0, NULL);
	if (count < 0)
		return -errno;
	CLEANUP(freep) gid_t *list = calloc((size_t)count + 1, sizeof(*list));
	if (!list)
		return -ENOMEM;
	count = getgroups(count, list);
	if (count < 0)
		return -errno;
	*groups = TAKE(list);
	*group_count = (size_t)count;
	return 0;
}

static int name_from_number(struct identity *identity)
{
	if (asprintf(&identity->name, "%u", (unsigned int)identity->uid) < 0)
		identity->name = NULL;
	identity->home = strdup("/");
	identity->shell = strdup("/bin/sh");
	return identity->name && identity->home && identity->shell ? 0 : -ENOMEM;
}

static int name_from_passwd(struct identity *identity, const struct passwd *entry)
{
	identity->name = strdup(entry->pw_name);
	identity->home = strdup(*entry->pw_dir ? entry->pw_dir : "/");
	identity->shell = strdup(*entry->pw_shell ? entry->pw_shell : "/bin/sh");
	return identity->name && identity->home && identity->shell ? 0 : -ENOMEM;
}

/* Fills in everything from uid, gid and an entry, which is NULL where passwd has none. */
static int fill(struct identity *identity, const struct passwd *entry)
{
	int err = entry ? name_from_passwd(identity, entry) : name_from_number(identity);
	if (err)
		return err;
	identity->drops = identity->uid != getuid() || identity->uid != geteuid() ||
			  identity->gid != getgid() || identity->gid != getegid();
	return identity->drops && entry
		       ? load_group_list(identity)
		       : load_own_groups(&identity->groups, &identity->group_count);
}

/* Without a passwd entry there is no list of groups either: the gid alone, never ours. */
static void keep_only_gid(struct identity *identity)
{
	identity->groups[0] = identity->gid;
	identity->group_count = 1;
}

static int identity_make(uid_t uid, gid_t gid, const struct passwd *entry,
			 struct identity *identity)
{
	struct identity made = {.uid = uid, .gid = gid};

	int err = fill(&made, entry);
	if (err) {
		identity_done(&made);
		return fail(err, "cannot look up the groups of user %u: %s", (unsigned int)uid,
			    strerror(-err));
	}
	if (made.drops && !entry)
		keep_only_gid(&made);
	*identity = made;
	return 0;
}

int identity_of_self(struct identity *identity)
{
	CLEANUP(freep) char *buffer = NULL;
	struct passwd entry;
	int err = passwd_lookup(NULL, getuid(), &entry, &buffer);

	return identity_make(getuid(), getgid(), err ? NULL : &entry, identity);
}

int identity_of_invoker(struct identity *identity)
{
	const char *uid_text = getenv("SUDO_UID"), *gid_text = getenv("SUDO_GID");
	CLEANUP(freep) char *buffer = NULL;
	struct passwd entry;
	uint32_t uid, gid;

	if (getuid() || geteuid() || !uid_text)
		return identity_of_self(identity);
	if (parse_id(uid_text, &uid))
		return fail(-EINVAL,
			    "SUDO_UID is '%s', which is no user id: unset it, or say who runs the "
			    "program with --user NAME or --as-root",
			    uid_text);
	int err = passwd_lookup(NULL, uid, &entry, &buffer);
	if (!gid_text || parse_id(gid_text, &gid))
		gid = err ? uid : entry.pw_gid;
	err = identity_make(uid, gid, err ? NULL : &entry, identity);
	if (!err)
		identity->behind_sudo = true;
	return err;
}

static bool is_sudo_caller(uid_t uid)
{
	const char *text = getenv("SUDO_UID");
	uint32_t caller;

	return !getuid() && !geteuid() && text && !parse_id(text, &caller) && caller == uid;
}

int identity_of_user(const char *name, struct identity *identity)
{
	CLEANUP(freep) char *buffer = NULL;
	struct passwd entry;
	uint32_t uid = 0;
	int err = passwd_lookup(name, 0, &entry, &buffer);
	bool known = !err;

	if (!known && parse_id(name, &uid))
		return fail(-ENOENT, "there is no user '%s' (--user takes a name or a number)",
			    name);
	if (!known)
		known = !passwd_lookup(NULL, uid, &entry, &buffer);
	if (known)
		uid = entry.pw_uid;
	if (geteuid() && uid != getuid())
		return fail(-EPERM, "cannot run as user '%s': only root may (use sudo)", name);
	err = uid == getuid() ? identity_of_self(identity)
			      : identity_make(uid, known ? entry.pw_gid : uid,
					      known ? &entry : NULL, identity);
	if (!err)
		identity->behind_sudo = is_sudo_caller(uid);
	return err;
}

/* Securebits can make the kernel keep capabilities over setresuid(2). */
static int drop_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i].effective = sets[i].permitted = 0;
	return syscall(SYS_capset, &header, sets) ? -errno : 0;
}

/* The ambient set is always within the permitted one: capabilities(7). */
static int check_no_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if (sets[i].effective || sets[i].permitted)
			return -EPERM;
	return 0;
}

static int check_ids(const struct identity *identity)
{
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	if (getresuid(&real_uid, &effective_uid, &saved_uid) ||
	    getresgid(&real_gid, &effective_gid, &saved_gid))
		return -errno;
	if (real_uid != identity->uid || effective_uid != identity->uid ||
	    saved_uid != identity->uid || real_gid != identity->gid ||
	    effective_gid != identity->gid || saved_gid != identity->gid)
		return -EPERM;
	return 0;
}

/* The permitted set stays: without it the ambient one, which is the caller's wish, would go. */
int identity_disarm(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3] = {0};

	if (!geteuid())
		return 0;
	if (syscall(SYS_capget, &header, sets))
		return -errno;
	for (size_t i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		sets[i].effective = 0;
	return syscall(SYS_capset, &header, sets) ? -errno : 0;
}

int identity_assume(const struct identity *identity)
{
	uid_t uid = identity->uid;
	gid_t gid = identity->gid;

	if (!identity->drops)
		return identity_disarm();
	if (setgroups(identity->group_count, identity->groups) || setresgid(gid, gid, gid) ||
	    setresuid(uid, uid, uid))
		return -errno;
	int err = uid ? drop_capabilities() : 0;
	if (!err)
		err = check_ids(identity);
	if (err || !uid)
		return err;
	if (!setuid(0) || !seteuid(0))
		return -EPERM;
	return check_no_capabilities();
}

int identity_enter(const struct identity *identity, struct identity_saved *saved)
{
	struct identity_saved before = {.entered = true, .uid = geteuid(), .gid = getegid()};

	*saved = (struct identity_saved){0};
	if (!identity->drops)
		return 0;
	int err = load_own_groups(&before.groups, &before.group_count);
	if (err)
		return fail(err, "cannot act as %s: %s", identity->name, strerror(-err));
	if (!setgroups(identity->group_count, identity->groups) && !setegid(identity->gid) &&
	    !seteuid(identity->uid)) {
		*saved = before;
		return 0;
	}
	err = fail(-errno, "cannot act as %s: %s", identity->name, strerror(errno));
	int left = identity_leave(&before);
	return left ? left : err;
}

int identity_leave(struct identity_saved *saved)
{
	struct identity_saved before = *saved;

	*saved = (struct identity_saved){0};
	if (!before.entered)
		return 0;
	/* The uid first: it brings the right to set the others. */
	int err = seteuid(before.uid) || setegid(before.gid) ||
				  setgroups(before.group_count, before.groups)
			  ? -errno
			  : 0;
	free(before.groups);
	if (err)
		return fail(err, "cannot go back from the user's rights to root's: %s",
			    strerror(-err));
	return 0;
}
