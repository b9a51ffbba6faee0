// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "image/demangle.h"

#include <stdlib.h>

#include "check.h"
#include "memory.h"

static void check_name(const char *mangled, const char *expected)
{
	char *name = demangle(mangled);

	if (!check_str(name, expected))
		fprintf(stderr, "for %s\n", mangled);
	free(name);
}

static void what_is_not_mangled_stays(void)
{
	static const char *const names[] = {"",	     "_",      "main",	"_PyEval_EvalFrameDefault",
					    "_Z",    "_R",     "_D",	"_Zxyz",
					    "_ZN",   "main.f", "f.123", ".",
					    ".cold", "7",      "@",	"é;x"};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		check_name(names[i], names[i]);
}

static void names_of_cxx_are_without_parameters_and_with_template_arguments(void)
{
	check_name("_ZN4llvm11SmallPtrSetIPKNS_5ValueELj8EE6insertES3_",
		   "llvm::SmallPtrSet<llvm::Value const*, 8u>::insert");
	check_name("_ZNSt6vectorIiSaIiEE9push_backERKi",
		   "std::vector<int, std::allocator<int> >::push_back");
	check_name("_Z3maxIiET_S0_S0_", "max<int>");
	check_name("_ZN12_GLOBAL__N_13runEv", "(anonymous namespace)::run");
	check_name("_ZNK1AcvbEv", "A::operator bool");
	check_name("_ZN1AC2Ev", "A::A");
	check_name("_ZZ4mainENKUlvE_clEv", "main::{lambda()#1}::operator()");
	check_name("_ZdlPv", "operator delete");
}

static void abi_tags_are_dropped(void)
{
	check_name("_Z3getB5cxx11v", "get");
	check_name("_ZN8__main__3hotB2v1B4c8tJEx", "__main__::hot");
	check_name("_ZN1AB5cxx111fEv", "A::f");
}

static void names_of_rust_are_without_the_hash(void)
{
	check_name("_ZN4core3ptr13drop_in_place17h0123456789abcdefE", "core::ptr::drop_in_place");
	check_name(
		"_ZN71_$LT$Test$u20$$u2b$$u20$$u27$static$u20$as$u20$foo..Bar$LT$Test$GT$$GT$3bar"
		"17h930b740aa94f1d3aE",
		"<Test + 'static as foo::Bar<Test>>::bar");
	check_name("_RNvNtCs1234_7mycrate3foo3bar", "mycrate::foo::bar");
	check_name("_RINvNtC3std3mem8align_ofdE", "std::mem::align_of::<f64>");
	check_name("_RNvC6_123foo3bar.llvm.9D1C9369", "123foo::bar");
}

static void names_of_d_are_written_as_in_d(void)
{
	check_name("_D8demangle4testFaZv", "demangle.test(char)");
	check_name("_Dmain", "D main");
}

static void what_the_compiler_split_off_is_named_as_the_whole(void)
{
	check_name("unicode_count.cold", "unicode_count");
	check_name("f.part.0", "f");
	check_name("f.constprop.0.isra.12.cold", "f");
	check_name("f.lto_priv.3", "f");
	check_name("f.llvm.8145678901234567890", "f");
	check_name("_ZN1A1fEi.part.0.cold", "A::f");
	check_name("_ZN4core3ptr4drop17h0123456789abcdefE.llvm.123", "core::ptr::drop");
	check_name("f.avx2.0", "f.avx2.0");
}

static void what_is_behind_an_at_sign_stays(void)
{
	check_name("puts@plt", "puts@plt");
	check_name("_ZdlPv@plt", "operator delete@plt");
	check_name("f.cold@plt", "f@plt");
}

static void a_long_name_stays(void)
{
	char name[4200], *found;

	memset(name, 'a', sizeof(name));
	memcpy(name, "_ZN4090", 7);
	strcpy(name + sizeof(name) - 4, "E.x");
	check_name(name, name);
	/* 1 KiB of C++ would need more stack than libiberty allows itself. */
	memset(name, 'P', 3000);
	memcpy(name, "_Z1fI", 5);
	strcpy(name + 3000, "iEvv");
	check_name(name, name);
	/* Its parts would be as many as its bytes. */
	memset(name, 'a', sizeof(name));
	for (size_t i = 0; i + 2 <= 4096; i += 2)
		memcpy(name + i, ".0", 2);
	name[4096] = '\0';
	found = demangle(name);
	check_not_null(found);
	free(found);
}

/* f<A<int, int>, A<that, that>, ...>, each twice as long as the one before. */
static void a_name_that_would_fill_the_memory_stays(void)
{
	static const char digits[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
	char name[1024] = "_Z1fI1AIiiE", *at = name + strlen(name);

	for (size_t i = 0; i + 1 < sizeof(digits); i++)
		at += sprintf(at, "S_IS%c_S%c_E", digits[i], digits[i]);
	strcpy(at, "Evv");
	check_name(name, name);
	/* The same by references back in Rust: a pair of the pair before. */
	static const char rust[] =
		"_RINvC1a1fTyyETB7_B7_ETBb_Bb_ETBj_Bj_ETBr_Br_ETBz_Bz_ETBH_BH_ETBP_BP_ETBX_BX"
		"_ETB15_B15_ETB1d_B1d_ETB1n_B1n_ETB1x_B1x_ETB1H_B1H_ETB1R_B1R_ETB21_B21_ETB2b"
		"_B2b_ETB2l_B2l_ETB2v_B2v_ETB2F_B2F_ETB2P_B2P_ETB2Z_B2Z_ETB39_B39_ETB3j_B3j_E"
		"TB3t_B3t_ETB3D_B3D_EE";
	check_name(rust, rust);
	/* And in D: an array of the type before by the type before. */
	strcpy(name, "_D1fFHii");
	for (size_t i = 0; i < 40; i++)
		strcat(name, "HQdQe");
	strcat(name, "Zv");
	check_name(name, name);
}

static void without_memory_there_is_no_name(void)
{
	unsigned int failures = 0;

	for (unsigned int nth = 1; nth < 9; nth++) {
		memory_fail_at(nth);
		char *name = demangle("_ZdlPv");
		if (!memory_failed()) {
			check_str(name, "operator delete");
			free(name);
			break;
		}
		check_null(name);
		failures++;
	}
	memory_fail_at(0);
	check_uint(failures, 1);
}

CU_TestInfo demangle_tests[] = {
	TEST(what_is_not_mangled_stays),
	TEST(names_of_cxx_are_without_parameters_and_with_template_arguments),
	TEST(abi_tags_are_dropped),
	TEST(names_of_rust_are_without_the_hash),
	TEST(names_of_d_are_written_as_in_d),
	TEST(what_the_compiler_split_off_is_named_as_the_whole),
	TEST(what_is_behind_an_at_sign_stays),
	TEST(a_long_name_stays),
	TEST(a_name_that_would_fill_the_memory_stays),
	TEST(without_memory_there_is_no_name),
	CU_TEST_INFO_NULL,
};
