// SPDX-License-Identifier: GPL-2.0-only
/*
 * How does a plan become a run?  Boots are started side by side as far as they
 * do not disturb each other, and what is whole is renamed into place; a kill at
 * any moment leaves whole runs, and an unfinished one that can be resumed.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "bootrun.h"
#include "eta.h"
#include "file.h"
#include "kmod.h"
#include "machine.h"
#include "runner.h"
#include "summary.h"
#include "vm.h"

#define PARTIAL	".partial-"

struct run {
	const struct dlab_run_request *req;
	struct dlab_plan plan;
	struct dlab_bootenv env;
	struct dlab_bootrun *boots;
	json_t *meta;
	char name[128];
	char dir[PATH_MAX];
	int lock;
	size_t total_cases;
	struct dlab_eta_boot *eta;
	double started_s;
	double shown_s;
};

static volatile sig_atomic_t interrupted;

static void on_signal(int sig)
{
	interrupted = sig;
}

/* ---- names and places */

static int new_name(struct run *r)
{
	const struct dlab_plan_request *p = &r->req->plan;
	char stamp[32], what[64];
	time_t now = time(NULL);
	unsigned short id;
	struct tm tm;

	if (getrandom(&id, sizeof(id), 0) != sizeof(id))
		return -errno;
	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y%m%d-%H%M%S", &tm);
	snprintf(what, sizeof(what), "%s", p->suite ? p->suite : p->workload);
	for (char *c = what; *c; c++)
		if (*c == '/')
			*c = '-';
	snprintf(r->name, sizeof(r->name), "%s-%s-%04x", stamp, what, id);
	return 0;
}

/* the newest unfinished run */
static int last_partial(struct run *r, const char *runs, struct dlab_err *err)
{
	DIR *d = opendir(runs);
	struct dirent *e;

	while (d && (e = readdir(d))) {
		if (strncmp(e->d_name, PARTIAL, strlen(PARTIAL)))
			continue;
		if (strcmp(e->d_name + strlen(PARTIAL), r->name) > 0)
			snprintf(r->name, sizeof(r->name), "%s",
				 e->d_name + strlen(PARTIAL));
	}
	if (d)
		closedir(d);
	if (!r->name[0])
		return dlab_fail(err, ENOENT,
				 "there is no unfinished run in %s to resume",
				 runs);
	return 0;
}

static int enter(struct run *r, struct dlab_err *err)
{
	const char *resume = r->req->resume;
	char runs[PATH_MAX], lock[PATH_MAX];
	int ret = 0;

	snprintf(runs, sizeof(runs), "%s/runs", r->req->results);
	if ((mkdir(r->req->results, 0755) && errno != EEXIST) ||
	    (mkdir(runs, 0755) && errno != EEXIST))
		return dlab_fail(err, errno, "cannot make %s: %s", runs,
				 strerror(errno));
	if (!resume)
		ret = new_name(r);
	else if (!strcmp(resume, "last"))
		ret = last_partial(r, runs, err);
	else
		snprintf(r->name, sizeof(r->name), "%s", resume);
	if (ret)
		return ret;
	snprintf(r->dir, sizeof(r->dir), "%s/" PARTIAL "%s", runs, r->name);
	if (resume ? access(r->dir, W_OK) : mkdir(r->dir, 0755))
		return dlab_fail(err, errno, "cannot %s %s: %s",
				 resume ? "resume" : "make", r->dir,
				 strerror(errno));
	snprintf(lock, sizeof(lock), "%s/.lock", r->dir);
	r->lock = open(lock, O_CREAT | O_RDWR | O_CLOEXEC, 0644);
	if (r->lock < 0 || flock(r->lock, LOCK_EX | LOCK_NB))
		return dlab_fail(err, errno, "%s: %s", r->dir,
				 errno == EWOULDBLOCK ?
					 "somebody is at work in it" :
					 strerror(errno));
	return 0;
}

/* ---- run.json */

