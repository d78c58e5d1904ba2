#include "app/json_shown.h"

#include "base/utf8.h"

#include <stdlib.h>

json_t *
json_shown(struct slice text)
{
	json_t *j = json_stringn(text.n ? text.p : "", text.n);
	struct buf shown;

	if (j)
		return j;
	buf_init(&shown, 4 * text.n + 1);
	utf8_show(&shown, text);
	j = json_stringn(shown.n ? shown.p : "", shown.n);
	buf_fini(&shown);
	return j;
}

void
json_shown_write(struct buf *out, json_t *answer)
{
	char *text = json_dumps(answer, JSON_INDENT(1) | JSON_REAL_PRECISION(13));

	buf_printf(out, "%s\n", text ? text : "{}");
	free(text);
	json_decref(answer);
}
