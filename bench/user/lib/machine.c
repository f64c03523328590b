// SPDX-License-Identifier: GPL-2.0-only
/* What may the lab use on this machine, and what is really in effect? */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "casestate.h"
#include "inifile.h"
#include "kmod.h"
#include "machine.h"
#include "nearest.h"
#include "pcibind.h"
#include "sysfs.h"

static int set_word(const char **word, const char *key, const char *value,
		    struct dlab_err *err)
{
	if (*word)
		return dlab_fail(err, EINVAL, "key `%s` is given twice", key);
	*word = strdup(value);
	return *word ? 0 : dlab_fail(err, ENOMEM, "out of memory");
}

/* As sysfs names it: 0000:41:00.0. */
static int check_address(const char *value, struct dlab_err *err)
{
	static const char form[] = "hhhh:hh:hh.o";
	static const char *const digits[] = {
		['h'] = "0123456789abcdef",
		['o'] = "01234567",
	};
	bool with_domain = strlen(value) == strlen(form);
	const char *f = with_domain ? form : form + strlen("hhhh:");
	size_t i = 0;

	while (f[i] && value[i] &&
	       (f[i] == value[i] ||
		(digits[(int)f[i]] && strchr(digits[(int)f[i]], value[i]))))
		i++;
	if (f[i] || value[i])
		return dlab_fail(err, EINVAL,
				 "key `dma_device` is `%s`, must be a PCI address as `lspci -D` shows it, such as 0000:41:00.0",
				 value);
	if (!with_domain)
		return dlab_fail(err, EINVAL,
				 "key `dma_device` is `%s`, which lacks the PCI domain; did you mean `0000:%s`?",
				 value, value);
	return 0;
}

static int on_borrow(struct dlab_machine *m, const char *value,
		     struct dlab_err *err)
{
	if (strcmp(value, "yes") && strcmp(value, "no"))
		return dlab_fail(err, EINVAL,
				 "key `borrow` is `%s`, must be yes or no",
				 value);
	m->borrow = !strcmp(value, "yes");
	return 0;
}

static int on_machine(struct dlab_machine *m, const char *key,
		      const char *value, struct dlab_err *err)
{
	static const char *const keys[] = { "dma_device", "borrow", "nvme_blk",
					    "nvme_char" };
	struct dlab_nearest n;

	if (!strcmp(key, "dma_device"))
		return check_address(value, err) ?:
			       set_word(&m->dma_device, key, value, err);
	if (!strcmp(key, "nvme_blk"))
		return set_word(&m->nvme_blk, key, value, err);
	if (!strcmp(key, "nvme_char"))
		return set_word(&m->nvme_char, key, value, err);
	if (!strcmp(key, "borrow"))
		return on_borrow(m, value, err);
	dlab_nearest_begin(
		&n, key,
		"; there are dma_device, borrow, nvme_blk and nvme_char");
	for (size_t i = 0; i < sizeof(keys) / sizeof(*keys); i++)
		dlab_nearest_offer(&n, keys[i]);
	return dlab_fail(err, EINVAL, "unknown key `%s` in [machine]%s", key,
			 n.text);
}

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct dlab_machine_file *m = user;
	struct dlab_nearest n;

	if (!strcmp(section, "machine"))
		return on_machine(&m->machine, key, value, err);
	if (strcmp(section, "expect")) {
		dlab_nearest_begin(&n, section,
				   "; there are [machine] and [expect]");
		dlab_nearest_offer(&n, "machine");
		dlab_nearest_offer(&n, "expect");
		return dlab_fail(err, EINVAL, "unknown section [%s]%s", section,
				 n.text);
	}
	if (m->nr_expect == DLAB_MAX_EXPECT)
		return dlab_fail(err, E2BIG, "more than %d keys in [expect]",
				 DLAB_MAX_EXPECT);
	m->expect[m->nr_expect].key = strdup(key);
	m->expect[m->nr_expect++].value = strdup(value);
	return 0;
}

int dlab_machine_load(const char *path, struct dlab_machine_file *out,
		      struct dlab_err *err)
{
	int ret;

	memset(out, 0, sizeof(*out));
	ret = dlab_ini_read(path, on_key, out, err);
	if (!ret && out->machine.borrow && !out->machine.dma_device)
		ret = dlab_fail(err, EINVAL,
				"%s: borrow = yes needs a dma_device", path);
	if (ret)
		dlab_machine_free(out);
	return ret;
}

static int check_node(const char *key, const char *path, mode_t type,
		      struct dlab_err *err)
{
	struct stat st;

	if (!path)
		return 0;
	if (stat(path, &st))
		return dlab_fail(err, EINVAL, "%s = %s: %s", key, path,
				 strerror(errno));
	if ((st.st_mode & S_IFMT) != type)
		return dlab_fail(err, EINVAL, "%s = %s is no %s device", key,
				 path, type == S_IFBLK ? "block" : "character");
	return 0;
}

int dlab_machine_find_devices(const struct dlab_machine *m,
			      struct dlab_err *err)
{
	char path[PATH_MAX];

	if (m->dma_device)
		snprintf(path, sizeof(path), "/sys/bus/pci/devices/%s",
			 m->dma_device);
	if (m->dma_device && access(path, F_OK))
		return dlab_fail(err, EINVAL,
				 "dma_device = %s: there is no such PCI device; `lspci -D` shows those there are",
				 m->dma_device);
	return check_node("nvme_blk", m->nvme_blk, S_IFBLK, err) ?:
		       check_node("nvme_char", m->nvme_char, S_IFCHR, err);
}

