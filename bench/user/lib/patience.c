// SPDX-License-Identifier: GPL-2.0-only
/* How much of its patience has a silent process spent?  Read from /proc. */
#include <dirent.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "patience.h"

#define MOST_BETWEEN_S 2.0

double dlab_monotonic_s(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec + ts.tv_nsec / 1e9;
}

/* Of /proc/PID/stat or /proc/PID/task/TID/stat; false where it has ended. */
static bool read_stat(const char *path, char *state, double *cpu_s)
{
	unsigned long utime, stime;
	char text[1024], *p;
	FILE *f = fopen(path, "re");
	size_t n;

	if (!f)
		return false;
	n = fread(text, 1, sizeof(text) - 1, f);
	fclose(f);
	text[n] = '\0';
	/* the name before it may have brackets and spaces of its own */
	p = strrchr(text, ')');
	if (!p || sscanf(p + 1, " %c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu",
			 state, &utime, &stime) != 3)
		return false;
	*cpu_s = (double)(utime + stime) / (double)sysconf(_SC_CLK_TCK);
	return true;
}

/* Every thread of it sleeps, and waits for nothing that the host owes it. */
static bool is_asleep(pid_t pid)
{
	char path[PATH_MAX], state;
	struct dirent *e;
	bool asleep = true;
	double cpu_s;
	DIR *d;

	snprintf(path, sizeof(path), "/proc/%d/task", (int)pid);
	d = opendir(path);
	while (d && asleep && (e = readdir(d))) {
		if (*e->d_name == '.')
			continue;
		snprintf(path, sizeof(path), "/proc/%d/task/%s/stat", (int)pid,
			 e->d_name);
		asleep = !read_stat(path, &state, &cpu_s) || state == 'S';
	}
	if (d)
		closedir(d);
	return asleep;
}

static double cpu_of(pid_t pid, double otherwise)
{
	char path[64], state;
	double cpu_s;

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	return read_stat(path, &state, &cpu_s) ? cpu_s : otherwise;
}

void dlab_patience_renew(struct dlab_patience *p, pid_t pid)
{
	*p = (struct dlab_patience){
		.pid = pid,
		.looked_s = dlab_monotonic_s(),
		.cpu_s = cpu_of(pid, 0),
	};
}

void dlab_patience_look(struct dlab_patience *p)
{
	double now = dlab_monotonic_s(), wall = now - p->looked_s;
	double cpu = cpu_of(p->pid, p->cpu_s), spent = cpu - p->cpu_s;

	p->wall_s += wall;
	if (wall > MOST_BETWEEN_S)
		wall = MOST_BETWEEN_S;
	/* a machine of two CPUs spends no more than one that has one */
	p->spent_s += spent > wall || is_asleep(p->pid) ? wall : spent;
	p->looked_s = now;
	p->cpu_s = cpu;
}
