// SPDX-License-Identifier: GPL-2.0-only
/* How does a case of a workload become a run of the module? */
#include <errno.h>
#include <string.h>

#include "kmodcase.h"

#define PAGE_BYTES	4096

/* operations before the first that is measured: segments together, and bounds */
#define WARM_SEGS	32768
#define WARM_MIN	64
#define WARM_MAX	1024

int dlab_kmod_take(struct dlab_kmod **kmod, struct dlab_pcibind *binding,
		   const struct dlab_machine *machine, struct dlab_err *err)
{
	int ret;

	memset(binding, 0, sizeof(*binding));
	ret = dlab_kmod_open(kmod, err);
	if (ret)
		return ret;
	if (!machine->borrow) {
		ret = dlab_pcibind_take(binding, machine->dma_device, "dmalab",
					err);
		if (ret)
			goto err_close;
	}
	ret = dlab_kmod_attach(*kmod, machine->dma_device, machine->borrow,
			       err);
	if (ret)
		goto err_give;
	return 0;

err_give:
	dlab_pcibind_give(binding);
err_close:
	dlab_kmod_close(*kmod);
	return ret;
}

void dlab_kmod_give(struct dlab_kmod *kmod, struct dlab_pcibind *binding)
{
	dlab_kmod_close(kmod);
	dlab_pcibind_give(binding);
}

/* the words of a case as the module takes them */
static int fill_case(const struct dlab_case *c, struct dmalab_case *k,
		     struct dlab_err *err)
{
	const char *dir = dlab_case_word(c, "dir");
	const char *segs = dlab_case_word(c, "segs");
	uint64_t v;

	memset(k, 0, sizeof(*k));
	strncpy(k->path, dlab_case_word(c, "path"), sizeof(k->path) - 1);
	strncpy(k->desc, dlab_case_word(c, "desc"), sizeof(k->desc) - 1);
	strncpy(k->mem, dlab_case_word(c, "mem"), sizeof(k->mem) - 1);
	if (dlab_case_uint(c, "offset", 0, PAGE_BYTES - 1, &v, err))
		return -EINVAL;
	k->offset = v;
	if (dlab_case_uint(c, "size", 1, DMALAB_MAX_BYTES, &v, err))
		return -EINVAL;
	k->bytes = v;
	if (!strcmp(segs, "pages"))
		k->segs = (k->offset + k->bytes + PAGE_BYTES - 1) / PAGE_BYTES;
	else if (dlab_case_uint(c, "segs", 1, DMALAB_MAX_SEGS, &v, err))
		return -EINVAL;
	else
		k->segs = v;
	if (!strcmp(dir, "to-device"))
		k->dir = DMALAB_DIR_TO_DEVICE;
	else if (!strcmp(dir, "from-device"))
		k->dir = DMALAB_DIR_FROM_DEVICE;
	else
		return dlab_fail(err, EINVAL,
				 "%s: key `dir` is `%s`, must be to-device or from-device",
				 c->id, dir);
	return 0;
}

/*
 * Until allocators repeat themselves.  Lazy mode takes longest: 256 unmapped
 * IOVAs wait in a flush queue and come back to the caches at once, and the
 * caches are settled when they did so a few times.
 */
static unsigned int warmup_of(unsigned int segs)
{
	unsigned int ops = WARM_SEGS / segs;

	return ops < WARM_MIN ? WARM_MIN : ops > WARM_MAX ? WARM_MAX : ops;
}

int dlab_kmod_fill_run(const struct dlab_case *c, struct dmalab_run *r,
		       struct dlab_err *err)
{
	const char *node = dlab_case_word(c, "node");
	uint64_t v;
	int ret;

	memset(r, 0, sizeof(*r));
	r->size = sizeof(*r);
	r->threads = 1;
	r->node = -1;
	ret = fill_case(c, &r->kase, err);
	if (ret)
		return ret;
	if (!strcmp(dlab_case_word(c, "ops"), "auto")) {
		r->ops = 16384 / r->kase.segs;
		r->ops = r->ops < 64 ? 64 : r->ops > 512 ? 512 : r->ops;
	} else if (dlab_case_uint(c, "ops", 1, DMALAB_MAX_OPS, &v, err)) {
		return -EINVAL;
	} else {
		r->ops = v;
	}
	if (!strcmp(dlab_case_word(c, "warmup"), "auto"))
		r->warmup = warmup_of(r->kase.segs);
	else if (dlab_case_uint(c, "warmup", 0, DMALAB_MAX_OPS, &v, err))
		return -EINVAL;
	else
		r->warmup = v;
	if (strcmp(node, "any")) {
		if (dlab_case_uint(c, "node", 0, 1023, &v, err))
			return -EINVAL;
		r->node = v;
	}
	return 0;
}
