#include "output/sink.h"

static int
stage(void *ctx, const char *path, struct slice bytes, int64_t mtime, struct arena *arena,
    struct staged *staged, struct err *err)
{
	return file_stage(ctx, path, bytes, mtime, arena, staged, err);
}

static int
put(void *ctx, const struct staged *staged, struct err *err)
{
	return file_commit(ctx, staged, err);
}

static void
abandon(void *ctx, const struct staged *staged)
{
	file_abandon(ctx, staged);
}

static int
head(void *ctx, const char *path, struct sink_head *head, struct err *err)
{
	struct file_stat st;
	int rc = file_stat(ctx, path, &st, err);

	if (rc <= 0 || !st.regular)
		return rc < 0 ? -1 : 0;
	*head = (struct sink_head){st.size, st.mtime_ns / 1000000000};
	return 1;
}

static int
remove_file(void *ctx, const char *path, struct err *err)
{
	return file_remove(ctx, path, err);
}

static int
barrier(void *ctx, const struct staged *staged, size_t n, bool put, struct err *err)
{
	return file_flush(ctx, staged, n, put, err);
}

struct sink
sink_files(struct root *root)
{
	return (struct sink){
	    .ctx = root,
	    .stage = stage,
	    .put = put,
	    .abandon = abandon,
	    .head = head,
	    .remove = remove_file,
	    .barrier = barrier,
	};
}
