// SPDX-License-Identifier: GPL-2.0-only
/* sysfs says which interrupts a device has, /proc/interrupts who took them. */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "io/irqcpus.h"

static bool add_dir(struct dlab_irqs *irqs, const char *path)
{
	struct dirent *entry;
	DIR *dir = opendir(path);

	if (!dir)
		return false;
	while (irqs->nr < DLAB_MAX_IRQS && (entry = readdir(dir)))
		if (isdigit((unsigned char)entry->d_name[0]))
			irqs->irq[irqs->nr++] =
				(unsigned int)strtoul(entry->d_name, NULL, 10);
	closedir(dir);
	return true;
}

int dlab_irqs_of(struct dlab_irqs *irqs, int fd, struct dlab_err *err)
{
	char path[PATH_MAX], node[64], msi[PATH_MAX + 16];
	struct stat st;
	char *slash;

	irqs->nr = 0;
	if (fstat(fd, &st))
		return dlab_fail(err, errno, "stat a device: %s",
				 strerror(errno));
	snprintf(node, sizeof(node), "/sys/dev/%s/%u:%u",
		 S_ISBLK(st.st_mode) ? "block" : "char", major(st.st_rdev),
		 minor(st.st_rdev));
	if (!realpath(node, path))
		return dlab_fail(err, errno, "find %s: %s (is sysfs mounted?)",
				 node, strerror(errno));
	/* the namespace lies below its controller, that below its PCI device */
	while ((slash = strrchr(path, '/')) && slash != path) {
		snprintf(msi, sizeof(msi), "%s/msi_irqs", path);
		if (add_dir(irqs, msi))
			break;
		*slash = '\0';
	}
	return 0;
}

static bool is_ours(const struct dlab_irqs *irqs, unsigned long irq)
{
	for (size_t i = 0; i < irqs->nr; i++)
		if (irqs->irq[i] == irq)
			return true;
	return false;
}

/* The CPU numbers of the columns: "     CPU0   CPU2". */
static size_t parse_cpus(const char *line, unsigned int *cpus)
{
	size_t nr = 0;

	while (nr < CPU_SETSIZE) {
		char *end;
		unsigned long cpu;

		line += strspn(line, " ");
		if (strncmp(line, "CPU", 3))
			break;
		cpu = strtoul(line + 3, &end, 10);
		if (end == line + 3 || cpu >= CPU_SETSIZE)
			break;
		cpus[nr++] = (unsigned int)cpu;
		line = end;
	}
	return nr;
}

int dlab_irqs_parse(const struct dlab_irqs *irqs, const char *text,
		    struct dlab_irq_counts *counts)
{
	unsigned int cpus[CPU_SETSIZE];
	size_t nr = parse_cpus(text, cpus);
	const char *line = strchr(text, '\n');

	memset(counts, 0, sizeof(*counts));
	if (!nr)
		return -EINVAL;
	for (; line; line = strchr(line, '\n')) {
		unsigned long irq;
		char *at;

		irq = strtoul(++line, &at, 10);
		if (at == line || *at != ':' || !is_ours(irqs, irq))
			continue;
		at++;
		for (size_t i = 0; i < nr; i++) {
			char *end;
			unsigned long long n;

			/* not strtoull()'s own skipping: it would cross lines */
			at += strspn(at, " ");
			if (!isdigit((unsigned char)*at))
				break;
			n = strtoull(at, &end, 10);
			counts->on_cpu[cpus[i]] += n;
			at = end;
		}
	}
	return 0;
}

static char *slurp(const char *path)
{
	FILE *f = fopen(path, "re");
	char *text = NULL;
	size_t size = 0;

	if (!f)
		return NULL;
	if (getdelim(&text, &size, '\0', f) < 0) {
		free(text);
		text = NULL;
	}
	fclose(f);
	return text;
}

int dlab_irqs_count(const struct dlab_irqs *irqs,
		    struct dlab_irq_counts *counts, struct dlab_err *err)
{
	char *text = slurp("/proc/interrupts");
	int ret;

	if (!text)
		return dlab_fail(err, errno, "read /proc/interrupts: %s",
				 strerror(errno));
	ret = dlab_irqs_parse(irqs, text, counts);
	free(text);
	if (ret)
		return dlab_fail(err, -ret,
				 "/proc/interrupts does not name its CPUs");
	return 0;
}

void dlab_irqs_cpus(const struct dlab_irq_counts *from,
		    const struct dlab_irq_counts *to, cpu_set_t *cpus)
{
	for (int cpu = 0; cpu < CPU_SETSIZE; cpu++)
		if (to->on_cpu[cpu] != from->on_cpu[cpu])
			CPU_SET(cpu, cpus);
}
