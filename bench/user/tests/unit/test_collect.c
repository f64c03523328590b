// SPDX-License-Identifier: GPL-2.0-only
/* Is what a guest shipped unpacked, and quietly? */
#include <unistd.h>

#include "bootrun.h"
#include "test.h"
#include "vm.h"

/* dlab_vm_collect() with what it and its programs say on standard error. */
static int collect(const char *dir, char *said, size_t size)
{
	char path[] = "/tmp/dlab-said-XXXXXX";
	int fd = mkstemp(path), stderr_fd = dup(STDERR_FILENO), ret;
	ssize_t len;

	dup2(fd, STDERR_FILENO);
	ret = dlab_vm_collect(dir, NULL);
	dup2(stderr_fd, STDERR_FILENO);
	len = pread(fd, said, size - 1, 0);
	said[len > 0 ? len : 0] = '\0';
	close(stderr_fd);
	close(fd);
	unlink(path);
	return ret;
}

static void a_guest_whose_clock_is_ahead_is_no_news(void)
{
	char dir[] = "/tmp/dlab-collect-XXXXXX", said[256], path[64];

	CHECK(mkdtemp(dir) && !chdir(dir));
	CHECK(!system("echo x >samples.tsv && touch -d '+1 year' samples.tsv && tar -czf results.tar.gz samples.tsv && rm samples.tsv"));
	CHECK(collect(dir, said, sizeof(said)) == 0);
	CHECK_STR(said, "");
	snprintf(path, sizeof(path), "%s/samples.tsv", dir);
	CHECK(!access(path, R_OK));
	CHECK(!chdir("/"));
	dlab_remove_tree(dir);
}

static void nothing_shipped_is_no_data(void)
{
	char dir[] = "/tmp/dlab-collect-XXXXXX", said[256];

	CHECK(mkdtemp(dir) != NULL);
	CHECK(collect(dir, said, sizeof(said)) == -ENODATA);
	dlab_remove_tree(dir);
}

int main(void)
{
	RUN(a_guest_whose_clock_is_ahead_is_no_news);
	RUN(nothing_shipped_is_no_data);
	return test_end();
}