void dlab_machine_free(struct dlab_machine_file *m)
{
	free((char *)m->machine.dma_device);
	free((char *)m->machine.nvme_blk);
	free((char *)m->machine.nvme_char);
	for (size_t i = 0; i < m->nr_expect; i++) {
		free(m->expect[i].key);
		free(m->expect[i].value);
	}
	memset(m, 0, sizeof(*m));
}

static void describe_kmod(json_t *o, const struct dlab_machine *m)
{
	static const struct {
		unsigned int bit;
		const char *name;
	} taints[] = {
		{ DMALAB_TAINT_KASAN, "kasan" },
		{ DMALAB_TAINT_LOCKDEP, "lockdep" },
		{ DMALAB_TAINT_DMA_DEBUG, "dma-debug" },
		{ DMALAB_TAINT_KCOV, "kcov" },
	};
	const struct dmalab_info *i;
	struct dlab_pcibind binding = { 0 };
	struct dlab_kmod *k;
	json_t *taint = json_array();

	json_object_set_new(o, "taint", taint);
	if (dlab_kmod_open(&k, NULL))
		return;
	if (m->borrow ||
	    !dlab_pcibind_take(&binding, m->dma_device, "dmalab", NULL))
		dlab_kmod_attach(k, m->dma_device, m->borrow, NULL);
	i = dlab_kmod_info(k);
	json_object_set_new(o, "device", json_string(i->device));
	json_object_set_new(o, "domain", json_string(i->domain));
	json_object_set_new(o, "iommu", json_string(i->iommu));
	json_object_set_new(o, "aperture_bits", json_integer(i->aperture_bits));
	json_object_set_new(o, "ats", json_integer(i->ats));
	json_object_set_new(o, "granule_bytes", json_integer(i->granule_bytes));
	json_object_set_new(o, "loop_insns", json_integer(i->loop_insns));
	json_object_set_new(o, "loop_ticks", json_integer(i->loop_ticks));
	for (size_t t = 0; t < sizeof(taints) / sizeof(*taints); t++)
		if (i->taint & taints[t].bit)
			json_array_append_new(taint,
					      json_string(taints[t].name));
	if (!m->borrow && !dlab_case_state_set(m->dma_device, NULL))
		json_object_set_new(o, "case_state",
				    json_integer(DLAB_CASE_STATE));
	dlab_kmod_close(k);
	dlab_pcibind_give(&binding);
}

/*
 * What a parameter of a kernel driver makes of the machine.  Told only where it
 * is on: kernels without the parameter are no different.
 */
static const struct parameter {
	const char *key, *value;
	const char *name;
	const char *file;
} parameters[] = {
	{ "coherent_walks", "1", "intel_iommu.coherent_walks",
	  "/sys/module/intel_iommu/parameters/coherent_walks" },
	{ "nvme_sgl", "hidden", "nvme.hide_sgl",
	  "/sys/module/nvme/parameters/hide_sgl" },
};

#define NR_PARAMETERS (sizeof(parameters) / sizeof(*parameters))

static void describe_parameters(json_t *o)
{
	char line[8];

	for (size_t i = 0; i < NR_PARAMETERS; i++) {
		dlab_sysfs_line(parameters[i].file, line, sizeof(line));
		if (!strcmp(line, "Y"))
			json_object_set_new(o, parameters[i].key,
					    json_string(parameters[i].value));
	}
}

/* the parameter behind a promise that this kernel has no means to keep */
static const struct parameter *lacks(const char *key)
{
	for (size_t i = 0; i < NR_PARAMETERS; i++)
		if (!strcmp(key, parameters[i].key) &&
		    access(parameters[i].file, F_OK))
			return &parameters[i];
	return NULL;
}

json_t *dlab_machine_describe(const struct dlab_machine *m)
{
	char path[PATH_MAX], line[4096];
	json_t *o = json_object();
	struct utsname u;

	uname(&u);
	json_object_set_new(o, "kernel_release", json_string(u.release));
	json_object_set_new(o, "kernel_version", json_string(u.version));
	dlab_sysfs_line("/proc/cmdline", line, sizeof(line));
	json_object_set_new(o, "cmdline", json_string(line));
	json_object_set_new(o, "cpus", json_integer(sysconf(_SC_NPROCESSORS_ONLN)));
	dlab_sysfs_line("/sys/devices/system/clocksource/clocksource0/current_clocksource",
		   line, sizeof(line));
	json_object_set_new(o, "clocksource", json_string(line));
	describe_parameters(o);
	if (m->dma_device) {
		snprintf(path, sizeof(path),
			 "/sys/bus/pci/devices/%s/iommu_group/type",
			 m->dma_device);
		dlab_sysfs_line(path, line, sizeof(line));
		json_object_set_new(o, "group_type",
				    json_string(*line ? line : "none"));
		describe_kmod(o, m);
	}
	return o;
}

int dlab_machine_check(const struct dlab_machine_file *m,
		       const json_t *effective, struct dlab_err *err)
{
	for (size_t i = 0; i < m->nr_expect; i++) {
		const struct dlab_expect *e = &m->expect[i];
		const json_t *v = json_object_get(effective, e->key);
		const struct parameter *p = v ? NULL : lacks(e->key);
		char got[256];

		if (p)
			return dlab_fail(err, EOPNOTSUPP,
					 "the topology needs a kernel with the parameter %s, which this one lacks (KERNEL=base?)",
					 p->name);
		if (json_is_string(v))
			snprintf(got, sizeof(got), "%s", json_string_value(v));
		else if (json_is_integer(v))
			snprintf(got, sizeof(got), "%lld",
				 (long long)json_integer_value(v));
		else
			snprintf(got, sizeof(got), "not known");
		if (strcmp(got, e->value))
			return dlab_fail(err, EPROTO,
					 "topology and kit promise %s = %s, the machine has %s",
					 e->key, e->value, got);
	}
	return 0;
}
