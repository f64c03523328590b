// SPDX-License-Identifier: GPL-2.0-only
/* Does any workload file break its reader or the expansion of its matrix? */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "workload.h"

const char *const fuzz_seeds[] = {
	"[workload]\nabout = x\ndriver = null\nkind = time\n[matrix]\n"
	"ops = 10 100 1000\n",
	"[workload]\ndriver = kmod\nkind = count\n[matrix]\npath = null page sg\n"
	"desc = nvme-prp mtt\nsize = 4k 1m\n[set]\nmem = scattered\nops = auto\n",
	"[workload]\ndriver = kmod\nkind = devio\n[set]\npath = page\n"
	"desc = nvme-prp\nmem = huge\nsize = 2m\noffset = 512 ; a comment\n",
	NULL,
};

static char dir[64];

static void remove_dir(void)
{
	char path[80];

	snprintf(path, sizeof(path), "%s/w.ini", dir);
	unlink(path);
	rmdir(dir);
}

static void make_dir(void)
{
	snprintf(dir, sizeof(dir), "%s", "/tmp/fuzz-workload-XXXXXX");
	if (!mkdtemp(dir)) {
		perror(dir);
		exit(2);
	}
	atexit(remove_dir);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct dlab_cases cases = { 0 };
	struct dlab_err err;
	char path[80];
	FILE *f;

	if (!*dir)
		make_dir();
	snprintf(path, sizeof(path), "%s/w.ini", dir);
	f = fopen(path, "w");
	if (!f)
		return 0;
	fwrite(data, 1, size, f);
	fclose(f);
	if (!dlab_workload_load(dir, "w", &cases, &err)) {
		for (size_t i = 0; i < cases.nr; i++)
			if (strncmp(cases.v[i].id, "w", 1) ||
			    !dlab_case_word(&cases.v[i], "ops"))
				abort();
	}
	dlab_cases_free(&cases);
	return 0;
}