static int fingerprint(struct run *r, json_t *fp, struct dlab_err *err)
{
	char text[512], path[PATH_MAX];
	json_error_t jerr;
	json_t *kit;
	int ret;

	if (!r->req->kit) {
		struct utsname u;

		uname(&u);
		json_object_set_new(fp, "lab", json_string("native"));
		json_object_set_new(fp, "kernel_release",
				    json_string(u.release));
		json_object_set_new(fp, "kernel_version",
				    json_string(u.version));
		return 0;
	}
	snprintf(path, sizeof(path), "%s/kit.json", r->req->kit);
	kit = json_load_file(path, 0, &jerr);
	if (!json_is_object(kit)) {
		json_decref(kit);
		return dlab_fail(err, ENOENT,
				 "%s: %s; `make kernel` builds kernel and images",
				 path, jerr.text);
	}
	json_object_update(fp, kit);
	json_decref(kit);
	ret = dlab_vm_version(r->req->qemu, text, sizeof(text), err);
	json_object_set_new(fp, "lab", json_string("vm"));
	json_object_set_new(fp, "qemu", json_string(text));
	json_object_set_new(fp, "machine", json_string(DLAB_VM_MACHINE));
	json_object_set_new(fp, "cpu_model", json_string(DLAB_VM_CPU));
	return ret;
}

/* the value of the first line "key<sep>value" of a file, "" if there is none */
static void find_line(const char *path, const char *key, char *out, size_t size)
{
	FILE *f = fopen(path, "re");
	char line[1024], *v;

	out[0] = '\0';
	while (f && !out[0] && fgets(line, sizeof(line), f)) {
		if (strncmp(line, key, strlen(key)))
			continue;
		v = line + strlen(key);
		v += strspn(v, " \t:=\"");
		v[strcspn(v, "\"\n")] = '\0';
		snprintf(out, size, "%s", v);
	}
	if (f)
		fclose(f);
}

static int keep_file(const struct run *r, const char *name, struct dlab_err *err)
{
	char from[PATH_MAX], to[PATH_MAX];
	struct dlab_file file;
	size_t len;
	char *text;
	int ret;

	snprintf(from, sizeof(from), "%s/%s", r->req->kit, name);
	snprintf(to, sizeof(to), "%s/kernel.%s", r->dir, name);
	ret = dlab_file_read(from, &text, &len, err);
	if (ret)
		return ret;
	ret = dlab_file_create(&file, to, err);
	if (!ret) {
		fwrite(text, 1, len, file.f);
		ret = dlab_file_commit(&file, err);
	}
	free(text);
	return ret;
}

/*
 * What is known of the kernel stays with the run: `dlab compare` names the symbols
 * in which two differ, `dlab history` the functions.
 */
static int keep_kernel(const struct run *r, struct dlab_err *err)
{
	int ret = keep_file(r, "config", err);

	if (ret)
		return ret;
	ret = keep_file(r, "functions", err);
	/* kits of older labs have no functions */
	return ret == -ENOENT ? 0 : ret;
}

/* the machine that the lab itself is on */
static json_t *describe_host(void)
{
	char cpu[256], distro[256];
	struct utsname u;

	uname(&u);
	find_line("/proc/cpuinfo", "model name", cpu, sizeof(cpu));
	find_line("/etc/os-release", "PRETTY_NAME", distro, sizeof(distro));
	return json_pack("{s:s, s:i, s:s, s:s}", "cpu", cpu, "cpus",
			 (int)sysconf(_SC_NPROCESSORS_ONLN), "kernel",
			 u.release, "distribution", distro);
}

/* what make was given: no line breaks, which tables and terminals would take */
static json_t *describe_make(const struct dlab_run_request *req)
{
	json_t *words = json_array();

	for (size_t i = 0; i < req->nr_make; i++) {
		char *word = strdup(req->make[i]);

		for (char *c = word; c && *c; c++)
			if ((unsigned char)*c < ' ' || *c == 0x7f)
				*c = ' ';
		json_array_append_new(words, json_string(word));
		free(word);
	}
	return words;
}

