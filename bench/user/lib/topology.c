// SPDX-License-Identifier: GPL-2.0-only
/* Which machine does a topology file describe, and what does it promise? */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inifile.h"
#include "nearest.h"
#include "topology.h"

static int set_word(char **word, const char *key, const char *value,
		    struct dlab_err *err)
{
	if (*word)
		return dlab_fail(err, EINVAL, "key `%s` is given twice", key);
	*word = strdup(value);
	return 0;
}

static int on_lab(struct dlab_topology *t, const char *value,
		  struct dlab_err *err)
{
	if (strcmp(value, "vm") && strcmp(value, "native"))
		return dlab_fail(err, EINVAL,
				 "unknown lab `%s`; there are vm and native",
				 value);
	t->native = !strcmp(value, "native");
	return 0;
}

static int on_vm(struct dlab_topology *t, const char *key, const char *value,
		 struct dlab_err *err)
{
	if (!strcmp(key, "iommu"))
		return set_word(&t->iommu, key, value, err);
	if (!strcmp(key, "device"))
		return set_word(&t->device, key, value, err);
	if (!strcmp(key, "cmdline"))
		return set_word(&t->cmdline, key, value, err);
	if (!strcmp(key, "ats")) {
		if (strcmp(value, "on") && strcmp(value, "off"))
			return dlab_fail(err, EINVAL,
					 "key `ats` is `%s`, must be on or off",
					 value);
		return set_word(&t->ats, key, value, err);
	}
	return dlab_fail(err, EINVAL,
			 "unknown key `%s` in [vm]; there are iommu, device, ats and cmdline",
			 key);
}

static int on_key(void *user, const char *section, const char *key,
		  const char *value, struct dlab_err *err)
{
	struct dlab_topology *t = user;

	if (!strcmp(section, "vm"))
		return on_vm(t, key, value, err);
	if (!strcmp(section, "expect")) {
		if (t->nr_expect == DLAB_MAX_EXPECT)
			return dlab_fail(err, E2BIG,
					 "more than %d keys in [expect]",
					 DLAB_MAX_EXPECT);
		t->expect[t->nr_expect].key = strdup(key);
		t->expect[t->nr_expect++].value = strdup(value);
		return 0;
	}
	if (strcmp(section, "topology"))
		return dlab_fail(err, EINVAL,
				 "unknown section [%s]; there are [topology], [vm] and [expect]",
				 section);
	if (!strcmp(key, "about"))
		return set_word(&t->about, key, value, err);
	if (!strcmp(key, "lab"))
		return on_lab(t, value, err);
	return dlab_fail(err, EINVAL,
			 "unknown key `%s` in [topology]; there are about and lab",
			 key);
}

static void no_topology(const char *dir, const char *name, struct dlab_err *err)
{
	struct dlab_nearest n;

	dlab_nearest_begin(&n, name, "; `dlab list --topologies` shows them");
	dlab_nearest_offer_files(&n, dir, "topology/*.conf");
	dlab_fail(err, ENOENT, "no topology `%s` in %s/topology%s", name, dir,
		  n.text);
}

int dlab_topology_load(const char *dir, const char *name,
		       struct dlab_topology *out, struct dlab_err *err)
{
	char path[PATH_MAX];
	int ret;

	memset(out, 0, sizeof(*out));
	out->name = strdup(name);
	snprintf(path, sizeof(path), "%s/topology/%s.conf", dir, name);
	ret = dlab_ini_read(path, on_key, out, err);
	if (ret == -ENOENT)
		no_topology(dir, name, err);
	else if (!ret && out->native == !!out->device)
		ret = dlab_fail(err, EINVAL,
				out->native ?
					"%s: lab is native, so [vm] must not be there" :
					"%s: [vm] lacks `device`",
				path);
	if (ret)
		dlab_topology_free(out);
	return ret;
}

void dlab_topology_free(struct dlab_topology *t)
{
	free(t->name);
	free(t->about);
	free(t->iommu);
	free(t->device);
	free(t->ats);
	free(t->cmdline);
	for (size_t i = 0; i < t->nr_expect; i++) {
		free(t->expect[i].key);
		free(t->expect[i].value);
	}
	memset(t, 0, sizeof(*t));
}
