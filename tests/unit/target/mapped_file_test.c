// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/* The process that maps files is the test itself. */
#include "target/mapped_file.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "check.h"
#include "folder.h"
#include "memory.h"

/* A file of one page that says "mapped", and is mapped. */
struct mapped {
	struct folder folder;
	char path[128];
	struct mapped_file file;
	void *memory;
};

static bool map(struct mapped *mapped)
{
	static char page[4096] = "mapped";
	struct stat status;

	if (!folder_make(&mapped->folder))
		return false;
	folder_put(&mapped->folder, "file", page, sizeof(page));
	snprintf(mapped->path, sizeof(mapped->path), "%s/file", mapped->folder.path);
	CLEANUP(closep) int fd = open(mapped->path, O_RDONLY | O_CLOEXEC);
	check_ok(fstat(fd, &status));
	mapped->memory = mmap(NULL, sizeof(page), PROT_READ, MAP_PRIVATE, fd, 0);
	mapped->file = (struct mapped_file){getpid(), mapped->path, status.st_dev, status.st_ino};
	return check_true(mapped->memory != MAP_FAILED);
}

static void unmap(struct mapped *mapped)
{
	munmap(mapped->memory, 4096);
	folder_remove(&mapped->folder);
}

/* /proc/PID/map_files is for those with CAP_SYS_ADMIN or CAP_CHECKPOINT_RESTORE. */
static bool map_files_are_open_to_us(const struct mapped *mapped)
{
	uintptr_t start = (uintptr_t)mapped->memory;
	char path[96];

	snprintf(path, sizeof(path), "/proc/self/map_files/%" PRIxPTR "-%" PRIxPTR, start,
		 start + 4096);
	CLEANUP(closep) int fd = open(path, O_RDONLY | O_CLOEXEC);
	return fd >= 0;
}

/* Opens it; the file must then be the mapped one, and no other. */
static int opened(const struct mapped *mapped, const struct stat *status)
{
	CLEANUP(closep) int fd = mapped_file_open(&mapped->file, status);
	char text[8] = "";

	if (fd < 0)
		return fd;
	check_int(pread(fd, text, 7, 0), 7);
	check_str(text, "mapped");
	check_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	return 0;
}

static void a_file_is_opened_by_its_path(void)
{
	struct mapped mapped;
	struct stat status;

	if (!map(&mapped))
		return;
	munmap(mapped.memory, 4096); /* the list of mappings does not have it */
	check_true(mapped_file_stat(&mapped.file, &status));
	check_uint(status.st_ino, mapped.file.inode);
	check_ok(opened(&mapped, &status));
	mapped.file.device++; /* overlayfs and btrfs tell two devices of one file */
	check_ok(opened(&mapped, &status));
	folder_remove(&mapped.folder);
}

static void a_deleted_file_is_opened_through_its_mapping(void)
{
	struct mapped mapped;
	struct stat status;

	if (!map(&mapped))
		return;
	unlink(mapped.path);
	check_true(!mapped_file_stat(&mapped.file, &status));
	check_int(opened(&mapped, NULL), map_files_are_open_to_us(&mapped) ? 0 : -ESTALE);
	unmap(&mapped);
}

static void a_replaced_file_is_not_taken_for_the_mapped_one(void)
{
	struct mapped mapped;
	struct stat status;
	char other[160];

	if (!map(&mapped))
		return;
	folder_put(&mapped.folder, "other", "replaced", 8);
	snprintf(other, sizeof(other), "%s/other", mapped.folder.path);
	check_ok(rename(other, mapped.path));
	check_true(mapped_file_stat(&mapped.file, &status));
	check_true(status.st_ino != mapped.file.inode);
	check_int(opened(&mapped, &status), map_files_are_open_to_us(&mapped) ? 0 : -ESTALE);
	munmap(mapped.memory, 4096);
	check_int(opened(&mapped, &status), -ESTALE);
	folder_remove(&mapped.folder);
}

/* A FIFO of the same number would block who opens it. */
static void what_is_no_file_is_not_opened(void)
{
	struct mapped mapped;
	struct stat status;

	if (!map(&mapped))
		return;
	munmap(mapped.memory, 4096);
	unlink(mapped.path);
	check_ok(mkfifo(mapped.path, 0600));
	check_true(mapped_file_stat(&mapped.file, &status));
	mapped.file.inode = status.st_ino;
	mapped.file.device = status.st_dev + 1;
	check_int(opened(&mapped, &status), -ESTALE);
	folder_remove(&mapped.folder);
}

static void of_a_process_that_is_gone_the_very_file_is_enough(void)
{
	struct mapped mapped;
	struct stat status;

	if (!map(&mapped))
		return;
	mapped.file.pid = INT32_MAX;
	check_true(mapped_file_stat(&mapped.file, &status));
	check_ok(opened(&mapped, NULL));
	mapped.file.device++;
	check_true(!mapped_file_stat(&mapped.file, &status));
	check_int(opened(&mapped, NULL), -ESTALE);
	unmap(&mapped);
}

CU_TestInfo mapped_file_tests[] = {
	TEST(a_file_is_opened_by_its_path),
	TEST(a_deleted_file_is_opened_through_its_mapping),
	TEST(a_replaced_file_is_not_taken_for_the_mapped_one),
	TEST(what_is_no_file_is_not_opened),
	TEST(of_a_process_that_is_gone_the_very_file_is_enough),
	CU_TEST_INFO_NULL,
};