/* boots of one run are of one kernel, one compiler, one QEMU */
static int same_fingerprint(const struct run *r, json_t *old, json_t *now,
			    struct dlab_err *err)
{
	const char *key;
	json_t *v;

	json_object_foreach(now, key, v) {
		/* words and plots may have changed, what is measured has not */
		if (strcmp(key, "dlab_commit") &&
		    !json_equal(v, json_object_get(old, key)))
			return dlab_fail(err, EINVAL,
					 "%s was begun with another %s; start a new run",
					 r->name, key);
	}
	return 0;
}

static int begin_meta(struct run *r, struct dlab_err *err)
{
	const struct dlab_plan_request *p = &r->req->plan;
	char path[PATH_MAX], stamp[32];
	json_t *fp = json_object(), *old;
	time_t now = time(NULL);
	struct tm tm;
	int ret = fingerprint(r, fp, err);

	if (ret) {
		json_decref(fp);
		return ret;
	}
	gmtime_r(&now, &tm);
	strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%SZ", &tm);
	snprintf(path, sizeof(path), "%s/run.json", r->dir);
	old = r->req->resume ? json_load_file(path, 0, NULL) : NULL;
	if (old) {
		r->meta = old;
		ret = same_fingerprint(r, json_object_get(old, "fingerprint"),
				       fp, err);
		json_decref(fp);
		return ret;
	}
	r->meta = json_pack("{s:i, s:s, s:s, s:s, s:s, s:s, s:s?, s:s?, s:o, s:o, s:o, s:[]}",
			    "schema", 1, "run", r->name, "suite",
			    p->suite ? p->suite : p->workload, "lab",
			    r->req->kit ? "vm" : "native", "created", stamp,
			    "status", "partial", "topologies", p->topologies,
			    "cases", p->cases, "make", describe_make(r->req),
			    "fingerprint", fp, "host", describe_host(), "boots");
	if (!r->meta)
		return dlab_fail(err, ENOMEM, "out of memory");
	return 0;
}

static int write_meta(struct run *r, struct dlab_err *err)
{
	char path[PATH_MAX], tmp[PATH_MAX];

	snprintf(path, sizeof(path), "%s/run.json", r->dir);
	snprintf(tmp, sizeof(tmp), "%s/.run.json", r->dir);
	if (json_dump_file(r->meta, tmp, JSON_INDENT(1) | JSON_PRESERVE_ORDER) ||
	    rename(tmp, path))
		return dlab_fail(err, EIO, "cannot write %s: %s", path,
				 strerror(errno));
	return 0;
}

static void add_boot(struct run *r, const struct dlab_bootrun *b)
{
	bool vm = r->req->kit;
	char path[PATH_MAX];
	json_t *effective, *taint;

	snprintf(path, sizeof(path), "%s/%s/boot.json", r->dir, b->boot->name);
	effective = json_load_file(path, 0, NULL);
	if (!effective)
		effective = json_object();
	taint = json_object_get(effective, "taint");
	taint = taint ? json_deep_copy(taint) : json_array();
	json_array_append_new(
		json_object_get(r->meta, "boots"),
		json_pack("{s:s, s:s, s:s, s:s?, s:i, s:s, s:s, s:o, s:f, s:b, s:s, s:o}",
			  "name", b->boot->name, "topology", b->topology->name,
			  "kind", dlab_kind_name(b->boot->kind), "about",
			  b->topology->about, "n", (int)b->boot->n, "status",
			  dlab_status_name(b->status), "reason", b->reason,
			  "taint", taint, "wall_s", b->ended_s - b->started_s,
			  /* a guest's clock without KVM tells emulated time */
			  "emulated", vm && !r->env.kvm, "accel",
			  !vm ? "none" :
			  dlab_kind_counts(b->boot->kind) ? "tcg-icount" :
			  r->env.kvm ? "kvm" : "tcg",
			  "effective", effective));
}

static bool have_boot(const struct run *r, const char *name)
{
	size_t i;
	json_t *b;

	json_array_foreach(json_object_get(r->meta, "boots"), i, b)
		if (!strcmp(json_string_value(json_object_get(b, "name")), name))
			return true;
	return false;
}

