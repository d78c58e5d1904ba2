/*
 * err: why an operation failed, as one finished sentence.
 *
 * A function that can fail takes a `struct err *` last and returns -1 after
 * filling it. The callee writes what happened; each caller on the way up may
 * put its own context in front, so that the reader sees
 *
 *     feed tags: public/tag/a.atom: cannot write: No space left on device
 *
 * An err is plain caller's storage; nothing in it needs freeing.
 */
#ifndef BASE_ERR_H
#define BASE_ERR_H

enum err_kind {
	ERR_NONE,
	ERR_IO,      /* the system refused: open, read, write, fsync, rename */
	ERR_INPUT,   /* bytes that are not what they should be */
	ERR_CONFIG,  /* the operator has to change the configuration or the call */
	ERR_LIMIT,   /* a configured ceiling was reached */
	ERR_BUSY,    /* somebody else holds the lock */
	ERR_LEDGER,  /* the ledger is damaged, or newer than this program */
	ERR_STOPPED, /* somebody asked for it */
	ERR_PROOF,   /* a document failed its proof and was not published */
};

struct err {
	enum err_kind kind;
	char text[768];
};

/* Fill `err` and return -1. `fmt` is a sentence without final full stop. */
int err_set(struct err *err, enum err_kind kind, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* As err_set with ERR_IO, and ": " plus the text of errno at the end. */
int err_errno(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Put "CONTEXT: " in front of the sentence; the kind stays. Returns -1. */
int err_prefix(struct err *err, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
