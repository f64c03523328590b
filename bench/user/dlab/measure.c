// SPDX-License-Identifier: GPL-2.0-only
/*
 * `dlab measure`: runs cases on the machine that it is on and writes a boot
 * directory.  A guest of the lab and lab hardware run exactly this.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "cmd.h"
#include "driver.h"
#include "machine.h"
#include "out.h"
#include "workload.h"

static const char help[] =
	"usage: dlab measure --cases FILE --out DIR [--machine FILE]\n"
	"\n"
	"Runs the cases on this machine, one after the other, and writes samples.tsv,\n"
	"hist.tsv, outcomes.tsv and boot.json into DIR, which must exist.  `dlab run`\n"
	"starts it, in its guests and with LAB=native.\n"
	"\n"
	"  --cases FILE    what to run; `dlab list --cases` writes such files\n"
	"  --machine FILE  devices that may be used: [machine] dma_device, borrow,\n"
	"                  nvme_blk, nvme_char; and what must hold: [expect]\n"
	"  --out DIR       where to\n"
	"\n"
	"Exit status: 0 every case has its outcome, 2 bad use, 3 results could not\n"
	"be written.\n";

/* how far a driver got with its setup; cases of one driver share it */
struct prepared {
	const struct dlab_driver *driver;
	int ret;
	struct dlab_err err;
};

static void switch_driver(struct prepared *p, const struct dlab_driver *d,
			  const struct dlab_machine *machine)
{
	if (p->driver == d)
		return;
	if (p->driver && !p->ret && p->driver->teardown)
		p->driver->teardown();
	p->driver = d;
	p->ret = d && d->setup ? d->setup(machine, &p->err) : 0;
}

static enum dlab_status run_case(const struct dlab_case *c, struct prepared *p,
				 const struct dlab_machine *machine,
				 struct dlab_out *out, struct dlab_err *err)
{
	const struct dlab_driver *d = dlab_driver_find(c->driver);

	if (!d) {
		dlab_fail(err, ENOENT, "this dlab has no driver `%s`",
			  c->driver);
		return DLAB_FAIL;
	}
	switch_driver(p, d, machine);
	if (p->ret) {
		*err = p->err;
		return p->ret == -ENODEV ? DLAB_SKIP : DLAB_FAIL;
	}
	return d->run(c, out, err);
}

static int measure(const struct dlab_cases *cases,
		   const struct dlab_machine_file *m, const char *dir,
		   struct dlab_err *err)
{
	json_t *effective = dlab_machine_describe(&m->machine);
	struct dlab_err broken = { "" }, why;
	struct prepared p = { 0 };
	struct dlab_out *out;
	enum dlab_status status;
	char path[PATH_MAX];
	int ret, promise;

	promise = dlab_machine_check(m, effective, &broken);
	snprintf(path, sizeof(path), "%s/boot.json", dir);
	ret = json_dump_file(effective, path, JSON_INDENT(1) | JSON_SORT_KEYS);
	json_decref(effective);
	if (ret)
		return dlab_fail(err, EIO, "cannot write %s", path);
	ret = dlab_out_open(&out, dir, err);
	if (ret)
		return ret;
	for (size_t i = 0; !ret && i < cases->nr; i++) {
		const struct dlab_case *c = &cases->v[i];

		printf("dlab: case %zu/%zu %s\n", i + 1, cases->nr, c->id);
		fflush(stdout);
		dlab_out_begin(out, c->id);
		why.text[0] = '\0';
		if (promise) {
			status = promise == -EOPNOTSUPP ? DLAB_SKIP :
							  DLAB_FAIL;
			why = broken;
		} else {
			status = run_case(c, &p, &m->machine, out, &why);
		}
		if (status != DLAB_OK)
			printf("dlab: %s %s: %s\n", dlab_status_name(status),
			       c->id, why.text);
		ret = dlab_out_end(out, dlab_status_name(status),
				   status == DLAB_OK ? "" : why.text, err);
	}
	switch_driver(&p, NULL, NULL);
	if (ret)
		dlab_out_close(out, NULL);
	else
		ret = dlab_out_close(out, err);
	return ret;
}

int dlab_cmd_measure(int argc, char **argv)
{
	const char *cases_path = NULL, *machine_path = NULL, *dir = NULL;
	const struct dlab_option v[] = {
		{ "cases", .word = &cases_path },
		{ "machine", .word = &machine_path },
		{ "out", .word = &dir },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v };
	struct dlab_machine_file machine = { 0 };
	struct dlab_cases cases = { 0 };
	struct dlab_err err;
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (!cases_path || !dir) {
		fputs("dlab measure: give --cases and --out\n", stderr);
		return DLAB_EXIT_USAGE;
	}
	ret = dlab_cases_read(cases_path, &cases, &err);
	if (!ret && machine_path)
		ret = dlab_machine_load(machine_path, &machine, &err);
	if (ret) {
		fprintf(stderr, "dlab measure: %s\n", err.text);
		dlab_cases_free(&cases);
		return DLAB_EXIT_USAGE;
	}
	ret = measure(&cases, &machine, dir, &err);
	if (ret)
		fprintf(stderr, "dlab measure: %s\n", err.text);
	dlab_machine_free(&machine);
	dlab_cases_free(&cases);
	return ret ? DLAB_EXIT_LAB : DLAB_EXIT_OK;
}
