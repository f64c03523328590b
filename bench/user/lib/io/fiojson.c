// SPDX-License-Identifier: GPL-2.0-only
/*
 * How are fio's figures read?  Nothing is taken to be there: versions differ,
 * and a fio that was killed leaves half a file.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "file.h"
#include "io/fiojson.h"

static int get_number(const json_t *o, const char *key, double *v,
		      struct dlab_err *err)
{
	const json_t *j = json_object_get(o, key);

	if (!json_is_number(j))
		return dlab_fail(err, EINVAL, "fio's output has no number `%s`",
				 key);
	*v = json_number_value(j);
	if (!isfinite(*v) || *v < 0)
		return dlab_fail(err, EINVAL, "fio says `%s` is %g", key, *v);
	return 0;
}

static int get_count(const json_t *o, const char *key, uint64_t *v,
		     struct dlab_err *err)
{
	const json_t *j = json_object_get(o, key);

	if (!json_is_integer(j) || json_integer_value(j) < 0)
		return dlab_fail(err, EINVAL, "fio's output has no count `%s`",
				 key);
	*v = (uint64_t)json_integer_value(j);
	return 0;
}

/* fio names a bin by its middle, which our bucket has in it as well. */
static int add_bin(const char *key, const json_t *value, struct dlab_hist *h,
		   struct dlab_err *err)
{
	unsigned long long middle;
	char *end;

	errno = 0;
	middle = strtoull(key, &end, 10);
	if (*key < '0' || *key > '9' || *end || errno ||
	    !json_is_integer(value) || json_integer_value(value) < 0)
		return dlab_fail(err, EINVAL,
				 "fio's latency bin `%s` is no pair of numbers",
				 key);
	dlab_hist_add_n(h, middle, (uint64_t)json_integer_value(value));
	return 0;
}

static int add_bins(json_t *dir, struct dlab_hist *h, struct dlab_err *err)
{
	json_t *bins = json_object_get(json_object_get(dir, "lat_ns"), "bins");
	const char *key;
	json_t *value;
	int ret;

	if (!json_object_size(bins))
		return dlab_fail(err, EINVAL,
				 "fio's output has no bins of lat_ns; was it run with --output-format=json+ and lat_percentiles=1?");
	json_object_foreach(bins, key, value) {
		ret = add_bin(key, value, h, err);
		if (ret)
			return ret;
	}
	return 0;
}

/* Adds what went in one direction, if anything did. */
static int add_direction(const json_t *job, const char *name,
			 struct dlab_fio *out, struct dlab_err *err)
{
	json_t *dir = json_object_get(job, name);
	uint64_t ios, bytes, short_ios, dropped;
	double iops, bw;

	if (!json_is_object(dir))
		return dlab_fail(err, EINVAL, "fio's output has no `%s`", name);
	if (get_count(dir, "total_ios", &ios, err) ||
	    get_count(dir, "io_bytes", &bytes, err) ||
	    get_count(dir, "short_ios", &short_ios, err) ||
	    get_count(dir, "drop_ios", &dropped, err) ||
	    get_number(dir, "iops", &iops, err) ||
	    get_number(dir, "bw_bytes", &bw, err))
		return -EINVAL;
	out->total_ios += ios;
	if (!strcmp(name, "read"))
		out->read_bytes = bytes;
	out->short_ios += short_ios;
	out->drop_ios += dropped;
	out->iops += iops;
	out->bw_bytes += bw;
	return ios ? add_bins(dir, &out->lat_ns, err) : 0;
}

static int parse_job(const json_t *job, struct dlab_fio *out,
		     struct dlab_err *err)
{
	uint64_t error;

	if (!json_is_object(job))
		return dlab_fail(err, EINVAL, "fio's output has no job");
	if (get_count(job, "error", &error, err))
		return -EINVAL;
	out->error = error > INT_MAX ? INT_MAX : (int)error;
	/* a job that failed need not have the rest */
	if (out->error)
		return 0;
	if (add_direction(job, "read", out, err) ||
	    add_direction(job, "write", out, err))
		return -EINVAL;
	return 0;
}

/* The first line that begins with a brace. */
static const char *find_json(const char *text, const char *end)
{
	while (text < end && *text != '{') {
		text = memchr(text, '\n', end - text);
		if (!text)
			return end;
		text++;
	}
	return text;
}

int dlab_fio_parse(const char *text, size_t len, struct dlab_fio *out,
		   struct dlab_err *err)
{
	const char *end = text + len, *start = find_json(text, end);
	json_error_t why;
	json_t *root;
	int ret;

	memset(out, 0, sizeof(*out));
	if (start == end)
		return dlab_fail(err, EINVAL, "fio's output has no JSON");
	root = json_loadb(start, end - start, JSON_DISABLE_EOF_CHECK, &why);
	if (!root)
		return dlab_fail(err, EINVAL,
				 "fio's output is no whole JSON: %s", why.text);
	ret = parse_job(json_array_get(json_object_get(root, "jobs"), 0), out,
			err);
	json_decref(root);
	return ret;
}

int dlab_fio_load(const char *path, struct dlab_fio *out, struct dlab_err *err)
{
	size_t len;
	char *text;
	int ret;

	ret = dlab_file_read(path, &text, &len, err);
	if (ret)
		return ret;
	ret = dlab_fio_parse(text, len, out, err);
	free(text);
	return ret;
}