/* ---- progress */

static bool is_alone(const struct run *r, const struct dlab_planned *boot)
{
	/* a machine as it is booted is one machine; time is measured alone */
	return !r->req->kit || boot->kind == DLAB_TIME;
}

/* What each boot is expected to take. */
static int expect(struct run *r, struct dlab_err *err)
{
	const struct dlab_plan_request *p = &r->req->plan;
	struct dlab_eta_earlier earlier;
	int ret = 0;

	r->eta = calloc(r->plan.nr_boots + 1, sizeof(*r->eta));
	if (!r->eta)
		return dlab_fail(err, ENOMEM, "out of memory");
	dlab_eta_read(r->req->results, p->suite ? p->suite : p->workload,
		      &earlier);
	for (size_t i = 0; !ret && i < r->plan.nr_boots; i++) {
		r->eta[i].alone = is_alone(r, &r->plan.boots[i]);
		ret = dlab_eta_expect(&earlier, &r->plan.boots[i], &r->eta[i]);
	}
	dlab_eta_forget(&earlier);
	return ret ? dlab_fail(err, -ret, "out of memory") : 0;
}

/* How long the rest takes, or NAN. */
static double left_s(const struct run *r, double now)
{
	for (size_t i = 0; i < r->plan.nr_boots; i++) {
		const struct dlab_bootrun *b = &r->boots[i];
		struct dlab_eta_boot *eta = &r->eta[i];
		double end = b->pid > 0 ? now : b->ended_s;

		eta->state = b->pid > 0 ? DLAB_RUNS :
			     b->done_cases == b->boot->cases.nr ? DLAB_ENDED :
								  DLAB_WAITS;
		eta->done = b->done_cases;
		eta->spent_s = end - b->started_s;
		eta->booted_s = b->case_s > 0 ? b->case_s - b->started_s : 0;
		eta->at_s = b->pid > 0 && b->case_s > 0 ? now - b->at_s : 0;
	}
	return dlab_eta_s(r->eta, r->plan.nr_boots, r->req->jobs);
}

static void show_progress(struct run *r)
{
	double now = dlab_monotonic_s(), eta_s;
	size_t done = 0, running = 0;
	const char *what = "";
	char eta[32] = "";

	if (now - r->shown_s < (isatty(STDERR_FILENO) ? 1 : 10))
		return;
	r->shown_s = now;
	for (size_t i = 0; i < r->plan.nr_boots; i++) {
		done += r->boots[i].done_cases;
		if (r->boots[i].pid > 0) {
			running++;
			what = r->boots[i].boot->name;
		}
	}
	eta_s = left_s(r, now);
	if (!isnan(eta_s))
		snprintf(eta, sizeof(eta), ", about %.0f s to go", eta_s);
	fprintf(stderr, "%s%4zu/%zu cases, %.0f s%s  %s%s%s",
		isatty(STDERR_FILENO) ? "\r\033[K" : "", done, r->total_cases,
		now - r->started_s, eta, what, running > 1 ? " and others" : "",
		isatty(STDERR_FILENO) ? "" : "\n");
}

static void show_end(const struct dlab_bootrun *b)
{
	fprintf(stderr, "%s  %-28s %4zu cases  %6.1f s  %s%s%s\n",
		isatty(STDERR_FILENO) ? "\r\033[K" : "", b->boot->name,
		b->boot->cases.nr, b->ended_s - b->started_s,
		dlab_status_name(b->status), b->reason[0] ? ": " : "",
		b->reason);
}

/* ---- the boots */

static bool may_start(const struct run *r, const struct dlab_planned *boot,
		      size_t running, bool alone)
{
	if (is_alone(r, boot))
		return !running;
	return running < r->req->jobs && !alone;
}

static int ended(struct run *r, const struct dlab_bootrun *b,
		 struct dlab_err *err)
{
	show_end(b);
	add_boot(r, b);
	return write_meta(r, err);
}

