// SPDX-License-Identifier: GPL-2.0-only
/* Whole files: read into memory, written atomically. */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "file.h"

#define MAX_BYTES (1L << 30)

int dlab_file_read(const char *path, char **buf, size_t *len,
		   struct dlab_err *err)
{
	struct stat st;
	size_t got = 0;
	char *b = NULL;
	int ret = 0;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return dlab_fail(err, errno, "open %s: %s", path,
				 strerror(errno));
	if (fstat(fd, &st) < 0) {
		ret = dlab_fail(err, errno, "stat %s: %s", path,
				strerror(errno));
		goto out_close;
	}
	if (!S_ISREG(st.st_mode)) {
		ret = dlab_fail(err, EINVAL, "%s is not a regular file", path);
		goto out_close;
	}
	if (st.st_size > MAX_BYTES) {
		ret = dlab_fail(err, EFBIG, "%s is larger than 1 GiB", path);
		goto out_close;
	}
	b = malloc((size_t)st.st_size + 1);
	if (!b) {
		ret = dlab_fail(err, ENOMEM, "%s: out of memory", path);
		goto out_close;
	}
	while (got < (size_t)st.st_size) {
		ssize_t n = read(fd, b + got, (size_t)st.st_size - got);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			ret = dlab_fail(err, errno, "read %s: %s", path,
					strerror(errno));
			goto out_close;
		}
		if (!n)
			break;
		got += (size_t)n;
	}
	b[got] = '\0';
	*buf = b;
	*len = got;
	b = NULL;

out_close:
	free(b);
	close(fd);
	return ret;
}

int dlab_file_create(struct dlab_file *file, const char *path,
		     struct dlab_err *err)
{
	int fd;

	memset(file, 0, sizeof(*file));
	file->path = strdup(path);
	if (!file->path || asprintf(&file->tmp, "%s.XXXXXX", path) < 0) {
		free(file->path);
		return dlab_fail(err, ENOMEM, "%s: out of memory", path);
	}
	fd = mkostemp(file->tmp, O_CLOEXEC);
	if (fd >= 0)
		file->f = fdopen(fd, "w");
	if (!file->f) {
		int ret = dlab_fail(err, errno, "create %s: %s", path,
				    strerror(errno));

		if (fd >= 0) {
			close(fd);
			unlink(file->tmp);
		}
		free(file->tmp);
		free(file->path);
		return ret;
	}
	fchmod(fd, 0644);
	return 0;
}

/* A rename is on disk only when its directory is. */
static int sync_dir_of(const char *path)
{
	char *copy = strdup(path);
	int ret = 0;
	int fd;

	if (!copy)
		return -ENOMEM;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || fsync(fd) < 0)
		ret = -errno;
	if (fd >= 0)
		close(fd);
	free(copy);
	return ret;
}

int dlab_file_commit(struct dlab_file *file, struct dlab_err *err)
{
	int ret = 0;

	if (ferror(file->f) || fflush(file->f) || fsync(fileno(file->f)))
		ret = dlab_fail(err, errno ? errno : EIO, "write %s: %s",
				file->path, strerror(errno ? errno : EIO));
	else if (rename(file->tmp, file->path))
		ret = dlab_fail(err, errno, "rename %s to %s: %s", file->tmp,
				file->path, strerror(errno));
	if (ret) {
		dlab_file_abandon(file);
		return ret;
	}
	ret = sync_dir_of(file->path);
	if (ret)
		dlab_fail(err, -ret, "sync the directory of %s: %s", file->path,
			  strerror(-ret));
	fclose(file->f);
	free(file->tmp);
	free(file->path);
	return ret;
}

void dlab_file_abandon(struct dlab_file *file)
{
	fclose(file->f);
	unlink(file->tmp);
	free(file->tmp);
	free(file->path);
	memset(file, 0, sizeof(*file));
}

int dlab_file_room(const char *dir, long bytes, struct dlab_err *err)
{
	char *path;
	int fd, ret;

	if (asprintf(&path, "%s/.room-XXXXXX", dir) < 0)
		return dlab_fail(err, ENOMEM, "out of memory");
	fd = mkostemp(path, O_CLOEXEC);
	ret = fd < 0 ? errno : posix_fallocate(fd, 0, bytes);
	if (fd >= 0) {
		close(fd);
		unlink(path);
	}
	free(path);
	if (!ret)
		return 0;
	return dlab_fail(err, ret, "no room for %ld MB in %s: %s",
			 bytes >> 20, dir, strerror(ret));
}
