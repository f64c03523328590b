// SPDX-License-Identifier: GPL-2.0-only
/*
 * Does a table of several runs show each figure where it belongs, say why
 * others are missing, and refuse what must not stand side by side?
 */
#include <stdlib.h>

#include "fakerun.h"
#include "rendered.h"
#include "table.h"
#include "test.h"

static struct dlab_metrics metrics;
static char *tmp;

static const char no_vecs[] =
	"path iova-batch: this kernel has no dma_iova_link_vecs()";
static const char no_walks[] = "the kernel lacks intel_iommu.coherent_walks";

/* ---- runs to look at */

static struct fake_run *run_of(const char *name, const char *base,
			       const char *series)
{
	struct fake_run *r = fake_run_new(tmp, name);

	fake_run_fingerprint(r, "base", base);
	fake_run_fingerprint(r, "kernel_release",
			     strcmp(base, "7.2") ? "6.12.117+" : "7.2.12+");
	fake_run_fingerprint(r, "kernel_series", series);
	fake_run_fingerprint(r, "kernel_config_sha256", base);
	fake_run_file(r, "kernel.config",
		      strcmp(base, "7.2") ? "CONFIG_TSX=y\nCONFIG_OLD=y\n" :
					    "CONFIG_TSX=n\n");
	return r;
}

static void op(struct fake_boot *b, const char *keys, double insns)
{
	char id[128];

	snprintf(id, sizeof(id), "table/scattered[%s]", keys);
	fake_constant(b, id, "op_insns", insns, 4);
	fake_constant(b, id, "map_insns", 1, 4);
}

static void skip(struct fake_boot *b, const char *keys, const char *reason)
{
	char id[128];

	snprintf(id, sizeof(id), "table/scattered[%s]", keys);
	fake_outcome(b, id, "skip", reason);
}

/* 6.12 with the series: everything there is. */
static char *series_run(void)
{
	struct fake_run *r = run_of("20261121-191055-table-ca0b", "6.12",
				    "kernel-series/6.12");
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	op(b, "path=page,size=4k", 2302);
	op(b, "path=page,size=1m", 1085424);
	op(b, "path=iova-batch,size=4k", 2226);
	op(b, "path=iova-batch,size=1m", 17473.5);
	fake_constant(b, "null/harness", "harness_ns", 7, 4);
	b = fake_boot_add(r, "vm-vtd-strict-coh", "count", 1);
	fake_boot_effective(b, "coherent_walks", "1");
	op(b, "path=page,size=4k", 2249);
	return fake_run_write(r);
}

/* 7.2 as it is: no batch, no coherent walks, one case broke. */
static char *stock_run(void)
{
	struct fake_run *r =
		run_of("20261121-184950-table-3637", "7.2", "stock");
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);

	op(b, "path=page,size=4k", 1302);
	fake_outcome(b, "table/scattered[path=page,size=1m]", "crash", "oops");
	skip(b, "path=iova-batch,size=4k", no_vecs);
	skip(b, "path=iova-batch,size=1m", no_vecs);
	b = fake_boot_add(r, "vm-vtd-strict-coh", "count", 1);
	skip(b, "path=page,size=4k", no_walks);
	return fake_run_write(r);
}

/* ---- tables of them */

static int load(char **dirs, size_t nr, const char *metric, const char *cases,
		struct dlab_table *t, struct dlab_err *err)
{
	struct dlab_table_request req = { (const char *const *)dirs, nr, metric,
					  cases };

	err->text[0] = '\0';
	return dlab_table_load(&req, &metrics, t, err);
}

static void forget(char **dirs, size_t nr)
{
	for (size_t i = 0; i < nr; i++)
		fake_rmdir(dirs[i]);
}

static char *text_of(const struct dlab_table *t, enum doc_format format)
{
	struct doc d;
	char *text;

	doc_init(&d, "table");
	dlab_table_doc(t, &d);
	text = rendered(&d, format);
	doc_free(&d);
	return text;
}

static char *tsv_of(const struct dlab_table *t)
{
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	if (!f)
		abort();
	dlab_table_tsv(t, f);
	if (fclose(f))
		abort();
	return text;
}

