// SPDX-License-Identifier: GPL-2.0-only
/* `dlab run`: measures, and says what became of it. */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "runner.h"
#include "shellword.h"

static const char help[] =
	"usage: dlab run [OPTION...]\n"
	"\n"
	"Boots every topology of a suite, measures its cases and stores a run below\n"
	"results/runs.  `make bench` calls it after building what it needs.\n"
	"\n"
	"  --suite NAME        suite in workloads/suites (default: smoke)\n"
	"  --workload NAME     one workload instead, such as map/scattered\n"
	"  --topology NAMES    these topologies instead of the suite's\n"
	"  --cases PATTERN     only cases whose id matches: * and ? are wild\n"
	"  --boots N           boots of each topology (default: the suite's)\n"
	"  --kit DIR           kernel and images, as scripts/kit.sh makes them;\n"
	"  --machine FILE      instead: this machine as it is booted, with the devices\n"
	"                      that the file (config.local) names\n"
	"  --qemu PROGRAM      default: qemu-system-x86_64\n"
	"  --jobs N            counting guests at a time (default: CPUs); timing\n"
	"                      guests always run alone\n"
	"  --patience SECONDS  a guest whose console stays silent so long hangs (180);\n"
	"                      what a loaded host keeps it waiting for does not count\n"
	"  --plan              print the boots and cases that this would be, and run none;\n"
	"                      needs no kit\n"
	"  --resume RUN        go on with an unfinished run; `last`: the newest\n"
	"  --make WORD         what make was given, word by word: stored, for the command\n"
	"                      that measures it again, or goes on with it\n"
	"  --workloads DIR     default: workloads\n"
	"  --results DIR       default: results\n"
	"\n"
	"The last line of standard output is the run's directory.\n"
	"Exit status: 0 all cases ok or skipped, 2 bad use, 3 a case failed, timed out\n"
	"or crashed the guest, nothing was ok, or the lab itself failed.\n";

/* What is empty is as if it had not been given. */
static void forget_empty(const char **word)
{
	if (*word && !**word)
		*word = NULL;
}

static int complete(struct dlab_run_request *req)
{
	if (req->plan.suite && req->plan.workload) {
		fputs("dlab run: --suite and --workload exclude each other\n",
		      stderr);
		return -EINVAL;
	}
	forget_empty(&req->plan.topologies);
	forget_empty(&req->plan.cases);
	if (!req->plan.suite && !req->plan.workload)
		req->plan.suite = "smoke";
	if (req->kit && req->machine) {
		fputs("dlab run: --kit and --machine exclude each other\n",
		      stderr);
		return -EINVAL;
	}
	if (req->machine && !req->plan.topologies)
		req->plan.topologies = "native";
	if (req->plan.workload && !req->plan.topologies)
		req->plan.topologies = "vm-vtd-strict";
	return 0;
}

/*
 * The command that goes on with a run, up to its name: make's, or where there was
 * none, this one.  Return: malloc()ed.
 */
static char *make_command(const struct dlab_words *make)
{
	char *text = NULL;
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	fputs("make", f);
	for (size_t i = 0; i < make->nr; i++) {
		fputc(' ', f);
		dlab_put_make_word(f, make->v[i]);
	}
	/* the others look for what they left */
	fputs(strcmp(make->v[0], "bench") ? "  # finds " : " RESUME=", f);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static char *command(int argc, char **argv)
{
	char *text = NULL, self[PATH_MAX];
	ssize_t len = readlink("/proc/self/exe", self, sizeof(self) - 1);
	size_t size;
	FILE *f = open_memstream(&text, &size);

	if (!f)
		return NULL;
	self[len > 0 ? len : 0] = '\0';
	dlab_put_word(f, len > 0 ? self : "dlab");
	for (int i = 0; i < argc; i++) {
		if (!strcmp(argv[i], "--resume")) {
			i++;
			continue;
		}
		if (!strncmp(argv[i], "--resume=", 9))
			continue;
		fputc(' ', f);
		dlab_put_word(f, argv[i]);
	}
	fputs(" --resume ", f);
	if (!fclose(f))
		return text;
	free(text);
	return NULL;
}

static int show_plan(const struct dlab_plan_request *req)
{
	struct dlab_plan plan;
	struct dlab_err err;

	if (dlab_plan_make(req, &plan, &err)) {
		fprintf(stderr, "dlab run: %s\n", err.text);
		return DLAB_EXIT_USAGE;
	}
	dlab_plan_print(&plan, stdout);
	dlab_plan_free(&plan);
	return DLAB_EXIT_OK;
}

int dlab_cmd_run(int argc, char **argv)
{
	struct dlab_words make = { .nr = 0 };
	char *again;
	struct dlab_run_request req = {
		.plan.workloads_dir = "workloads",
		.results = "results",
		.qemu = "qemu-system-x86_64",
		.dlab = "/proc/self/exe",
		.jobs = sysconf(_SC_NPROCESSORS_ONLN),
		.patience_s = 180,
	};
	struct dlab_run_result res;
	struct dlab_err err = { "" };
	bool plan = false;
	const struct dlab_option v[] = {
		{ "suite", .word = &req.plan.suite },
		{ "workload", .word = &req.plan.workload },
		{ "topology", .word = &req.plan.topologies },
		{ "cases", .word = &req.plan.cases },
		{ "boots", .number = &req.plan.boots, .min = 1, .max = 1000 },
		{ "kit", .word = &req.kit },
		{ "machine", .word = &req.machine },
		{ "qemu", .word = &req.qemu },
		{ "jobs", .number = &req.jobs, .min = 1, .max = 100000 },
		{ "patience", .number = &req.patience_s, .min = 1,
		  .max = 100000 },
		{ "plan", .flag = &plan },
		{ "resume", .word = &req.resume },
		{ "make", .words = &make },
		{ "workloads", .word = &req.plan.workloads_dir },
		{ "results", .word = &req.results },
		{ 0 },
	};
	struct dlab_options o = { .help = help, .v = v };
	char metrics[4096];
	int ret;

	if (!dlab_cmd_options(&o, argc, argv, &ret))
		return ret;
	if (complete(&req))
		return DLAB_EXIT_USAGE;
	snprintf(metrics, sizeof(metrics), "%s/metrics.ini",
		 req.plan.workloads_dir);
	req.metrics = metrics;
	if (plan)
		return show_plan(&req.plan);
	req.make = make.v;
	req.nr_make = make.nr;
	again = make.nr ? make_command(&make) : command(argc, argv);
	req.again = again ? again : "dlab run --resume ";
	ret = dlab_run(&req, &res, &err);
	free(again);
	if (ret) {
		fprintf(stderr, "dlab run: %s\n", err.text);
		return ret == -EINVAL || ret == -ENOENT ? DLAB_EXIT_USAGE :
							  DLAB_EXIT_LAB;
	}
	fprintf(stderr, "\n  %u ok, %u skipped, %u failed, %u timed out, %u crashed\n",
		res.cases[DLAB_OK], res.cases[DLAB_SKIP], res.cases[DLAB_FAIL],
		res.cases[DLAB_TIMEOUT], res.cases[DLAB_CRASH]);
	printf("%s\n", res.dir);
	if (!res.cases[DLAB_OK] || res.cases[DLAB_FAIL] ||
	    res.cases[DLAB_TIMEOUT] || res.cases[DLAB_CRASH])
		return DLAB_EXIT_LAB;
	return DLAB_EXIT_OK;
}