static int run_boots(struct run *r, struct dlab_err *err)
{
	struct timespec tick = { .tv_nsec = 50000000 };
	size_t next = 0, running = 0;
	bool alone = false;
	int ret = 0;

	while (!interrupted && (next < r->plan.nr_boots || running)) {
		while (next < r->plan.nr_boots) {
			struct dlab_bootrun *b = &r->boots[next];

			if (have_boot(r, b->boot->name)) {
				next++;
				continue;
			}
			if (!may_start(r, b->boot, running, alone))
				break;
			ret = dlab_bootrun_start(b, &r->env, err);
			if (ret > 0)
				ret = ended(r, b, err);
			if (ret)
				return ret;
			if (b->pid <= 0) {
				next++;
				continue;
			}
			alone = b->boot->kind == DLAB_TIME;
			running++;
			next++;
		}
		nanosleep(&tick, NULL);
		for (size_t i = 0; i < next; i++) {
			struct dlab_bootrun *b = &r->boots[i];

			if (b->pid <= 0)
				continue;
			ret = dlab_bootrun_poll(b, &r->env, err);
			if (ret < 0)
				return ret;
			if (!ret)
				continue;
			running--;
			alone = false;
			ret = ended(r, b, err);
			if (ret)
				return ret;
		}
		show_progress(r);
	}
	if (interrupted)
		return dlab_fail(err, EINTR, "interrupted");
	return 0;
}

/* ---- the end */

static int count_outcomes(struct run *r, struct dlab_run_result *res,
			  struct dlab_err *err)
{
	char path[PATH_MAX], line[8192], word[16];
	enum dlab_status status;
	FILE *f;

	for (size_t i = 0; i < r->plan.nr_boots; i++) {
		snprintf(path, sizeof(path), "%s/%s/outcomes.tsv", r->dir,
			 r->plan.boots[i].name);
		f = fopen(path, "re");
		if (!f)
			return dlab_fail(err, errno, "cannot read %s: %s", path,
					 strerror(errno));
		while (fgets(line, sizeof(line), f))
			if (sscanf(line, "%*[^\t]\t%15[^\t]", word) == 1 &&
			    !dlab_status_parse(word, &status))
				res->cases[status]++;
		fclose(f);
	}
	return 0;
}

static int link_latest(const struct run *r, struct dlab_err *err)
{
	char tmp[PATH_MAX], latest[PATH_MAX], target[PATH_MAX];

	snprintf(tmp, sizeof(tmp), "%s/.latest-%d", r->req->results, getpid());
	snprintf(latest, sizeof(latest), "%s/latest", r->req->results);
	snprintf(target, sizeof(target), "runs/%s", r->name);
	if (symlink(target, tmp) || rename(tmp, latest))
		return dlab_fail(err, errno, "cannot point %s at %s: %s",
				 latest, target, strerror(errno));
	return 0;
}

static int summarise(const struct run *r, struct dlab_err *err)
{
	struct dlab_metrics metrics = { 0 };
	struct dlab_summary summary = { 0 };
	char path[PATH_MAX];
	int ret = dlab_metrics_load(r->req->metrics, &metrics, err);

	if (ret)
		return ret;
	snprintf(path, sizeof(path), "%s/summary.tsv", r->dir);
	ret = dlab_stat(r->dir, &metrics, &summary, err);
	if (!ret)
		ret = dlab_summary_write(&summary, path, err);
	dlab_summary_free(&summary);
	dlab_metrics_free(&metrics);
	return ret;
}

static int put_in_place(struct run *r, struct dlab_run_result *res,
			struct dlab_err *err)
{
	char lock[PATH_MAX];
	int ret, fd;
	bool ok;

