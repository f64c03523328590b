// SPDX-License-Identifier: GPL-2.0-only
/* `dlab run`: measures, and says what became of it. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cmd.h"
#include "runner.h"

static const char help[] =
	"usage: dlab run [OPTION...]\n"
	"\n"
	"Boots every topology of a suite, measures its cases and stores a run below\n"
	"results/runs.  `make bench` calls it after building what it needs.\n"
	"\n"
	"  --suite NAME        suite in workloads/suites (default: smoke)\n"
	"  --workload NAME     one workload instead, such as map/scattered\n"
	"  --topology NAMES    these topologies instead of the suite's\n"
	"  --cases PATTERN     only cases whose id matches the shell pattern\n"
	"  --boots N           boots of each topology (default: the suite's)\n"
	"  --kit DIR           kernel and images, as scripts/kit.sh makes them;\n"
	"                      without it this machine is measured as it is booted\n"
	"  --machine FILE      without --kit: what may be used (config.local)\n"
	"  --qemu PROGRAM      default: qemu-system-x86_64\n"
	"  --jobs N            counting guests at a time (default: CPUs); timing\n"
	"                      guests always run alone\n"
	"  --patience SECONDS  a guest whose console stays silent so long hangs (180)\n"
	"  --resume RUN        go on with an unfinished run; `last`: the newest\n"
	"  --workloads DIR     default: workloads\n"
	"  --results DIR       default: results\n"
	"\n"
	"The last line of standard output is the run's directory.\n"
	"Exit status: 0 all cases ok or skipped, 2 bad use, 3 a case failed, timed out\n"
	"or crashed the guest, nothing was ok, or the lab itself failed.\n";

static const struct option options[] = {
	{ "suite", required_argument, NULL, 's' },
	{ "workload", required_argument, NULL, 'w' },
	{ "topology", required_argument, NULL, 't' },
	{ "cases", required_argument, NULL, 'c' },
	{ "boots", required_argument, NULL, 'b' },
	{ "kit", required_argument, NULL, 'k' },
	{ "machine", required_argument, NULL, 'm' },
	{ "qemu", required_argument, NULL, 'q' },
	{ "jobs", required_argument, NULL, 'j' },
	{ "patience", required_argument, NULL, 'p' },
	{ "resume", required_argument, NULL, 'r' },
	{ "workloads", required_argument, NULL, 'd' },
	{ "results", required_argument, NULL, 'o' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static int number(const char *name, const char *text, unsigned int *out)
{
	uint64_t v;

	if (dlab_parse_size(text, &v) || v < 1 || v > 100000) {
		fprintf(stderr, "dlab run: --%s is `%s`, must be 1 to 100000\n",
			name, text);
		return -EINVAL;
	}
	*out = v;
	return 0;
}

static int take(int opt, struct dlab_run_request *req)
{
	switch (opt) {
	case 's':
		req->plan.suite = optarg;
		break;
	case 'w':
		req->plan.workload = optarg;
		break;
	case 't':
		req->plan.topologies = *optarg ? optarg : NULL;
		break;
	case 'c':
		req->plan.cases = *optarg ? optarg : NULL;
		break;
	case 'b':
		return number("boots", optarg, &req->plan.boots);
	case 'k':
		req->kit = optarg;
		break;
	case 'm':
		req->machine = optarg;
		break;
	case 'q':
		req->qemu = optarg;
		break;
	case 'j':
		return number("jobs", optarg, &req->jobs);
	case 'p':
		return number("patience", optarg, &req->patience_s);
	case 'r':
		req->resume = optarg;
		break;
	case 'd':
		req->plan.workloads_dir = optarg;
		break;
	case 'o':
		req->results = optarg;
		break;
	default:
		return -EINVAL;
	}
	return 0;
}

static int complete(struct dlab_run_request *req)
{
	if (req->plan.suite && req->plan.workload) {
		fputs("dlab run: --suite and --workload exclude each other\n",
		      stderr);
		return -EINVAL;
	}
	if (!req->plan.suite && !req->plan.workload)
		req->plan.suite = "smoke";
	if (!req->kit && !req->plan.topologies)
		req->plan.topologies = "native";
	if (req->plan.workload && !req->plan.topologies)
		req->plan.topologies = "vm-vtd-strict";
	return 0;
}

int dlab_cmd_run(int argc, char **argv)
{
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
	char metrics[4096];
	int opt, ret;

	while ((opt = getopt_long(argc, argv, "", options, NULL)) >= 0) {
		if (opt == 'h') {
			fputs(help, stdout);
			return DLAB_EXIT_OK;
		}
		if (take(opt, &req))
			return DLAB_EXIT_USAGE;
	}
	if (optind != argc || complete(&req)) {
		fputs(help, stderr);
		return DLAB_EXIT_USAGE;
	}
	snprintf(metrics, sizeof(metrics), "%s/metrics.ini",
		 req.plan.workloads_dir);
	req.metrics = metrics;
	ret = dlab_run(&req, &res, &err);
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
