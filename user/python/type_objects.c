// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "python/type_objects.h"

enum {
	WORD = sizeof(uint64_t),
	MAX_OBJECT_BYTES = 1 << 20, /* of what is the size of an object */
	MAX_SLOT_NUMBER = 255,
	MAX_SLOT_FLAGS = 7,
};

/* Places in a PyTypeObject, from tp_name on. */
enum {
	TP_NAME = 0,
	TP_BASICSIZE = 8,
	TP_ITEMSIZE = 16,
	TP_AS_NUMBER = 72,
	TP_AS_SEQUENCE = 80,
	TP_AS_MAPPING = 88,
	TP_BYTES = 312,
};

/* Places in a PyModuleDef, from m_name on. */
enum {
	M_DOC = 8,
	M_SIZE = 16,
	M_TRAVERSE = 40, /* and two more functions */
	M_BYTES = 64,
};

/* Places in a PyType_Spec. */
enum {
	SPEC_SIZES = 8,	 /* basicsize, itemsize: int */
	SPEC_FLAGS = 16, /* unsigned int, and padding */
	SPEC_SLOTS = 24,
};

/* Slots that have one name in Python: number, place in the type or in the struct it points to. */
static const struct type_slot {
	uint8_t number, group;
	uint16_t offset;
	const char *name;
} type_slots[] = {
	{50, TP_NAME, 104, "__call__"},
	{60, TP_NAME, 272, "__init__"},
	{65, TP_NAME, 288, "__new__"},
	{62, TP_NAME, 192, "__iter__"},
	{63, TP_NAME, 200, "__next__"},
	{66, TP_NAME, 64, "__repr__"},
	{59, TP_NAME, 96, "__hash__"},
	{70, TP_NAME, 112, "__str__"},
	{4, TP_AS_MAPPING, 0, "__len__"},
	{5, TP_AS_MAPPING, 8, "__getitem__"},
	{3, TP_AS_MAPPING, 16, "__setitem__"},
	{45, TP_AS_SEQUENCE, 0, "__len__"},
	{40, TP_AS_SEQUENCE, 8, "__add__"},
	{46, TP_AS_SEQUENCE, 16, "__mul__"},
	{44, TP_AS_SEQUENCE, 24, "__getitem__"},
	{39, TP_AS_SEQUENCE, 40, "__setitem__"},
	{41, TP_AS_SEQUENCE, 56, "__contains__"},
	{42, TP_AS_SEQUENCE, 64, "__iadd__"},
	{43, TP_AS_SEQUENCE, 72, "__imul__"},
	{7, TP_AS_NUMBER, 0, "__add__"},
	{36, TP_AS_NUMBER, 8, "__sub__"},
	{29, TP_AS_NUMBER, 16, "__mul__"},
	{34, TP_AS_NUMBER, 24, "__mod__"},
	{10, TP_AS_NUMBER, 32, "__divmod__"},
	{33, TP_AS_NUMBER, 40, "__pow__"},
	{30, TP_AS_NUMBER, 48, "__neg__"},
	{32, TP_AS_NUMBER, 56, "__pos__"},
	{6, TP_AS_NUMBER, 64, "__abs__"},
	{9, TP_AS_NUMBER, 72, "__bool__"},
	{27, TP_AS_NUMBER, 80, "__invert__"},
	{28, TP_AS_NUMBER, 88, "__lshift__"},
	{35, TP_AS_NUMBER, 96, "__rshift__"},
	{8, TP_AS_NUMBER, 104, "__and__"},
	{38, TP_AS_NUMBER, 112, "__xor__"},
	{31, TP_AS_NUMBER, 120, "__or__"},
	{26, TP_AS_NUMBER, 128, "__int__"},
	{11, TP_AS_NUMBER, 144, "__float__"},
	{14, TP_AS_NUMBER, 152, "__iadd__"},
	{23, TP_AS_NUMBER, 160, "__isub__"},
	{18, TP_AS_NUMBER, 168, "__imul__"},
	{21, TP_AS_NUMBER, 176, "__imod__"},
	{20, TP_AS_NUMBER, 184, "__ipow__"},
	{17, TP_AS_NUMBER, 192, "__ilshift__"},
	{22, TP_AS_NUMBER, 200, "__irshift__"},
	{15, TP_AS_NUMBER, 208, "__iand__"},
	{25, TP_AS_NUMBER, 216, "__ixor__"},
	{19, TP_AS_NUMBER, 224, "__ior__"},
	{12, TP_AS_NUMBER, 232, "__floordiv__"},
	{37, TP_AS_NUMBER, 240, "__truediv__"},
	{16, TP_AS_NUMBER, 248, "__ifloordiv__"},
	{24, TP_AS_NUMBER, 256, "__itruediv__"},
	{13, TP_AS_NUMBER, 264, "__index__"},
	{75, TP_AS_NUMBER, 272, "__matmul__"},
	{76, TP_AS_NUMBER, 280, "__imatmul__"},
};

