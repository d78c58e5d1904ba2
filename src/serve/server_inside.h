/*
 * server_inside: what the parts of the server share. Only server*.c include it.
 *
 *     server.c         open, close, replace the catalog, look at the counters
 *     server_loop.c    a thread: accept, wait, hold, and who took too long
 *     server_answer.c  a request answered
 *     server_held.c    documents, ready to be sent
 *     server_delta.c   of a feed only what a client lacks
 *     server_hand.c    a request handed over to a loop, for push/listener.h
 */
#ifndef SERVE_SERVER_INSIDE_H
#define SERVE_SERVER_INSIDE_H

#include "serve/delta.h"
#include "serve/guard.h"
#include "serve/kept.h"
#include "serve/reply.h"
#include "serve/server.h"

#include <microhttpd.h>
#include <pthread.h>
#include <stdatomic.h>

enum {
	HELD = 512, /* answers that each thread keeps ready; a power of two */
	DELTA_PACKED = 128 * 1024, /* bytes that are compressed while somebody waits */
	DELTAS_KEPT = 64,          /* none longer than that */
};

/* An answer that is ready: the descriptor of its file is the response's. */
struct held {
	const struct item *item; /* NULL: none */
	struct file_stat stat;
	struct representation version;
	struct MHD_Response *whole, *unmodified;
};

/* A connection. */
struct peer {
	struct peer *prev, *next; /* in its queue, which is in the order of `since` */
	struct queue *queue;
	int64_t since; /* milliseconds: it waits for a request, or its answer is sent */
	int fd;
	struct MHD_Connection *connection;
	uint64_t wanted; /* of the page that it asks for, until it is answered; 0 */
	struct ip ip;
	bool metrics; /* it came to a socket for metrics */
	bool exempt;  /* of the limit for each address */
};

struct queue {
	struct peer *first, *last;
	int64_t patience; /* milliseconds */
};

struct worker {
	struct serve *serve;
	pthread_t thread;
	struct MHD_Daemon *mhd;
	int epoll;
	int nudge;            /* written to: a connection goes on */
	bool deaf;            /* the system has no more descriptors: it does not accept */
	struct queue waiting; /* for a request, whole */
	struct queue sending; /* answers */
	struct queue holding; /* requests for pages that are not ready */
	struct peer *arriving; /* while it is handed to libmicrohttpd */
	uint64_t generation;   /* of the catalog that `held` is from */
	struct held held[HELD];
	struct arena *arena; /* of one request */
};

/* Who takes requests on a loop. */
struct hand {
	struct listener listener;
	struct arena *arena;
	struct serve *serve;
	struct slice path; /* of its address, as in a request */
	uv_async_t async;
	listener_handler *handler; /* on the loop's thread */
	void *ctx;
	pthread_mutex_t lock; /* of the list */
	struct errand *first, **last;
};

/* A request that is handed over. */
struct errand {
	struct errand *next;
	struct serve *serve;
	struct worker *worker;
	struct MHD_Connection *connection;
	struct arena *arena;
	struct buf body;
	struct listener_request request;
	struct listener_header *header;
	struct listener_reply reply;
	bool begun;  /* its header lines are known */
	bool handed; /* once that ended, there is a reply */
};

struct serve {
	const struct serve_sockets *sockets;
	bool metrics_apart; /* they have sockets of their own */
	uint64_t (*want)(void *ctx, struct slice path);
	int (*page)(
	    void *ctx, struct slice path, struct buf *out, const char **media_type);
	void *ctx;
	struct worker *worker;
	size_t workers;
	int wake; /* readable: end */
	atomic_bool stop, well;
	atomic_uint_fast64_t ready; /* what pages want */
	struct guard *guard;
	struct meter *meter;
	struct delta *delta;
	struct kept *kept; /* what delta made */
	atomic_uint_fast64_t open, accepted, refused;
	atomic_size_t errands;
	pthread_rwlock_t lock;   /* of the rest */
	struct hand *hand;       /* NULL: nobody */
	struct catalog *catalog; /* NULL: not yet */
	uint64_t generation;     /* how many there were */
};

/* server_loop.c */
int worker_open(
    struct worker *worker, const struct serve_options *options, struct err *err);
void *worker_run(void *worker);
void worker_close(struct worker *worker);
/* From any thread: look at the connections again. */
void worker_nudge(struct worker *worker);
void peer_move(struct peer *peer, struct queue *to);
/* Its request is answered later: libmicrohttpd asks for that once more. */
void peer_hold(struct peer *peer, struct worker *worker);

/* server_answer.c: what libmicrohttpd calls; cls is the worker. */
enum MHD_Result worker_answer(void *cls, struct MHD_Connection *connection,
    const char *target, const char *method, const char *version, const char *body,
    size_t *body_size, void **state);
/* An answer without a document. */
enum MHD_Result worker_send(struct worker *worker, struct MHD_Connection *connection,
    int status, struct slice body);

/* server_held.c: answers that are ready, of the file as it is now; NULL: there is none. */
struct held *held_find(
    struct worker *worker, const struct item *item, const struct form *form);
void worker_forget(struct worker *worker); /* all that is held */
/* Of its file, in the worker's arena. */
const char *held_path(struct worker *worker, const struct item *item, enum coding coding);
/* Header lines of an answer with it, in the worker's arena. */
void held_headers(struct worker *worker, const struct held *held,
    const struct verdict *verdict, struct headers *headers);
bool held_same_file(const struct file_stat *a, const struct file_stat *b);
void response_add(struct MHD_Response *response, const struct headers *headers);

/* server_delta.c: appends what of this document the client lacks, if that is less than the
 * whole, in the coding that it has then. */
bool worker_delta(struct worker *worker, const struct request *request,
    const struct held *held, struct buf *out, enum coding *coding);

/* server_hand.c: the state of a request that somebody on a loop is to have, or NULL. */
struct errand *errand_new(
    struct worker *worker, const char *target, struct MHD_Connection *connection);
void errand_free(struct errand *errand); /* NULL is allowed */
/* As worker_answer. */
enum MHD_Result errand_answer(struct errand *errand, struct worker *worker,
    struct peer *peer, const char *method, const char *body, size_t *body_size);

#endif
