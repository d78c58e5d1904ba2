/*
 * floor DIR: what any program must do that reads an archive: every byte once,
 * SHA-256 over it, and the events of the front matter by libyaml, with two
 * threads. Prints what that took.
 */
#include "tree.h"

#include <err.h>
#include <fcntl.h>
#include <openssl/evp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <yaml.h>

struct reader {
	EVP_MD_CTX *md;
	unsigned char *text;
	size_t size;
	long files, bytes, events;
	unsigned char sum; /* so that no digest is unused */
};

static long
yaml_events(const unsigned char *text, size_t n)
{
	yaml_parser_t parser;
	yaml_event_t event;
	long events = 0;

	if (!yaml_parser_initialize(&parser))
		errx(1, "yaml_parser_initialize");
	yaml_parser_set_input_string(&parser, text, n);
	for (bool end = false; !end; events++) {
		if (!yaml_parser_parse(&parser, &event))
			break;
		end = event.type == YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
	return events;
}

static void
file_read(void *ctx, int worker, int dir, const char *name, const struct stat *st)
{
	struct reader *r = (struct reader *)ctx + worker;
	size_t size = (size_t)st->st_size;

	if (size > r->size) {
		r->size = size * 2;
		r->text = realloc(r->text, r->size);
		if (!r->text)
			err(1, "realloc");
	}
	int fd = openat(dir, name, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, r->text, size) != (ssize_t)size)
		err(1, "%s", name);
	close(fd);

	unsigned char digest[EVP_MAX_MD_SIZE];
	EVP_DigestInit_ex(r->md, EVP_sha256(), NULL);
	EVP_DigestUpdate(r->md, r->text, size);
	EVP_DigestFinal_ex(r->md, digest, NULL);
	r->sum ^= digest[0];

	unsigned char *end = NULL;
	if (size > 4 && memcmp(r->text, "---\n", 4) == 0)
		end = memmem(r->text + 4, size - 4, "\n---\n", 5);
	if (end)
		r->events += yaml_events(r->text + 4, (size_t)(end - r->text) - 3);
	r->files++;
	r->bytes += st->st_size;
}

int
main(int argc, char **argv)
{
	if (argc != 2)
		errx(2, "usage: floor DIR");

	double start = tree_seconds();
	struct reader r[TREE_THREADS] = {0};
	for (int i = 0; i < TREE_THREADS; i++)
		r[i].md = EVP_MD_CTX_new();
	tree_walk(argv[1], file_read, r);
	printf("%.6f s, %ld files, %ld bytes, %ld events, sum %02x\n",
	    tree_seconds() - start, r[0].files + r[1].files, r[0].bytes + r[1].bytes,
	    r[0].events + r[1].events, (unsigned)(r[0].sum ^ r[1].sum));
	for (int i = 0; i < TREE_THREADS; i++) {
		EVP_MD_CTX_free(r[i].md);
		free(r[i].text);
	}
	return 0;
}