	ret = count_outcomes(r, res, err);
	if (ret)
		return ret;
	ok = res->cases[DLAB_OK] && !res->cases[DLAB_FAIL] &&
	     !res->cases[DLAB_TIMEOUT] && !res->cases[DLAB_CRASH];
	json_object_set_new(r->meta, "status",
			    json_string(ok ? "ok" : "fail"));
	ret = write_meta(r, err);
	if (!ret)
		ret = summarise(r, err);
	if (ret)
		return ret;
	snprintf(lock, sizeof(lock), "%s/.lock", r->dir);
	unlink(lock);
	snprintf(res->dir, sizeof(res->dir), "%s/runs/%s", r->req->results,
		 r->name);
	fd = open(r->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || syncfs(fd) || rename(r->dir, res->dir))
		ret = dlab_fail(err, errno, "cannot put %s in place: %s",
				res->dir, strerror(errno));
	if (fd >= 0)
		close(fd);
	return ret ? ret : link_latest(r, err);
}

static void probe_kvm(struct run *r)
{
	char dir[PATH_MAX];
	struct dlab_vm vm = {
		.qemu = r->req->qemu,
		.kit = r->req->kit,
		.topology = &r->plan.topologies[0],
		.kind = DLAB_TIME,
		.dir = dir,
	};

	snprintf(dir, sizeof(dir), "%s/.probe", r->dir);
	dlab_remove_tree(dir);
	r->env.kvm = !mkdir(dir, 0755) && dlab_vm_probe_kvm(&vm);
	dlab_remove_tree(dir);
	fprintf(stderr, "  timing guests: %s\n",
		r->env.kvm ? "KVM" :
			     "no KVM that boots here; TCG, times are emulated and not judged");
}

/* Nobody gets figures of this machine under the name of a guest. */
static int check_lab(const struct run *r, struct dlab_err *err)
{
	for (size_t i = 0; i < r->plan.nr_topologies; i++) {
		const struct dlab_topology *t = &r->plan.topologies[i];

		if (t->native && r->req->kit)
			return dlab_fail(err, EINVAL,
					 "topology `%s` is this machine, and --kit is for guests: leave out one",
					 t->name);
		if (!t->native && !r->req->kit)
			return dlab_fail(err, EINVAL,
					 "topology `%s` is a guest, which needs --kit DIR (`make kernel` makes a kit and prints it); this machine is measured with --machine config.local, or --topology native; `make bench` does all of it",
					 t->name);
	}
	return 0;
}

/* what config.local names, before anything is bound or stored */
static int check_machine(const struct run *r, struct dlab_err *err)
{
	const char *path = r->req->machine;
	struct dlab_machine_file m;
	struct dlab_err why;
	int ret;

	if (!path)
		return 0;
	ret = dlab_machine_load(path, &m, err);
	if (ret)
		return ret;
	ret = dlab_machine_find_devices(&m.machine, &why);
	if (ret)
		dlab_fail(err, -ret, "%s: %s", path, why.text);
	dlab_machine_free(&m);
	return ret;
}

/* A run of this machine of which much would be skipped is not begun. */
static int check_module(const struct run *r, struct dlab_err *err)
{
	struct dlab_kmod *k;
	struct dlab_err why;
	size_t nr = 0;

	for (size_t i = 0; i < r->plan.nr_boots; i++) {
		const struct dlab_cases *cases = &r->plan.boots[i].cases;

		for (size_t j = 0; j < cases->nr; j++)
			nr += dlab_driver_find(cases->v[j].driver)->module;
	}
	if (!nr)
		return 0;
	if (!dlab_kmod_open(&k, &why)) {
		dlab_kmod_close(k);
		return 0;
	}
	return dlab_fail(err, EINVAL,
			 "%zu cases need the lab's module on this machine, and %s; `make bench LAB=native` builds and loads it, `make lab-check` says what that takes; nothing was stored",
			 nr, why.text);
}

/* `latest` is the lab's to move: a link.  Anything else there is somebody's. */
static int check_latest(const struct run *r, struct dlab_err *err)
{
	char latest[PATH_MAX];
	struct stat st;

	snprintf(latest, sizeof(latest), "%s/latest", r->req->results);
	if (!lstat(latest, &st) && !S_ISLNK(st.st_mode))
		return dlab_fail(err, EEXIST,
				 "%s is there and no link of the lab's: move it away, or give another directory for results",
				 latest);
	return 0;
}