/* The table of both runs, in that order, as text. */
static char *both(enum doc_format format, const char *cases)
{
	char *dirs[] = { series_run(), stock_run() };
	struct dlab_table t;
	struct dlab_err err;
	char *text = NULL;

	if (load(dirs, 2, "op_insns", cases, &t, &err)) {
		TEST_NOTE("%s", err.text);
		text = strdup("");
	} else {
		text = format == DOC_NR_FORMATS ? tsv_of(&t) :
						  text_of(&t, format);
		dlab_table_free(&t);
	}
	forget(dirs, 2);
	return text;
}

/* What a pair of runs is refused with; "" when it is not. */
static const char *refusal(struct fake_run *a, struct fake_run *b,
			   const char *metric)
{
	static struct dlab_err err;
	char *dirs[] = { fake_run_write(a), fake_run_write(b) };
	struct dlab_table t;
	int ret = load(dirs, 2, metric, NULL, &t, &err);

	if (!ret) {
		dlab_table_free(&t);
		err.text[0] = '\0';
	} else if (ret != -EPERM) {
		snprintf(err.text, sizeof(err.text), "another error: %d", ret);
	}
	forget(dirs, 2);
	return err.text;
}

/* A run of one case, for refusal(). */
static struct fake_run *one_case(const char *name, struct fake_boot **boot)
{
	struct fake_run *r = run_of(name, "6.12", "stock");

	*boot = fake_boot_add(r, "vm", "count", 1);
	op(*boot, "path=page,size=4k", 2302);
	return r;
}

/* ---- what it shows */

static void kernels_of_a_shape_stand_below_each_other(void)
{
	char *text = both(DOC_TEXT, NULL);

	CHECK_SAYS(text, "- A: Linux 6.12.117+, kernel-series/6.12, run "
			 "20261121-191055-table-ca0b\n"
			 "- B: Linux 7.2.12+, stock, run "
			 "20261121-184950-table-3637\n");
	CHECK_SAYS(text, "  run       page  iova-batch\n"
			 "----------------------------\n"
			 "table/scattered[size=4k]\n"
			 "  A        2,302       2,226\n"
			 "  B        1,302           -\n"
			 "table/scattered[size=1m]\n"
			 "  A    1,085,424      17,474\n"
			 "  B        crash           -\n");
	CHECK(!strstr(text, "null"));
	CHECK(!strstr(text, " 0\n"));
	free(text);
}

static void why_a_cell_is_empty_is_said_once(void)
{
	char *text = both(DOC_TEXT, NULL);

	CHECK_SAYS(text, "! B: skip, 2 cases: path iova-batch: this kernel "
			 "has no");
	CHECK(count_of(text, "path iova-batch:") == 1);
	CHECK_SAYS(text, "!! B: crash, 1 case: oops");
	free(text);
}

static void a_run_without_figures_on_a_topology_has_no_rows(void)
{
	char *text = both(DOC_TEXT, "*-coh[*");

	CHECK_SAYS(text, "! B: skip, 1 case: the kernel lacks");
	CHECK_SAYS(text, "  A    2,249\n");
	CHECK(!strstr(text, "  B  "));
	CHECK(!strstr(text, "1,302"));
	CHECK(!strstr(text, "iova-batch"));
	free(text);
}

static void markdown_has_the_same(void)
{
	char *text = both(DOC_MD, NULL);

	CHECK_SAYS(text, "| run | page | iova-batch |\n|---|---:|---:|\n"
			 "| **table/scattered\\[size=4k]** | | |\n"
			 "| A | 2,302 | 2,226 |\n"
			 "| B | 1,302 | - |\n");
	free(text);
}

static void tsv_has_a_line_for_each_case(void)
{
	char *text = both(DOC_NR_FORMATS, "*size=1m*");

	CHECK_STR(
		text,
		"topology\tshape\tpath\trun\tkernel\tseries\tcase\tmetric\tunit\tmedian\tstatus\n"
		"vm-vtd-strict\ttable/scattered[size=1m]\tpage\t20261121-191055-table-ca0b\t6.12.117+\tkernel-series/6.12\ttable/scattered@vm-vtd-strict[path=page,size=1m]\top_insns\tinsns\t1085424\tok\n"
		"vm-vtd-strict\ttable/scattered[size=1m]\tiova-batch\t20261121-191055-table-ca0b\t6.12.117+\tkernel-series/6.12\ttable/scattered@vm-vtd-strict[path=iova-batch,size=1m]\top_insns\tinsns\t17473.5\tok\n"
		"vm-vtd-strict\ttable/scattered[size=1m]\tpage\t20261121-184950-table-3637\t7.2.12+\tstock\ttable/scattered@vm-vtd-strict[path=page,size=1m]\top_insns\tinsns\t-\tcrash\n"
		"vm-vtd-strict\ttable/scattered[size=1m]\tiova-batch\t20261121-184950-table-3637\t7.2.12+\tstock\ttable/scattered@vm-vtd-strict[path=iova-batch,size=1m]\top_insns\tinsns\t-\tskip\n");
	free(text);
}

