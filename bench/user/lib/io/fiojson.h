/* SPDX-License-Identifier: GPL-2.0-only */
/* What fio said: its json+ output, as far as the lab needs it. */
#ifndef DLAB_FIOJSON_H
#define DLAB_FIOJSON_H

#include <stddef.h>
#include <stdint.h>

#include "err.h"
#include "hist.h"

/**
 * struct dlab_fio - a job's result, reads and writes together
 * @iops: I/Os a second
 * @bw_bytes: bytes a second
 * @total_ios: I/Os done
 * @read_bytes: bytes read alone, those of fio's verification among them
 * @short_ios: I/Os that moved less than was asked for
 * @drop_ios: I/Os that were not done
 * @error: errno of the first error, 0 without one; with one, the rest is 0
 * @lat_ns: latencies from submission to completion.  fio has twice as many
 *          buckets; each lies within one of ours
 */
struct dlab_fio {
	double iops;
	double bw_bytes;
	uint64_t total_ios;
	uint64_t read_bytes;
	uint64_t short_ios;
	uint64_t drop_ios;
	int error;
	struct dlab_hist lat_ns;
};

/**
 * dlab_fio_parse - read the output of `fio --output-format=json+`
 * @text: as fio wrote it: lines before the JSON are passed over, since fio
 *        prints its warnings there
 * @len: bytes; @text need not be ended by a NUL
 * @out: the result, valid after success
 *
 * Return: 0, or -EINVAL with a sentence that says what is missing or wrong.
 */
int dlab_fio_parse(const char *text, size_t len, struct dlab_fio *out,
		   struct dlab_err *err);

/* The same from a file. */
int dlab_fio_load(const char *path, struct dlab_fio *out, struct dlab_err *err);

#endif
