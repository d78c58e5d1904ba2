#include "push/cloud.h"

#include "push/form.h"
#include "push/post.h"

void
cloud_write(const struct errand *e, struct slice document, struct arena *arena,
    struct http_request *request)
{
	const struct config_cloud *c = e->channel->cloud;
	struct buf form;

	(void)document;
	buf_init(&form, SIZE_MAX);
	form_add(&form, "url", e->topic->url);
	post_request(
	    &c->reach, c->url, POST_FORM, arena_copy(arena, buf_view(&form)), request);
	buf_fini(&form);
}

static bool
says(struct slice body, const char *text)
{
	return slice_find(body, slice_str(text)) < body.n;
}

/* What stands between the quotes behind msg=. */
static struct slice
message(struct slice body)
{
	const struct slice name = SLICE("msg=");
	struct slice text = slice_from(body, slice_find(body, name) + name.n);

	return text.n
		   ? slice_part(text, 1, 1 + slice_index(slice_from(text, 1), text.p[0]))
		   : SLICE_NONE;
}

void
cloud_judge(
    const struct http_answer *answer, struct arena *arena, struct judgement *judgement)
{
	answer_judge(answer, arena, judgement);
	if (judgement->verdict != VERDICT_ACCEPTED ||
	    !(says(answer->body, "success=\"false\"") ||
		says(answer->body, "success='false'")))
		return;
	judgement->verdict = VERDICT_RETRY;
	judgement->sentence = arena_printf(arena, "%d: %.*s", answer->status,
	    SLICE_ARG(answer_first_line(message(answer->body), arena)));
}
