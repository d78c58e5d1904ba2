#include "model/config_value.h"

/* "unix:/path", "systemd", "8080", "host:8080", "[::1]:8080" */
static bool
split_listen(struct slice word, struct config_listen *l)
{
	size_t at = word.n;
	struct slice digits;
	int64_t port;

	*l = (struct config_listen){.kind = LISTEN_PORT};
	if (slice_is(word, "systemd")) {
		l->kind = LISTEN_SYSTEMD;
		return true;
	}
	if (slice_starts(word, SLICE("unix:/"))) {
		l->kind = LISTEN_UNIX;
		l->path = slice_from(word, 5);
		return true;
	}
	while (at && word.p[at - 1] != ':')
		at--;
	digits = l->port = slice_from(word, at);
	l->host = at ? slice_part(word, 0, at - 1) : SLICE_NONE;
	if (slice_starts(l->host, SLICE("[")) && slice_ends(l->host, SLICE("]")))
		l->host = slice_part(l->host, 1, l->host.n - 1);
	else if (slice_index(l->host, ':') < l->host.n)
		return false;
	port = slice_number(&digits, 5);
	return port >= 0 && port <= 65535 && digits.n == 0 && (at == 0 || l->host.n);
}

int
value_listeners(struct value *v, struct err *err)
{
	struct config_listens *list = v->field;
	struct slice rest = v->text, word;

	*list = (struct config_listens){0};
	while (config_word(&rest, &word)) {
		list->v = arena_grow(v->arena, list->v, list->n, sizeof *list->v);
		if (!split_listen(word, &list->v[list->n++]))
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is neither a port, ADDRESS:PORT, [ADDRESS]:PORT, "
			    "unix:/PATH nor systemd",
			    SLICE_ARG(word));
	}
	return 0;
}

int
value_networks(struct value *v, struct err *err)
{
	struct slice rest = v->text, word;
	struct slices words = {0};

	while (config_word(&rest, &word))
		slices_add(&words, v->arena, word);
	return networks_parse(v->field, &words, v->arena, err);
}

/* Two paths in the folder, or two folders, which both end in "/". */
int
value_redirects(struct value *v, struct err *err)
{
	struct slice rest = v->text, word;

	while (config_word(&rest, &word)) {
		size_t at = slice_index(word, '=');
		struct slice from = slice_part(word, 0, at),
			     to = slice_from(word, at + 1);

		if (!from.n || !to.n || *from.p == '/' || *to.p == '/' ||
		    slice_ends(from, SLICE("/")) != slice_ends(to, SLICE("/")))
			return err_set(err, ERR_CONFIG,
			    "\"%.*s\" is not OLD=NEW, two paths in the output folder "
			    "(or two folders, both with / at their end)",
			    SLICE_ARG(word));
	}
	return value_words(v, err);
}