static void eight_paths_of_a_million_fit_in_80_columns(void)
{
	static const char *const paths[] = { "page",   "sg",	     "sg-pre",
					     "iova",   "iova-batch", "phys",
					     "blk-sg", "blk-iter" };
	static const double insns[] = { 1085424, 103667,  97383,  257837,
					13550,	 1093614, 125560, 21416 };
	struct fake_run *r = run_of("20261121-191055-table-ca0b", "6.12", NULL);
	struct fake_boot *b = fake_boot_add(r, "vm-vtd-strict", "count", 1);
	struct dlab_table t;
	struct dlab_err err;
	char keys[64], *dir, *text;

	for (int i = 0; i < 8; i++) {
		snprintf(keys, sizeof(keys), "path=%s,size=2m", paths[i]);
		op(b, keys, insns[i]);
	}
	dir = fake_run_write(r);
	CHECK(!load(&dir, 1, "op_insns", NULL, &t, &err));
	text = text_of(&t, DOC_TEXT);
	CHECK(!widest_beyond(text, 80));
	/* one table, its headings cut; whose kernel's series is not recorded */
	CHECK(count_of(text, "  run") == 1);
	CHECK_SAYS(text, "iova-");
	CHECK_SAYS(text, "- A: Linux 6.12.117+ (0123456789ab), run ");
	CHECK_SAYS(text, "  A    1,085,424  103,667  97,383  257,837  13,550  "
			 "1,093,614  125,560  21,416\n");
	free(text);
	dlab_table_free(&t);
	forget(&dir, 1);
}

static void keys_that_are_not_in_the_id_are_in_the_shape(void)
{
	char *dir = series_run(), path[4096], *text;
	struct dlab_table t;
	struct dlab_err err;
	FILE *f;

	snprintf(path, sizeof(path), "%s/vm-vtd-strict-count-1/cases.tsv", dir);
	f = fopen(path, "w");
	CHECK(f);
	if (f) {
		fputs("table/scattered[path=page,size=4k]\ttable/scattered\tkmod\tcount\tpath=page\tsize=4k\tmem=scattered\tdesc=nvme-prp\n",
		      f);
		fclose(f);
	}
	CHECK(!load(&dir, 1, "op_insns", "*strict[path=page,size=4k*", &t,
		    &err));
	text = text_of(&t, DOC_TEXT);
	CHECK_SAYS(text, "\ntable/scattered[size=4k] mem=scattered "
			 "desc=nvme-prp\n  A    2,302\n");
	free(text);
	dlab_table_free(&t);
	forget(&dir, 1);
}

static void a_hint_makes_another_path(void)
{
	struct fake_run *r = run_of("20261121-191055-table-ca0b", "6.12", NULL);
	struct fake_boot *b = fake_boot_add(r, "vm", "count", 1);
	char *dir, *text;
	struct dlab_table t;
	struct dlab_err err;

	op(b, "path=warp,size=4k", 5);
	op(b, "path=warp,hint=natural,size=4k", 6);
	dir = fake_run_write(r);
	CHECK(!load(&dir, 1, "op_insns", NULL, &t, &err));
	text = text_of(&t, DOC_TEXT);
	CHECK_SAYS(text, "  run  warp  warp/natural\n");
	CHECK_SAYS(text, "table/scattered[size=4k]\n"
			 "  A       5             6\n");
	free(text);
	dlab_table_free(&t);
	forget(&dir, 1);
}

/* ---- what it refuses */

