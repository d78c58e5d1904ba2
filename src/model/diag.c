#include "model/diag.h"

#include <stdarg.h>
#include <stdio.h>

void
diags_init(struct diags *d, struct arena *arena, struct slice path)
{
	*d = (struct diags){.arena = arena, .path = path};
}

static void
push(struct diags *d, struct diag diag)
{
	d->v = arena_grow(d->arena, d->v, d->n, sizeof *d->v);
	d->v[d->n++] = diag;
}

void
diag_add(struct diags *d, enum diag_level level, int line, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	push(d,
	    (struct diag){level, d->path, line, arena_copy(d->arena, slice_str(text))});
}

const struct diag *
diags_bad(const struct diags *d)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->v[i].level == DIAG_BAD)
			return &d->v[i];
	return NULL;
}

void
diags_append(struct diags *to, const struct diags *from)
{
	for (size_t i = 0; i < from->n; i++) {
		struct diag d = from->v[i];

		d.path = arena_copy(to->arena, d.path);
		d.text = arena_copy(to->arena, d.text);
		push(to, d);
	}
}
