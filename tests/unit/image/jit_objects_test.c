// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/jit_objects.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"
#include "elf_file.h"
#include "memory.h"

/* A list as LLVM keeps it, in our own memory: 0 is the newest. */
enum {
	OBJECTS = 3
};

struct entry {
	uint64_t next, previous, symfile, symfile_bytes;
};

struct list {
	uint32_t version, action_flag;
	uint64_t relevant, first;
	struct entry entries[OBJECTS];
	struct {
		struct elf_made made;
	} __attribute__((aligned(8))) objects[OBJECTS];
};

static struct list *list_make(void)
{
	struct list *list = calloc(1, sizeof(*list));

	list->version = 1;
	list->action_flag = 1;
	list->relevant = list->first = (uintptr_t)&list->entries[0];
	for (int i = 0; i < OBJECTS; i++) {
		elf_make(&list->objects[i].made, ET_REL);
		list->objects[i].made.bytes[ELF_FILE_BYTES - 1] = (uint8_t)i;
		list->entries[i] = (struct entry){
			.next = i + 1 < OBJECTS ? (uintptr_t)&list->entries[i + 1] : 0,
			.previous = i ? (uintptr_t)&list->entries[i - 1] : 0,
			.symfile = (uintptr_t)list->objects[i].made.bytes,
			.symfile_bytes = ELF_FILE_BYTES,
		};
	}
	return list;
}

/* What was called back: the number of each object, and the last one whole. */
struct heard {
	char numbers[16];
	uint8_t bytes[ELF_FILE_BYTES];
	int answer;
};

static int on_object(void *context, const void *elf, size_t size)
{
	struct heard *heard = context;
	char number[2] = {(char)('0' + ((const char *)elf)[size - 1])};

	if (strlen(heard->numbers) + 1 < sizeof(heard->numbers))
		strcat(heard->numbers, number);
	memcpy(heard->bytes, elf, size < sizeof(heard->bytes) ? size : sizeof(heard->bytes));
	return heard->answer;
}

static int list_read(const struct list *list, struct heard *heard)
{
	return jit_objects_read(getpid(), (uintptr_t)list, on_object, heard);
}

static void objects_are_read_in_their_order(void)
{
	struct list *list = list_make();
	struct heard heard = {0};

	check_ok(list_read(list, &heard));
	check_str(heard.numbers, "012");
	check_int(memcmp(heard.bytes, list->objects[2].made.bytes, ELF_FILE_BYTES), 0);
	heard = (struct heard){.answer = 77};
	check_int(list_read(list, &heard), 77);
	check_str(heard.numbers, "0");
	list->first = 0;
	heard = (struct heard){0};
	check_ok(list_read(list, &heard));
	check_str(heard.numbers, "");
	free(list);
}

static void what_is_no_object_is_left_out(void)
{
	struct list *list = list_make();
	struct heard heard = {0};

	list->objects[0].made.bytes[0] = 'E';
	list->entries[1].symfile_bytes = MAX_JIT_OBJECT_BYTES + 1ull;
	check_ok(list_read(list, &heard));
	check_str(heard.numbers, "2");
	list->entries[1].symfile_bytes = MAX_JIT_OBJECT_BYTES;
	list->entries[2].symfile = 8;
	heard = (struct heard){0};
	list->entries[1].symfile_bytes = 0;
	check_ok(list_read(list, &heard));
	check_str(heard.numbers, "");
	free(list);
}

static void a_list_that_is_not_whole_is_told(void)
{
	struct list *list = list_make();
	struct heard heard = {0};

	list->entries[2].next = (uintptr_t)&list->entries[1];
	list->entries[1].previous = (uintptr_t)&list->entries[0];
	check_int(list_read(list, &heard), -EAGAIN);
	check_str(heard.numbers, "012");
	heard = (struct heard){0};
	list->entries[2].next = 8;
	check_int(list_read(list, &heard), -EAGAIN);
	check_str(heard.numbers, "012");
	heard = (struct heard){0};
	list->entries[1].previous = (uintptr_t)&list->entries[2];
	check_int(list_read(list, &heard), -EAGAIN);
	check_str(heard.numbers, "0");
	free(list);
}

/* LLVM puts objects in front, also between our reading of the descriptor and of the first entry. */
static void a_new_object_in_front_does_no_harm(void)
{
	struct list *list = list_make();
	struct heard heard = {0};

	list->first = (uintptr_t)&list->entries[1];
	check_ok(list_read(list, &heard));
	check_str(heard.numbers, "12");
	free(list);
}

static void there_is_a_most(void)
{
	struct entry *entries = calloc(MAX_JIT_OBJECTS + 1, sizeof(*entries));
	struct list *list = list_make();
	struct heard heard = {0};

	for (int i = 0; i <= MAX_JIT_OBJECTS; i++)
		entries[i] = (struct entry){
			.next = i < MAX_JIT_OBJECTS ? (uintptr_t)&entries[i + 1] : 0,
			.previous = i ? (uintptr_t)&entries[i - 1] : 0,
		};
	list->first = (uintptr_t)entries;
	check_int(list_read(list, &heard), -EAGAIN);
	entries[MAX_JIT_OBJECTS - 1].next = 0;
	check_ok(list_read(list, &heard));
	free(entries);
	free(list);
}

