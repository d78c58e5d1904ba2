#include "push/ping.h"

#include "push/form.h"
#include "push/post.h"

void
ping_write(const struct errand *errand, struct slice document, struct arena *arena,
    struct http_request *request)
{
	const struct config_hub *hub = errand->channel->hub;
	struct slice topic = errand->topic->url;
	struct buf form;

	buf_init(&form, SIZE_MAX);
	form_add(&form, "hub.mode", SLICE("publish"));
	if (hub->param != PARAM_TOPIC)
		form_add(&form, "hub.url", topic);
	if (hub->param != PARAM_URL)
		form_add(&form, "hub.topic", topic);
	if (document.n) {
		form_add(&form, "hub.content", document);
		form_add(&form, "hub.signature", post_sign(hub->secret, document, arena));
	}
	post_request(&hub->reach, hub->url, POST_FORM, arena_copy(arena, buf_view(&form)),
	    request);
	buf_fini(&form);
}