static int prepare(struct run *r, struct dlab_err *err)
{
	const struct dlab_run_request *req = r->req;
	bool time_boots = false;
	int ret;

	ret = dlab_plan_make(&req->plan, &r->plan, err);
	if (!ret)
		ret = check_latest(r, err);
	if (!ret)
		ret = check_lab(r, err);
	if (!ret && !req->kit)
		ret = check_machine(r, err) ?: check_module(r, err);
	if (!ret)
		ret = enter(r, err);
	if (!ret)
		ret = begin_meta(r, err);
	if (!ret)
		ret = write_meta(r, err);
	if (!ret && req->kit)
		ret = keep_kernel(r, err);
	if (ret)
		return ret;
	r->env = (struct dlab_bootenv){
		.run_dir = r->dir,
		.kit = req->kit,
		.qemu = req->qemu,
		.machine = req->machine,
		.dlab = req->dlab,
		.patience_s = req->patience_s,
	};
	r->boots = calloc(r->plan.nr_boots, sizeof(*r->boots));
	for (size_t i = 0; i < r->plan.nr_boots; i++) {
		struct dlab_planned *boot = &r->plan.boots[i];

		r->boots[i].boot = boot;
		r->boots[i].topology = &r->plan.topologies[boot->topology];
		r->total_cases += boot->cases.nr;
		time_boots |= !dlab_kind_counts(boot->kind);
		if (have_boot(r, boot->name))
			r->boots[i].done_cases = boot->cases.nr;
	}
	if (req->kit && time_boots)
		probe_kvm(r);
	return expect(r, err);
}

/* Return: whether there is something to go on with; if not, nothing is left. */
static bool keep_unfinished(const struct run *r, int ret)
{
	if (r->lock < 0)
		return false;
	if (r->req->resume || json_array_size(json_object_get(r->meta, "boots")) ||
	    (r->boots && ret != -EINVAL))
		return true;
	dlab_remove_tree(r->dir);
	return false;
}

/*
 * scripts/kit.sh throws kits away that nobody has locked, nor used within the hour:
 * who boots this one again after a long run still finds it.
 */
static int keep_kit(const char *kit)
{
	int fd = kit ? open(kit, O_RDONLY | O_CLOEXEC) : -1;

	if (fd >= 0) {
		flock(fd, LOCK_SH);
		futimens(fd, NULL);
	}
	return fd;
}

static void release_kit(int fd)
{
	if (fd < 0)
		return;
	futimens(fd, NULL);
	close(fd);
}

int dlab_run(const struct dlab_run_request *req, struct dlab_run_result *res,
	     struct dlab_err *err)
{
	struct run r = { .req = req, .lock = -1 };
	struct sigaction sa = { .sa_handler = on_signal };
	int kit = keep_kit(req->kit);
	int ret;

	memset(res, 0, sizeof(*res));
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	sigaction(SIGHUP, &sa, NULL);
	r.started_s = dlab_monotonic_s();
	ret = prepare(&r, err);
	if (!ret) {
		fprintf(stderr, "  run %s: %zu boots, %zu cases\n", r.name,
			r.plan.nr_boots, r.total_cases);
		ret = run_boots(&r, err);
		for (size_t i = 0; ret && i < r.plan.nr_boots; i++)
			if (r.boots[i].pid > 0)
				dlab_bootrun_abort(&r.boots[i]);
		if (!ret)
			ret = put_in_place(&r, res, err);
	}
	if (ret && keep_unfinished(&r, ret))
		fprintf(stderr,
			"\n  run %s is unfinished; this goes on with it:\n  %s%s\n",
			r.name, r.req->again, r.name);
	for (size_t i = 0; r.boots && i < r.plan.nr_boots; i++)
		dlab_bootrun_free(&r.boots[i]);
	free(r.boots);
	for (size_t i = 0; r.eta && i < r.plan.nr_boots; i++)
		free(r.eta[i].case_s);
	free(r.eta);
	dlab_plan_free(&r.plan);
	json_decref(r.meta);
	if (r.lock >= 0)
		close(r.lock);
	release_kit(kit);
	return ret;
}
