// SPDX-License-Identifier: GPL-2.0-only
/*
 * E-divisive means in one dimension.  The sums of distances that a split needs
 * come from two walks over the series, each of which adds one value at a time
 * to a Fenwick tree over the ranks: n log n for all splits of a segment, so that
 * a thousand permutations of 500 values take milliseconds.
 */
#include <errno.h>
#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "history/edivisive.h"
#include "io/prng.h"
#include "verdict/ranktest.h"

#define SEED 0x20261120
/* So many permutations that separate as well as the series end a test. */
#define ENOUGH 20

struct node {
	double sum;
	double count;
};

/* One segment [start, end) and its best split. */
struct segment {
	size_t start;
	size_t end;
	size_t at;
	double q;
};

/*
 * The search.  Of each segment, @value holds its values ascending and @rank, by
 * place in the series, the place among these.
 */
struct search {
	const double *v;
	double *value;
	uint32_t *rank;
	uint32_t *shuffled;
	double *left; /* by length: distances within the first ones */
	struct node *tree;
	struct segment *segments;
	size_t nr;
	uint64_t random;
};

/* ---- sums of distances */

/* Adds the value of @rank to the tree; what it adds to the sum of distances. */
static double add(struct node *tree, size_t size, const double *value,
		  uint32_t rank, double count, double sum)
{
	double x = value[rank], below = 0, sum_below = 0;

	for (size_t i = rank + 1; i; i &= i - 1) {
		below += tree[i].count;
		sum_below += tree[i].sum;
	}
	for (size_t i = rank + 1; i <= size; i += i & -i) {
		tree[i].count++;
		tree[i].sum += x;
	}
	return x * below - sum_below + (sum - sum_below) - x * (count - below);
}

static void clear(struct search *s, size_t size)
{
	memset(s->tree, 0, (size + 1) * sizeof(*s->tree));
}

/* left[m] becomes the sum of the distances within the first m. */
static void walk_left(struct search *s, const uint32_t *rank,
		      const double *value, size_t size)
{
	double sum = 0, within = 0;

	clear(s, size);
	s->left[0] = 0;
	for (size_t i = 0; i < size; i++) {
		within += add(s->tree, size, value, rank[i], (double)i, sum);
		sum += value[rank[i]];
		s->left[i + 1] = within;
	}
}

/*
 * The energy statistic of clusters of m and k values: twice the mean distance
 * between them less the mean distances within, scaled so that splits compare.
 */
static double energy(double total, double left, double right, double m,
		     double k)
{
	double between = total - left - right;
	double e = 2 / (m * k) * between - 2 / (m * (m - 1)) * left -
		   2 / (k * (k - 1)) * right;

	return m * k / (m + k) * e;
}

/* The best split of the values whose ranks are given; 0 at none. */
static double best_split(struct search *s, const uint32_t *rank,
			 const double *value, size_t size, size_t *at)
{
	double sum = 0, right = 0, best = 0;

	*at = 0;
	if (size < 2 * DLAB_EDIVISIVE_SEGMENT)
		return 0;
	walk_left(s, rank, value, size);
	clear(s, size);
	for (size_t i = size; i > DLAB_EDIVISIVE_SEGMENT; i--) {
		size_t k = size - i + 1, m = i - 1;
		double q;

		right += add(s->tree, size, value, rank[m], (double)(k - 1),
			     sum);
		sum += value[rank[m]];
		if (k < DLAB_EDIVISIVE_SEGMENT)
			continue;
		q = energy(s->left[size], s->left[m], right, (double)m,
			   (double)k);
		if (q > best) {
			best = q;
			*at = m;
		}
	}
	return best;
}

/* ---- segments */

struct item {
	double v;
	size_t at;
};

static int item_order(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	return (x->v > y->v) - (x->v < y->v);
}

/* Ranks the values of a segment and finds its best split. */
static int open_segment(struct search *s, struct segment *g)
{
	size_t size = g->end - g->start;
	struct item *items = calloc(size, sizeof(*items));

	if (!items)
		return -ENOMEM;
	for (size_t i = 0; i < size; i++)
		items[i] = (struct item){ s->v[g->start + i], i };
	qsort(items, size, sizeof(*items), item_order);
	for (size_t i = 0; i < size; i++) {
		/* less the least: what is left keeps its digits */
		s->value[g->start + i] = items[i].v - items[0].v;
		s->rank[g->start + items[i].at] = (uint32_t)i;
	}
	free(items);
	g->q = best_split(s, s->rank + g->start, s->value + g->start, size,
			  &g->at);
	g->at += g->start;
	return 0;
}