static void what_is_not_the_kernel_is_refused_by_name(void)
{
	struct fake_boot *x, *y;
	struct fake_run *a = one_case("a", &x), *b = one_case("b", &y);
	const char *text;

	fake_run_fingerprint(b, "qemu", "QEMU emulator version 10.0.2");
	text = refusal(a, b, "op_insns");
	CHECK_SAYS(text, "a and b: ");
	CHECK_SAYS(text, "qemu: QEMU emulator version 7.2.22 -> QEMU emulator "
			 "version 10.0.2");
	a = one_case("a", &x);
	b = one_case("b", &y);
	fake_run_fingerprint(b, "module_source_sha256", "other");
	CHECK_SAYS(refusal(a, b, "op_insns"), "module_source_sha256");
	a = one_case("a", &x);
	b = one_case("b", &y);
	fake_boot_effective(x, "domain", "DMA");
	fake_boot_effective(y, "domain", "DMA-FQ");
	CHECK_SAYS(refusal(a, b, "op_insns"), "domain on vm: DMA -> DMA-FQ");
	CHECK_STR(refusal(one_case("a", &x), one_case("b", &y), "op_insns"),
		  "");
}

static void kernels_of_one_version_are_configured_alike(void)
{
	struct fake_boot *x, *y;
	struct fake_run *a = one_case("a", &x), *b = one_case("b", &y);

	fake_run_fingerprint(b, "kernel_config_sha256", "other");
	fake_run_file(b, "kernel.config", "CONFIG_TSX=m\n");
	CHECK_SAYS(refusal(a, b, "op_insns"), "CONFIG_TSX: y -> m");
}

static void symbols_of_other_versions_are_noted(void)
{
	char *text = both(DOC_TEXT, NULL);

	CHECK_SAYS(text, "- A and B: CONFIG_TSX: y -> n\n");
	CHECK(!strstr(text, "CONFIG_OLD"));
	free(text);
}

static void a_tainted_run_stands_beside_its_like_only(void)
{
	struct fake_boot *x, *y;
	struct fake_run *a = one_case("a", &x), *b = one_case("b", &y);

	fake_boot_taint(y, "KASAN");
	CHECK_SAYS(refusal(a, b, "op_insns"), "only b is tainted (KASAN)");
	a = one_case("a", &x);
	b = one_case("b", &y);
	fake_boot_taint(x, "KASAN");
	fake_boot_taint(y, "KASAN");
	CHECK_STR(refusal(a, b, "op_insns"), "");
}

static void times_of_two_hosts_are_refused(void)
{
	struct fake_boot *x, *y;
	struct fake_run *a = one_case("a", &x), *b = one_case("b", &y);

	fake_run_host(b, "cpu", "another");
	fake_constant(x, "map/time[path=page]", "op_ns", 3, 4);
	fake_constant(y, "map/time[path=page]", "op_ns", 3, 4);
	CHECK_SAYS(refusal(a, b, "op_ns"), "times of two hosts");
	a = one_case("a", &x);
	b = one_case("b", &y);
	fake_run_host(b, "cpu", "another");
	CHECK_STR(refusal(a, b, "op_insns"), "");
}

static void what_is_not_there_is_named(void)
{
	char *dir = series_run();
	struct dlab_table t;
	struct dlab_err err;

	CHECK(load(&dir, 1, "frobs", NULL, &t, &err) == -ENOENT);
	CHECK_SAYS(err.text, "no metric `frobs`");
	CHECK(load(&dir, 1, "op_ns", NULL, &t, &err) == -ENOENT);
	CHECK_SAYS(err.text, "no run has op_ns");
	CHECK(load(&dir, 1, "op_insns", "io/*", &t, &err) == -ENOENT);
	CHECK_SAYS(err.text, "matches io/*");
	forget(&dir, 1);
}

int main(void)
{
	struct dlab_err err;

	test_need(!dlab_metrics_load("workloads/metrics.ini", &metrics, &err),
		  err.text);
	tmp = fake_tmpdir();
	RUN(kernels_of_a_shape_stand_below_each_other);
	RUN(why_a_cell_is_empty_is_said_once);
	RUN(a_run_without_figures_on_a_topology_has_no_rows);
	RUN(markdown_has_the_same);
	RUN(tsv_has_a_line_for_each_case);
	RUN(eight_paths_of_a_million_fit_in_80_columns);
	RUN(keys_that_are_not_in_the_id_are_in_the_shape);
	RUN(a_hint_makes_another_path);
	RUN(what_is_not_the_kernel_is_refused_by_name);
	RUN(kernels_of_one_version_are_configured_alike);
	RUN(symbols_of_other_versions_are_noted);
	RUN(a_tainted_run_stands_beside_its_like_only);
	RUN(times_of_two_hosts_are_refused);
	RUN(what_is_not_there_is_named);
	dlab_metrics_free(&metrics);
	fake_rmdir(tmp);
	return test_end();
}
