// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
/*
 * Walks over this very process, by the unwind tables of the files that it has mapped: at each
 * instruction of some functions the stack must be the one that libgcc's unwinder finds.
 */
#include <dlfcn.h>
#include <execinfo.h>
#include <fcntl.h>
#include <link.h>
#include <math.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/auxv.h>
#include <sys/uio.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "machine.h"
#include "unwind/table_build.h"

/* Only there when the layer unwind is linked in too. */
extern __typeof__(unwind_table_build) unwind_table_build __attribute__((weak));
extern __typeof__(unwind_table_build_memory) unwind_table_build_memory __attribute__((weak));
extern __typeof__(unwind_table_done) unwind_table_done __attribute__((weak));

enum {
	MOST_FRAMES = 256,
	STEPS = 40000,
	TRAP_FLAG = 0x100, /* of rflags: a SIGTRAP after each instruction */
	SHOWN = 3,
};

static struct {
	uint64_t whole, wrong, frames, rules;
	uint64_t steps, lost; /* lost: a register that only the innermost frame has */
	volatile bool stepping;
	bool was_signalled;
	void *found[MOST_FRAMES];
	struct segments segments;
} live;

static long read_own(void *out, __u32 size, __u64 address)
{
	struct iovec to = {out, size}, from = {(void *)(uintptr_t)address, size};

	return process_vm_readv(getpid(), &to, 1, &from, 1, 0) == (ssize_t)size ? 0 : -1;
}

static uint64_t end_of(const struct dl_phdr_info *object)
{
	uint64_t end = 0;

	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		if (part->p_type == PT_LOAD && part->p_vaddr + part->p_memsz > end)
			end = part->p_vaddr + part->p_memsz;
	}
	return end;
}

static int build_table(const struct dl_phdr_info *object, struct unwind_table *table)
{
	const void *vdso = (const void *)(uintptr_t)getauxval(AT_SYSINFO_EHDR);

	if ((const void *)(uintptr_t)object->dlpi_addr == vdso)
		return unwind_table_build_memory(vdso, (end_of(object) + 4095) & ~4095ull, table);
	CLEANUP(closep)
	int fd = open(object->dlpi_name[0] ? object->dlpi_name : "/proc/self/exe",
		      O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -errno : unwind_table_build(fd, table);
}

/* The number of a rule is one among those of all tables. */
static void renumber_rules(struct unwind_table *table)
{
	uint64_t first = host.rules.count;

	for (size_t i = 0; i < table->rows.count; i++)
		if ((table->rows.items[i] >> UNWIND_KIND_SHIFT & 0xff) == UNWIND_RULE)
			table->rows.items[i] += first << UNWIND_OPERAND_SHIFT;
	for (size_t i = 0; i < table->rules.count; i++)
		put_rule(table->rules.items[i]);
}

static int on_object(struct dl_phdr_info *object, size_t size, void *context)
{
	CLEANUP(unwind_table_done) struct unwind_table table = {0};
	__u32 *image = context;

	(void)size;
	if (build_table(object, &table))
		return 0;
	renumber_rules(&table);
	struct image_range range = put_rows((const __u64 *)table.rows.items, table.rows.count);
	++*image;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uint64_t start = object->dlpi_addr + part->p_vaddr;
		if (part->p_type == PT_LOAD && part->p_flags & PF_X)
			put_range(range, start & ~4095ull, start + part->p_memsz,
				  object->dlpi_addr + table.base_vaddr, *image);
	}
	return 0;
}

static int by_start(const void *left, const void *right)
{
	const struct image_range *a = left, *b = right;

	return (a->start > b->start) - (a->start < b->start);
}

/* False when there is nothing to make tables with. */
static bool learn_images(void)
{
	__u32 images = 0;

	host_done();
	memset(&host, 0, sizeof(host));
	memset(&live, 0, sizeof(live));
	host.read = read_own;
	if (!unwind_table_build)
		return false;
	dl_iterate_phdr(on_object, &images);
	qsort(host.ranges.items, host.ranges.count, sizeof(struct image_range), by_start);
	check_true(images >= 4);  /* this program, libc, ld.so, the vdso */
	backtrace(live.found, 1); /* loads libgcc_s when first called */
	return true;
}

static const struct image_range *range_of(uint64_t pc)
{
	for (size_t i = 0; i < host.ranges.count; i++)
		if (is_in_range(&host.ranges.items[i], pc))
			return &host.ranges.items[i];
	return NULL;
}

/* The row that rules the address, one after the other from the first on. */
static uint64_t row_of(const struct image_range *range, uint64_t address)
{
	const __u64 *next = host.words.items + range->index + range->pages + 1;
	uint64_t found = 0;

	while (next < host.words.items + host.words.count && (__u32)*next <= address &&
	       *next >= (__u32)found)
		found = *next++;
	return found;
}

