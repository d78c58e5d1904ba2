/* Runs a fuzz target over files, where there is no fuzzer: each file named on
 * the command line once. */
#include "base/arena.h"
#include "base/buf.h"
#include "base/file.h"

#include <stdint.h>
#include <stdio.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
main(int argc, char **argv)
{
	for (int i = 1; i < argc; i++) {
		struct buf bytes;
		struct err err;

		buf_init(&bytes, 64 * 1024 * 1024);
		if (file_slurp(argv[i], 64 * 1024 * 1024, &bytes, &err) < 0) {
			fprintf(stderr, "%s\n", err.text);
			return 1;
		}
		LLVMFuzzerTestOneInput((const uint8_t *)bytes.p, bytes.n);
		buf_fini(&bytes);
	}
	return 0;
}
