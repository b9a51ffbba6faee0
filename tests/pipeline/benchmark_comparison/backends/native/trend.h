/* SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0 */
#ifndef TREND_H
#define TREND_H

#include <stddef.h>

enum trend_column {
	TREND_OPEN,
	TREND_HIGH,
	TREND_LOW,
	TREND_CLOSE,
	TREND_VOLUME,
	TREND_COLUMNS,
};

/* The order of AVERAGES in moving_averages.py. */
enum trend_average {
	TREND_EMA,
	TREND_WMA,
	TREND_HMA,
	TREND_DEMA,
	TREND_LSMA,
	TREND_KAMA,
	TREND_AVERAGES,
};

/*
 * Rows of the result, `bars` doubles each, in the order of Outcome.named_rows() in strategy.py. The
 * last one is scratch: its contents mean nothing afterwards.
 */
enum trend_row {
	TREND_ROW_AVERAGES,
	TREND_ROW_POSITIONS = TREND_ROW_AVERAGES + TREND_AVERAGES,
	TREND_ROW_EQUITIES = TREND_ROW_POSITIONS + TREND_AVERAGES,
	TREND_ROW_WEIGHTS = TREND_ROW_EQUITIES + TREND_AVERAGES,
	TREND_ROW_SIGNAL = TREND_ROW_WEIGHTS + TREND_AVERAGES,
	TREND_ROW_EQUITY,
	TREND_ROW_SCRATCH,
	TREND_ROWS,
};

/*
 * Runs the strategy on one symbol. `columns` and `rows` stay the caller's; `rows` has room for
 * TREND_ROWS * bars doubles and overlaps no column. There are more bars than the longest window
 * (LENGTH, which the compiler is told with -D like every parameter of strategy.py).
 */
void trend_run(size_t bars, const double *const columns[TREND_COLUMNS], double *rows);

#endif