/* The code that a handler returns to: mov $15,%rax; syscall. */
static bool is_sigreturn(uint64_t pc)
{
	static const __u8 code[] = {0x48, 0xc7, 0xc0, 15, 0, 0, 0, 0x0f, 0x05};
	__u8 found[sizeof(code)];

	return !read_own(found, sizeof(found), pc) && !memcmp(found, code, sizeof(code));
}

/* The word that code has when a walk comes to it by a call or, interrupted, by nothing. */
static uint64_t word_of(uint64_t pc, bool interrupted)
{
	const struct image_range *range = range_of(interrupted ? pc : pc - 1);
	uint64_t address, row, kind;

	if (!range)
		return 0;
	address = pc - range->base;
	if (!interrupted)
		return frame_word(FRAME_WORD_NATIVE, range->image,
				  address - (is_sigreturn(pc) ? 0 : 1));
	row = row_of(range, address);
	kind = row >> UNWIND_KIND_SHIFT & 0xff;
	live.rules += kind == UNWIND_RULE;
	return frame_word(FRAME_WORD_NATIVE, range->image,
			  kind == UNWIND_NONE || kind == UNWIND_PLT ? address : (__u32)row);
}

static void show(const char *what, int first, int count)
{
	if (live.wrong++ >= SHOWN)
		return;
	fprintf(stderr, "%s: libgcc's, ours\n", what);
	for (int i = first; i < count; i++) {
		__u32 ours = (__u32)(i - first);
		fprintf(stderr, "  %18p %18llx\n", live.found[i],
			ours < host.native.depth ? host.native.words[ours] : 0);
	}
}

static void walk_from(const ucontext_t *context)
{
	const greg_t *from = context->uc_mcontext.gregs;
	const greg_t registers[USER_REGISTERS] = {from[REG_R15],
						  from[REG_R14],
						  from[REG_R13],
						  from[REG_R12],
						  from[REG_RBP],
						  from[REG_RBX],
						  from[REG_R11],
						  from[REG_R10],
						  from[REG_R9],
						  from[REG_R8],
						  from[REG_RAX],
						  from[REG_RCX],
						  from[REG_RDX],
						  from[REG_RSI],
						  from[REG_RDI],
						  0,
						  from[REG_RIP],
						  0,
						  0,
						  from[REG_RSP]};

	memcpy(host.native.registers, registers, sizeof(registers));
	host.native.depth = 0;
	walk_native(&host.native, &live.segments, 0);
}

/*
 * Whether the walk ends, before its last word, in a frame whose CFA is told by another register:
 * ld.so's _dl_runtime_resolve (glibc, sysdeps/x86_64/dl-trampoline.h: rbx), below what it calls.
 */
static bool lost_a_register(int frames)
{
	const struct image_range *range = range_of((uintptr_t)live.found[frames] - 1);
	uint64_t row = row_of(range, (uintptr_t)live.found[frames] - 1 - range->base);
	const struct unwind_rule *rule = unwind_rule_at(row >> UNWIND_OPERAND_SHIFT);

	return (host.native.words[host.native.depth - 1] & FRAME_ID_MASK) == GAP_REGISTER &&
	       (row >> UNWIND_KIND_SHIFT & 0xff) == UNWIND_RULE && rule->cfa_reg != DWARF_RSP &&
	       rule->cfa_reg != DWARF_RBP;
}

/* Walks from the registers on; the first word is that of found[first]. */
static void compare(const ucontext_t *context, int first, int count)
{
	bool interrupted = true, same = count - first > 3;
	__u32 frames;

	walk_from(context);
	frames = host.native.depth - (host.native.cut ? 1 : 0);
	for (__u32 i = 0; same && i < frames; i++) {
		uint64_t pc = (uintptr_t)live.found[first + (int)i];
		same = host.native.words[i] == word_of(pc, interrupted);
		interrupted = is_sigreturn(pc);
		live.was_signalled |= interrupted;
	}
	live.frames += frames;
	if (same && !host.native.cut && frames == (__u32)(count - first))
		live.whole++;
	else if (same && host.native.cut && lost_a_register(first + (int)frames - 1))
		live.lost++;
	else
		show("not the same", first, count);
}

/* Asks libgcc's unwinder, and where in its answer this frame is; -1 = nowhere. */
static int find_frame(uint64_t pc, int *count)
{
	*count = backtrace(live.found, MOST_FRAMES);
	for (int i = 0; i < *count; i++)
		if ((uintptr_t)live.found[i] == pc)
			return i;
	show("no such frame", 0, *count);
	return -1;
}

static void on_step(int signal, siginfo_t *info, void *context)
{
	ucontext_t *interrupted = context;
	greg_t *registers = interrupted->uc_mcontext.gregs;
	int first, count;

	(void)signal, (void)info;
	registers[REG_EFL] |= TRAP_FLAG;
	if (!live.stepping || live.steps == STEPS) {
		registers[REG_EFL] &= ~TRAP_FLAG;
		return;
	}
	live.steps++;
	first = find_frame((uint64_t)registers[REG_RIP], &count);
	if (first >= 0)
		compare(interrupted, first, count);
}