enum {
	TYPE_SLOTS = sizeof(type_slots) / sizeof(*type_slots)
};

static bool is_code_or_null(const struct static_data *data, uint64_t word)
{
	return !word || static_data_is_code(data, word);
}

/* tp_name, when everything that must be a function is one. */
const char *type_object_name(const struct static_data *data, uint64_t vaddr)
{
	/* tp_dealloc tp_getattr tp_setattr tp_repr, tp_hash to tp_setattro, tp_traverse to
	 * tp_richcompare, tp_iter tp_iternext, tp_descr_get and _set, tp_init to tp_is_gc */
	static const uint16_t functions[] = {24,  40,  48,  64,	 96,  104, 112, 120, 128, 160, 168,
					     176, 192, 200, 248, 256, 272, 280, 288, 296, 304};

	if (!static_data_has(data, vaddr, TP_BYTES) ||
	    static_data_word(data, vaddr + TP_BASICSIZE) > MAX_OBJECT_BYTES ||
	    static_data_word(data, vaddr + TP_ITEMSIZE) > MAX_OBJECT_BYTES)
		return NULL;
	for (size_t i = 0; i < sizeof(functions) / sizeof(*functions); i++)
		if (!is_code_or_null(data, static_data_word(data, vaddr + functions[i])))
			return NULL;
	return static_data_name(data, static_data_word(data, vaddr), true);
}

const char *module_def_name(const struct static_data *data, uint64_t vaddr)
{
	if (!static_data_has(data, vaddr, M_BYTES) ||
	    (int64_t)static_data_word(data, vaddr + M_SIZE) < -1 ||
	    (int64_t)static_data_word(data, vaddr + M_SIZE) > MAX_OBJECT_BYTES)
		return NULL;
	uint64_t doc = static_data_word(data, vaddr + M_DOC);
	if (doc && !static_data_has(data, doc, 1))
		return NULL;
	for (uint64_t at = M_TRAVERSE; at < M_BYTES; at += WORD)
		if (!is_code_or_null(data, static_data_word(data, vaddr + at)))
			return NULL;
	return static_data_name(data, static_data_word(data, vaddr), true);
}

static bool is_object_size(int32_t bytes)
{
	return bytes > -MAX_OBJECT_BYTES && bytes < MAX_OBJECT_BYTES;
}

const char *type_spec_name(const struct static_data *data, uint64_t vaddr, uint64_t *slots)
{
	uint64_t sizes = static_data_word(data, vaddr + SPEC_SIZES);
	uint64_t array = static_data_word(data, vaddr + SPEC_SLOTS);

	if (static_data_word(data, vaddr + SPEC_FLAGS) > UINT32_MAX ||
	    !is_object_size((int32_t)sizes) || !is_object_size((int32_t)(sizes >> 32)) ||
	    array % WORD || !type_slot_number(data, array))
		return NULL;
	const char *name = static_data_name(data, static_data_word(data, vaddr), true);
	if (name)
		*slots = array;
	return name;
}

/* PySlot of 3.15 has flags in the two bytes after the number (PEP 820). */
unsigned int type_slot_number(const struct static_data *data, uint64_t vaddr)
{
	uint64_t word = static_data_word(data, vaddr), number = word & 0xffff;

	if (word >> 16 > MAX_SLOT_FLAGS || number > MAX_SLOT_NUMBER ||
	    !static_data_has(data, vaddr, TYPE_SLOT_BYTES))
		return 0;
	return (unsigned int)number;
}

const char *type_slot_name(unsigned int number)
{
	for (size_t i = 0; i < TYPE_SLOTS; i++)
		if (type_slots[i].number == number)
			return type_slots[i].name;
	return NULL;
}

const char *type_object_slot(const struct static_data *data, uint64_t vaddr, unsigned int index,
			     uint64_t *function)
{
	if (index >= TYPE_SLOTS)
		return NULL;
	const struct type_slot *slot = &type_slots[index];
	uint64_t place = slot->group ? static_data_word(data, vaddr + slot->group) : vaddr;
	*function = place ? static_data_word(data, place + slot->offset) : 0;
	return slot->name;
}