static void there_must_be_a_descriptor(void)
{
	struct list *list = list_make();
	struct heard heard = {0};
	uint64_t state = 42;
	pid_t child = fork();

	if (!child)
		_exit(0);
	waitpid(child, NULL, 0);
	check_int(jit_objects_read(child, (uintptr_t)list, on_object, &heard), -ESRCH);
	check_int(jit_objects_state(child, (uintptr_t)list, &state), -ESRCH);
	check_int(jit_objects_read(getpid(), 8, on_object, &heard), -EFAULT);
	list->version = 2;
	check_int(list_read(list, &heard), -EINVAL);
	check_int(jit_objects_state(getpid(), (uintptr_t)list, &state), -EINVAL);
	check_uint(state, 42);
	check_str(heard.numbers, "");
	free(list);
}

static void the_state_tells_when_objects_come_and_go(void)
{
	struct list *list = list_make();
	uint64_t states[4] = {0}, never = 42;

	check_ok(jit_objects_state(getpid(), (uintptr_t)list, &states[0]));
	check_ok(jit_objects_state(getpid(), (uintptr_t)list, &states[1]));
	check_uint(states[1], states[0]);
	list->first = list->relevant = (uintptr_t)&list->entries[1];
	check_ok(jit_objects_state(getpid(), (uintptr_t)list, &states[2]));
	check_true(states[2] != states[0] && states[2]);
	list->action_flag = 2;
	check_ok(jit_objects_state(getpid(), (uintptr_t)list, &states[3]));
	check_true(states[3] != states[2]);
	list->first = list->relevant = list->action_flag = 0;
	check_ok(jit_objects_state(getpid(), (uintptr_t)list, &never));
	check_uint(never, 0);
	free(list);
}

static void frames_are_those_that_were_loaded(void)
{
	static uint8_t loaded[64];
	struct list *list = list_make();
	struct heard heard = {0};
	Elf64_Shdr *frames = elf_add_section(&list->objects[2].made, ".eh_frame", SHT_X86_64_UNWIND,
					     ELF_AT_DATA, sizeof(loaded));

	memset(loaded, 'l', sizeof(loaded));
	memset(list->objects[2].made.bytes + ELF_AT_DATA, 'v', sizeof(loaded));
	frames->sh_addr = (uintptr_t)loaded;
	check_ok(list_read(list, &heard));
	check_int(memcmp(heard.bytes + ELF_AT_DATA, loaded, sizeof(loaded)), 0);
	check_int(heard.bytes[ELF_AT_DATA + sizeof(loaded)], 0);
	frames->sh_addr = 8;
	check_ok(list_read(list, &heard));
	check_int(heard.bytes[ELF_AT_DATA], 0);
	check_int(heard.bytes[ELF_AT_DATA + sizeof(loaded) - 1], 0);
	frames->sh_addr = (uintptr_t)loaded;
	frames->sh_size = ELF_FILE_BYTES;
	check_ok(list_read(list, &heard));
	check_int(heard.bytes[ELF_AT_DATA], 'v');
	frames->sh_size = sizeof(loaded);
	elf_head(&list->objects[2].made)->e_type = ET_DYN;
	check_ok(list_read(list, &heard));
	check_int(heard.bytes[ELF_AT_DATA], 'v');
	free(list);
}

static void the_descriptor_is_found_in_a_file(void)
{
	struct elf_made made;
	uint64_t vaddr = 42;

	elf_make(&made, ET_DYN);
	elf_add_symbol(&made, "__jit_debug_register_code", 0x1234);
	int fd = elf_made_open(&made);
	check_int(jit_objects_descriptor(fd, &vaddr), -ENOENT);
	close(fd);
	elf_add_symbol(&made, "__jit_debug_descriptor", 0x5678)->st_shndx = SHN_UNDEF;
	fd = elf_made_open(&made);
	check_int(jit_objects_descriptor(fd, &vaddr), -ENOENT);
	close(fd);
	check_uint(vaddr, 42);
	elf_add_symbol(&made, "__jit_debug_descriptor", 0x5678);
	fd = elf_made_open(&made);
	check_ok(jit_objects_descriptor(fd, &vaddr));
	check_uint(vaddr, 0x5678);
	close(fd);
	elf_sections(&made)[3].sh_type = SHT_SYMTAB;
	fd = elf_made_open(&made);
	vaddr = 0;
	check_ok(jit_objects_descriptor(fd, &vaddr));
	check_uint(vaddr, 0x5678);
	close(fd);
	made.bytes[0] = 0;
	fd = elf_made_open(&made);
	check_int(jit_objects_descriptor(fd, &vaddr), -ENOEXEC);
	close(fd);
}

static void memory_may_run_out(void)
{
	struct list *list = list_make();

	for (unsigned int nth = 1;; nth++) {
		struct heard heard = {0};

		memory_fail_at(nth);
		int err = list_read(list, &heard);
		bool failed = memory_failed();
		check_int(err, failed ? -ENOMEM : 0);
		if (!failed)
			break;
	}
	free(list);
}

CU_TestInfo jit_objects_tests[] = {
	TEST(objects_are_read_in_their_order),
	TEST(what_is_no_object_is_left_out),
	TEST(a_list_that_is_not_whole_is_told),
	TEST(a_new_object_in_front_does_no_harm),
	TEST(there_is_a_most),
	TEST(there_must_be_a_descriptor),
	TEST(the_state_tells_when_objects_come_and_go),
	TEST(frames_are_those_that_were_loaded),
	TEST(the_descriptor_is_found_in_a_file),
	TEST(memory_may_run_out),
	CU_TEST_INFO_NULL,
};