/* Walks from here on, wherever that is. */
static __attribute__((noinline)) int look(void)
{
	ucontext_t context;
	int first, count;

	getcontext(&context);
	first = find_frame((uintptr_t)__builtin_return_address(0), &count);
	if (first > 0) { /* the one before is this function's: of another place in it */
		live.found[--first] = (void *)(uintptr_t)context.uc_mcontext.gregs[REG_RIP];
		compare(&context, first, count);
	}
	return first > 0;
}

static int compare_ints(const void *left, const void *right)
{
	const int *a = left, *b = right;

	return (*a > *b) - (*a < *b);
}

static int look_and_compare(const void *left, const void *right)
{
	look();
	return compare_ints(left, right);
}

/* With a stack that is aligned anew and one whose size is not known before. */
static __attribute__((noinline)) int with_odd_frames(int size)
{
	_Alignas(128) volatile char aligned[128] = {0};
	volatile char *sized = __builtin_alloca((size_t)size);

	for (int i = 0; i < size; i++)
		sized[i] = (char)(i + aligned[i & 127]);
	return sized[size / 2];
}

static __attribute__((noinline)) int recurse(int depth)
{
	return depth ? recurse(depth - 1) + 1 : with_odd_frames(20);
}

static void call_many_things(void)
{
	int numbers[] = {3, 1, 2, 5, 4}, key = 4;
	struct timespec now;
	char text[64];

	check_int(recurse(5), 15);
	qsort(numbers, 5, sizeof(int), compare_ints);
	check_not_null(bsearch(&key, numbers, 5, sizeof(int), compare_ints));
	check_ok(clock_gettime(CLOCK_MONOTONIC, &now));
	free(strdup(dlerror() ? "" : "text"));
	snprintf(text, sizeof(text), "%d %.3g %s", numbers[0], sqrt(key), "text");
	check_str(text, "1 2 text");
	check_true(strtod("1e22", NULL) > 1 && strchr(text, 't'));
}

static void handle(int signal, void (*handler)(int, siginfo_t *, void *), int flags)
{
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO | flags};

	check_ok(sigaction(signal, &action, NULL));
}

static void at_each_instruction_the_stack_is_that_of_libgcc(void)
{
	if (!learn_images())
		return (void)check_null(unwind_table_build);
	handle(SIGTRAP, on_step, 0);
	call_many_things(); /* so that ld.so has bound it */
	live.stepping = true;
	raise(SIGTRAP);
	call_many_things();
	check_int(a64l("0/"), 66); /* ld.so binds it now */
	live.stepping = false;
	(void)getppid(); /* the last step */
	signal(SIGTRAP, SIG_DFL);
	check_uint(live.wrong, 0);
	check_uint(live.whole + live.lost, live.steps);
	check_true(live.whole > 1000 && live.frames > 8 * live.whole);
	check_true(live.rules > 0);
	host_done();
}

static void below_callbacks_of_the_c_library_too(void)
{
	int numbers[] = {3, 1, 2, 5, 4, 9, 8, 7}, key = 7;

	if (!learn_images())
		return (void)check_null(unwind_table_build);
	qsort(numbers, 8, sizeof(int), look_and_compare);
	check_not_null(bsearch(&key, numbers, 8, sizeof(int), look_and_compare));
	check_true(look());
	check_uint(live.wrong, 0);
	check_uint(live.lost, 0);
	check_true(live.whole > 10);
	host_done();
}

static void on_signal(int signal, siginfo_t *info, void *context)
{
	(void)signal, (void)info, (void)context;
	look();
}

static void check_in_handler(void)
{
	live.was_signalled = false;
	raise(SIGUSR1);
	check_true(live.was_signalled);
}

static void out_of_a_signals_handler_into_what_it_interrupted(void)
{
	if (!learn_images())
		return (void)check_null(unwind_table_build);
	handle(SIGUSR1, on_signal, 0);
	check_in_handler();
	const stack_t other = {.ss_sp = malloc(1 << 20), .ss_size = 1 << 20};
	const stack_t none = {.ss_flags = SS_DISABLE};
	check_ok(sigaltstack(&other, NULL));
	handle(SIGUSR1, on_signal, SA_ONSTACK);
	check_in_handler();
	check_ok(sigaltstack(&none, NULL));
	free(other.ss_sp);
	signal(SIGUSR1, SIG_DFL);
	check_uint(live.wrong, 0);
	host_done();
}

CU_TestInfo unwind_caller_tests[] = {
	TEST(at_each_instruction_the_stack_is_that_of_libgcc),
	TEST(below_callbacks_of_the_c_library_too),
	TEST(out_of_a_signals_handler_into_what_it_interrupted),
	CU_TEST_INFO_NULL,
};