/* Replaces the @which-th segment by its two parts. */
static int split(struct search *s, size_t which)
{
	struct segment *g = &s->segments[which];
	int ret;

	memmove(g + 1, g, (s->nr - which) * sizeof(*g));
	s->nr++;
	g[1].start = g[0].end = g[0].at;
	ret = open_segment(s, &g[0]);
	return ret ? ret : open_segment(s, &g[1]);
}

static size_t best_segment(const struct search *s)
{
	size_t best = 0;

	for (size_t i = 1; i < s->nr; i++)
		if (s->segments[i].q > s->segments[best].q)
			best = i;
	return best;
}

/* ---- the test */

static void shuffle(uint32_t *v, size_t n, uint64_t *state)
{
	for (size_t i = n; i > 1; i--) {
		size_t j = dlab_random_below(state, i);
		uint32_t t = v[i - 1];

		v[i - 1] = v[j];
		v[j] = t;
	}
}

/* Whether values in random order can be separated as well as @q. */
static bool separates(struct search *s, double q)
{
	for (size_t i = 0; i < s->nr; i++) {
		const struct segment *g = &s->segments[i];
		size_t size = g->end - g->start, at;

		memcpy(s->shuffled, s->rank + g->start,
		       size * sizeof(*s->shuffled));
		shuffle(s->shuffled, size, &s->random);
		/* equal but for the order of a sum is equal */
		if (best_split(s, s->shuffled, s->value + g->start, size,
			       &at) >= q * (1 - 1e-9))
			return true;
	}
	return false;
}

static double test(struct search *s, double q, unsigned int permutations)
{
	unsigned int as_good = 0;

	if (q <= 0)
		return 1;
	for (unsigned int i = 1; i <= permutations; i++) {
		as_good += separates(s, q);
		if (as_good == ENOUGH)
			return (double)as_good / i;
	}
	return (as_good + 1.0) / (permutations + 1.0);
}

static int change_order(const void *a, const void *b)
{
	const struct dlab_change_point *x = a, *y = b;

	return (x->at > y->at) - (x->at < y->at);
}

static int find(struct search *s, double alpha, unsigned int permutations,
		size_t most, struct dlab_change_point *out, size_t *nr)
{
	int ret = open_segment(s, &s->segments[0]);

	while (!ret && *nr < most) {
		size_t which = best_segment(s);
		const struct segment *g = &s->segments[which];
		double p = test(s, g->q, permutations);

		if (p > alpha || g->q <= 0)
			break;
		out[(*nr)++] = (struct dlab_change_point){ g->at, p };
		ret = split(s, which);
	}
	qsort(out, *nr, sizeof(*out), change_order);
	return ret;
}

int dlab_edivisive(const double *v, size_t n, double alpha,
		   unsigned int permutations, size_t most,
		   struct dlab_change_point *out, size_t *nr)
{
	struct search s = {
		.v = v,
		.value = calloc(n + 1, sizeof(*s.value)),
		.rank = calloc(n + 1, sizeof(*s.rank)),
		.shuffled = calloc(n + 1, sizeof(*s.shuffled)),
		.left = calloc(n + 1, sizeof(*s.left)),
		.tree = calloc(n + 1, sizeof(*s.tree)),
		.segments = calloc(n + 1, sizeof(*s.segments)),
		.nr = 1,
		.random = SEED,
	};
	int ret = -ENOMEM;

	*nr = 0;
	if (s.value && s.rank && s.shuffled && s.left && s.tree && s.segments) {
		s.segments[0].end = n;
		ret = n < 2 * DLAB_EDIVISIVE_SEGMENT ?
			      0 :
			      find(&s, alpha, permutations, most, out, nr);
	}
	free(s.value);
	free(s.rank);
	free(s.shuffled);
	free(s.left);
	free(s.tree);
	free(s.segments);
	return ret;
}

/*
 * At best the halves do not overlap, and then only orders with the same two
 * halves separate as well: the least p of a rank test of them.
 */
double dlab_edivisive_least_p(size_t n)
{
	return n < 2 * DLAB_EDIVISIVE_SEGMENT ?
		       1 :
		       dlab_rank_least_p(n / 2, n - n / 2);
}

size_t dlab_edivisive_values_for(double p)
{
	size_t n = 2 * DLAB_EDIVISIVE_SEGMENT;

	while (dlab_edivisive_least_p(n) > p)
		n++;
	return n;
}
