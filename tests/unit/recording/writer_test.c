// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "recording/writer.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "memory.h"
#include "recording/format.h"

static off_t size_of(int fd)
{
	struct stat stat_of;

	return fstat(fd, &stat_of) ? -1 : stat_of.st_size;
}

/* A record of this size whose bytes behind the head say which one it is. */
static struct record *numbered(uint32_t size, uint8_t number)
{
	struct record *record = malloc(size + 8);

	memset(record, number, size + 8);
	*record = (struct record){.kind = number, .size = size};
	return record;
}

static int write_numbered(struct recording_writer *writer, uint32_t size, uint8_t number)
{
	struct record *record = numbered(size, number);
	int err = recording_write(writer, record);

	free(record);
	return err;
}

static struct recording_block block_at(int fd, off_t at)
{
	struct recording_block block = {0};

	check_int(pread(fd, &block, sizeof(block), at), sizeof(block));
	check_uint(block.magic, RECORDING_BLOCK_MAGIC);
	return block;
}

static void a_recording_begins_with_its_magic_and_version(void)
{
	struct recording_writer writer;
	struct recording_head head = {0};
	int fd = memfd_create("recording", 0);

	check_ok(recording_writer_init(&writer, fd));
	check_int(pread(fd, &head, sizeof(head), 0), sizeof(head));
	check_int(memcmp(head.magic, "ltsbpf recording", 16), 0);
	check_uint(head.version, RECORDING_VERSION);
	recording_writer_done(&writer);
	close(fd);
}

static void what_was_flushed_is_in_the_file_and_nothing_else(void)
{
	struct recording_writer writer;
	int fd = memfd_create("recording", 0);
	off_t begin = sizeof(struct recording_head), block = sizeof(struct recording_block);

	check_ok(recording_writer_init(&writer, fd));
	check_ok(recording_flush(&writer));
	check_int(size_of(fd), begin);
	check_ok(write_numbered(&writer, 32, 1));
	check_int(size_of(fd), begin);
	check_ok(recording_flush(&writer));
	check_int(size_of(fd), begin + block + 32);
	check_uint(block_at(fd, begin).size, 32);
	check_ok(recording_flush(&writer));
	check_ok(write_numbered(&writer, 24, 2));
	recording_writer_done(&writer);
	check_int(size_of(fd), begin + block + 32);
	check_uint(writer.written_bytes, (uint64_t)size_of(fd));
	close(fd);
}

static void records_are_padded_with_zeros(void)
{
	struct recording_writer writer;
	int fd = memfd_create("recording", 0);
	uint8_t bytes[40];

	check_ok(recording_writer_init(&writer, fd));
	check_ok(write_numbered(&writer, 33, 9));
	check_ok(recording_flush(&writer));
	check_int(pread(fd, bytes, 40, sizeof(struct recording_head) + 16), 40);
	check_uint(((struct record *)bytes)->size, 40);
	check_uint(bytes[32], 9);
	for (int i = 33; i < 40; i++)
		check_uint(bytes[i], 0);
	recording_writer_done(&writer);
	close(fd);
}

/* The buffer holds 256 KiB: a record above that stands alone, and behind what came before it. */
static void large_records_keep_their_place(void)
{
	const uint32_t sizes[] = {100000, 300001, 64, 200000, RECORDING_RECORD_LIMIT, 262144};
	struct recording_writer writer;
	int fd = memfd_create("recording", 0);
	off_t at = sizeof(struct recording_head);
	uint32_t number = 0;

	check_ok(recording_writer_init(&writer, fd));
	for (uint32_t i = 0; i < 6; i++)
		check_ok(write_numbered(&writer, sizes[i], (uint8_t)i));
	check_ok(recording_flush(&writer));
	while (at < size_of(fd)) {
		off_t end = at + 16 + block_at(fd, at).size;
		for (at += 16; at < end; number++) {
			struct record record = {0};
			check_int(pread(fd, &record, sizeof(record), at), sizeof(record));
			check_uint(record.kind, number);
			if (!check_uint(record.size, (sizes[number] + 7) & ~7u))
				return;
			at += record.size;
		}
		check_int(at, end);
	}
	check_uint(number, 6);
	recording_writer_done(&writer);
	close(fd);
}

static void a_record_beyond_the_limit_is_refused_and_no_more(void)
{
	struct recording_writer writer;
	int fd = memfd_create("recording", 0);
	struct record huge = {.size = RECORDING_RECORD_LIMIT + 1};

	check_ok(recording_writer_init(&writer, fd));
	check_int(recording_write(&writer, &huge), -E2BIG);
	huge.size = UINT32_MAX;
	check_int(recording_write(&writer, &huge), -E2BIG);
	check_ok(write_numbered(&writer, 24, 1));
	check_ok(recording_flush(&writer));
	check_int(size_of(fd), (off_t)sizeof(struct recording_head) + 16 + 24);
	recording_writer_done(&writer);
	close(fd);
}

static void a_full_disk_is_told_and_nothing_more_is_written(void)
{
	struct recording_writer writer;
	int full = open("/dev/full", O_WRONLY), fd = memfd_create("recording", 0);

	check_int(recording_writer_init(&writer, full), -ENOSPC);
	check_int(write_numbered(&writer, 24, 1), -ENOSPC);
	recording_writer_done(&writer);

	check_ok(recording_writer_init(&writer, fd));
	check_ok(write_numbered(&writer, 24, 1));
	writer.fd = full;
	check_int(recording_flush(&writer), -ENOSPC);
	writer.fd = fd;
	check_int(write_numbered(&writer, 24, 2), -ENOSPC);
	check_int(write_numbered(&writer, 300000, 2), -ENOSPC);
	check_int(recording_flush(&writer), -ENOSPC);
	check_int(size_of(fd), sizeof(struct recording_head));
	recording_writer_done(&writer);
	close(full);
	close(fd);
}

static void lack_of_memory_is_told(void)
{
	struct recording_writer writer;
	int fd = memfd_create("recording", 0);

	memory_fail_at(1);
	check_int(recording_writer_init(&writer, fd), -ENOMEM);
	check_true(memory_failed());
	recording_writer_done(&writer);
	check_ok(recording_writer_init(&writer, fd));
	struct record *large = numbered(300000, 1);
	memory_fail_at(1);
	check_int(recording_write(&writer, large), -ENOMEM);
	check_true(memory_failed());
	free(large);
	check_ok(write_numbered(&writer, 24, 1));
	recording_writer_done(&writer);
	recording_writer_done(&writer);
	close(fd);
}

CU_TestInfo writer_tests[] = {
	TEST(a_recording_begins_with_its_magic_and_version),
	TEST(what_was_flushed_is_in_the_file_and_nothing_else),
	TEST(records_are_padded_with_zeros),
	TEST(large_records_keep_their_place),
	TEST(a_record_beyond_the_limit_is_refused_and_no_more),
	TEST(a_full_disk_is_told_and_nothing_more_is_written),
	TEST(lack_of_memory_is_told),
	CU_TEST_INFO_NULL,
};
