/* walk DIR: stat every file below DIR with two threads, and print what that took. */
#include "tree.h"

#include <err.h>
#include <stdio.h>

struct tally {
	long files, bytes;
};

static void
file_count(void *ctx, int worker, int dir, const char *name, const struct stat *st)
{
	struct tally *tally = ctx;
	(void)dir, (void)name;
	tally[worker].files++;
	tally[worker].bytes += st->st_size;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: walk DIR");

	struct tally tally[TREE_THREADS] = {0};
	double start = tree_seconds();
	tree_walk(argv[1], file_count, tally);
	printf("%.6f s, %ld files, %ld bytes\n", tree_seconds() - start,
	    tally[0].files + tally[1].files, tally[0].bytes + tally[1].bytes);
	return 0;
}
