// SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0
#include "trend.h"

#include <math.h>
#include <string.h>

static double *row(double *rows, size_t bars, int index)
{
	return rows + (size_t)index * bars;
}

static void ema(const double *prices, size_t bars, int length, double *out)
{
	const double share = 2.0 / (length + 1);
	double level = prices[0];

	for (size_t bar = 0; bar < bars; bar++) {
		level += share * (prices[bar] - level);
		out[bar] = level;
	}
}

static double weighted_mean(const double *window, int length)
{
	double sum = 0;

	for (int i = 0; i < length; i++)
		sum += (i + 1) * window[i];
	return sum / (length * (length + 1) / 2);
}

static void wma(const double *prices, size_t bars, int length, double *out)
{
	const size_t warm_up = (size_t)length - 1;

	memcpy(out, prices, warm_up * sizeof(*out));
	for (size_t bar = warm_up; bar < bars; bar++)
		out[bar] = weighted_mean(prices + bar - warm_up, length);
}

static void hma(const double *prices, size_t bars, double *scratch, double *out)
{
	wma(prices, bars, LENGTH / 2, out);
	wma(prices, bars, LENGTH, scratch);
	for (size_t bar = 0; bar < bars; bar++)
		scratch[bar] = 2 * out[bar] - scratch[bar];
	wma(scratch, bars, HULL_LENGTH, out);
}

static void dema(const double *prices, size_t bars, double *scratch, double *out)
{
	ema(prices, bars, LENGTH, out);
	ema(out, bars, LENGTH, scratch);
	for (size_t bar = 0; bar < bars; bar++)
		out[bar] = 2 * out[bar] - scratch[bar];
}

static double line_end(const double *window)
{
	const double reach = (LENGTH - 1) / 2.0;
	double sum = 0, moment = 0, spread = 0;

	for (int i = 0; i < LENGTH; i++) {
		const double offset = i - reach;

		sum += window[i];
		moment += offset * window[i];
		spread += offset * offset;
	}
	return sum / LENGTH + moment / spread * reach;
}

static void lsma(const double *prices, size_t bars, double *out)
{
	memcpy(out, prices, (LENGTH - 1) * sizeof(*out));
	for (size_t bar = LENGTH - 1; bar < bars; bar++)
		out[bar] = line_end(prices + bar - (LENGTH - 1));
}

static double efficiency(const double *window)
{
	double path = 0;

	for (int i = 1; i <= LENGTH; i++)
		path += fabs(window[i] - window[i - 1]);
	return path > 0 ? fabs(window[LENGTH] - window[0]) / path : 0;
}

static void kama(const double *prices, size_t bars, double *out)
{
	double level = prices[LENGTH - 1];

	memcpy(out, prices, LENGTH * sizeof(*out));
	for (size_t bar = LENGTH; bar < bars; bar++) {
		const double ratio = efficiency(prices + bar - LENGTH);
		const double share = KAMA_SLOW + ratio * (KAMA_FAST - KAMA_SLOW);

		level += share * share * (prices[bar] - level);
		out[bar] = level;
	}
}

static void averages(const double *prices, size_t bars, double *rows)
{
	double *scratch = row(rows, bars, TREND_ROW_SCRATCH);

	ema(prices, bars, LENGTH, row(rows, bars, TREND_EMA));
	wma(prices, bars, LENGTH, row(rows, bars, TREND_WMA));
	hma(prices, bars, scratch, row(rows, bars, TREND_HMA));
	dema(prices, bars, scratch, row(rows, bars, TREND_DEMA));
	lsma(prices, bars, row(rows, bars, TREND_LSMA));
	kama(prices, bars, row(rows, bars, TREND_KAMA));
}

static void crossing_positions(const double *const columns[], size_t bars, const double *average,
			       const double *usual_volume, double *out)
{
	const double *close = columns[TREND_CLOSE], *volume = columns[TREND_VOLUME];
	double position = 0;
	int side = 0;

	for (size_t bar = 0; bar < bars; bar++) {
		const int previous = side;

		side = (close[bar] > average[bar]) - (close[bar] < average[bar]);
		if (side != previous && volume[bar] >= QUIET_SHARE * usual_volume[bar])
			position = side;
		out[bar] = position;
	}
}

static void equity_curve(const double *const columns[], size_t bars, const double *decided,
			 double *out)
{
	const double *open = columns[TREND_OPEN], *close = columns[TREND_CLOSE];
	const double *high = columns[TREND_HIGH], *low = columns[TREND_LOW];
	double equity = 1, held = 0, wanted = 0, previous_close = open[0];

	for (size_t bar = 0; bar < bars; bar++) {
		const double overnight = 1 + held * (open[bar] / previous_close - 1);
		const double intraday = 1 + wanted * (close[bar] / open[bar] - 1);
		const double range = (high[bar] - low[bar]) / open[bar];

		equity *= overnight * intraday - SLIPPAGE * fabs(wanted - held) * range;
		out[bar] = equity;
		held = wanted;
		wanted = decided[bar];
		previous_close = close[bar];
	}
}

static void adaptive_weights(double *rows, size_t bars, size_t bar)
{
	const size_t since = bar > LOOKBACK ? bar - LOOKBACK : 0;
	double total = 0;

	for (int i = 0; i < TREND_AVERAGES; i++) {
		const double *equity = row(rows, bars, TREND_ROW_EQUITIES + i);
		const double score = exp(SHARPNESS * (equity[bar] / equity[since] - 1));

		row(rows, bars, TREND_ROW_WEIGHTS + i)[bar] = score;
		total += score;
	}
	for (int i = 0; i < TREND_AVERAGES; i++)
		row(rows, bars, TREND_ROW_WEIGHTS + i)[bar] /= total;
}

static void combined_signal(double *rows, size_t bars, double *out)
{
	for (size_t bar = 0; bar < bars; bar++) {
		adaptive_weights(rows, bars, bar);
		out[bar] = 0;
		for (int i = 0; i < TREND_AVERAGES; i++)
			out[bar] += row(rows, bars, TREND_ROW_WEIGHTS + i)[bar] *
				    row(rows, bars, TREND_ROW_POSITIONS + i)[bar];
	}
}

void trend_run(size_t bars, const double *const columns[TREND_COLUMNS], double *rows)
{
	double *usual_volume = row(rows, bars, TREND_ROW_SCRATCH);
	double *signal = row(rows, bars, TREND_ROW_SIGNAL);

	averages(columns[TREND_CLOSE], bars, rows);
	ema(columns[TREND_VOLUME], bars, VOLUME_LENGTH, usual_volume);
	for (int i = 0; i < TREND_AVERAGES; i++) {
		double *positions = row(rows, bars, TREND_ROW_POSITIONS + i);

		crossing_positions(columns, bars, row(rows, bars, TREND_ROW_AVERAGES + i),
				   usual_volume, positions);
		equity_curve(columns, bars, positions, row(rows, bars, TREND_ROW_EQUITIES + i));
	}
	combined_signal(rows, bars, signal);
	equity_curve(columns, bars, signal, row(rows, bars, TREND_ROW_EQUITY));
}
