// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
// Chains of native_rules.c that take C++: names with arguments, exceptions, cleanups.
#include "native_rules.h"

namespace native {

struct Guard {
	bool spins;
	explicit Guard(bool spins) : spins(spins) {}
	KEPT ~Guard();
};

Guard::~Guard()
{
	if (spins)
		spin();
	BEHIND_CALL;
}

template <typename T> KEPT void leaf(T)
{
	spin();
	BEHIND_CALL;
}

struct Shape {
	virtual void draw(int depth) = 0;
	virtual ~Shape() {}
};

struct Square : Shape {
	KEPT void draw(int depth) override
	{
		leaf(depth);
		BEHIND_CALL;
	}
};

KEPT void thrower(int depth)
{
	if (depth == 0)
		throw depth;
	thrower(depth - 1);
	BEHIND_CALL;
}

KEPT void unwound(bool spins)
{
	Guard guard(spins);

	thrower(5);
}

KEPT void in_catch()
{
	spin();
	BEHIND_CALL;
}

KEPT void catcher(bool in_cleanup)
{
	try {
		unwound(in_cleanup);
	} catch (int) {
		if (!in_cleanup)
			in_catch();
		BEHIND_CALL;
	}
}

KEPT void thrower_of_millions(volatile int *caught)
{
	throw caught;
}

// Spends its time in the library's unwinder, which reads .eh_frame as we do.
KEPT void throwing_loop()
{
	uint64_t begin = ticks_now();
	volatile int caught = 0;

	do {
		try {
			thrower_of_millions(&caught);
		} catch (volatile int *where) {
			*where += 1;
		}
	} while (!spin_stops && ticks_now() - begin < spin_ticks);
	if (spin_stops)
		spin();
}

} // namespace native

extern "C" KEPT void virtual_outer()
{
	native::Square square;
	native::Shape *volatile shape = &square;

	shape->draw(1);
	BEHIND_CALL;
}

extern "C" KEPT void cleanup_outer()
{
	native::catcher(true);
	BEHIND_CALL;
}

extern "C" KEPT void catch_outer()
{
	native::catcher(false);
	BEHIND_CALL;
}

extern "C" KEPT void throwing_outer()
{
	native::throwing_loop();
	BEHIND_CALL;
}
