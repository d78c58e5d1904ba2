#include "push/ping.h"

#include "base/buf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <string.h>

/* application/x-www-form-urlencoded; what is not plainly harmless is encoded. */
static void
add_field(struct buf *out, const char *name, struct slice value)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
				    "0123456789-._~";

	buf_printf(out, "%s%s=", out->n ? "&" : "", name);
	for (size_t i = 0; i < value.n; i++)
		if (slice_one_of(value.p[i], plain))
			buf_char(out, value.p[i]);
		else
			buf_printf(out, "%%%02X", (unsigned char)value.p[i]);
}

static struct slice
sign(struct slice secret, struct slice bytes, struct arena *arena)
{
	unsigned char mac[EVP_MAX_MD_SIZE];
	char hex[2 * EVP_MAX_MD_SIZE + 1];
	unsigned int n = 0;

	HMAC(EVP_sha256(), secret.p, (int)secret.n, (const unsigned char *)bytes.p,
	    bytes.n, mac, &n);
	for (unsigned int i = 0; i < n; i++) {
		hex[2 * i] = "0123456789abcdef"[mac[i] >> 4];
		hex[2 * i + 1] = "0123456789abcdef"[mac[i] & 15];
	}
	return arena_printf(arena, "sha256=%.*s", (int)(2 * n), hex);
}

void
ping_write(const struct config_hub *hub, struct slice topic, struct slice document,
    struct arena *arena, struct http_request *request)
{
	const struct config_reach *reach = &hub->reach;
	struct buf body;

	buf_init(&body, SIZE_MAX);
	add_field(&body, "hub.mode", SLICE("publish"));
	if (hub->param != PARAM_TOPIC)
		add_field(&body, "hub.url", topic);
	if (hub->param != PARAM_URL)
		add_field(&body, "hub.topic", topic);
	if (document.n) {
		add_field(&body, "hub.content", document);
		add_field(&body, "hub.signature", sign(hub->secret, document, arena));
	}
	*request = (struct http_request){
	    .url = hub->url,
	    .post = true,
	    .body = arena_copy(arena, buf_view(&body)),
	    .type = SLICE("application/x-www-form-urlencoded"),
	    .header = reach->header,
	    .user_agent = reach->user_agent,
	    .ca_file = reach->ca_file,
	    .proxy = reach->proxy,
	    .timeout = reach->timeout,
	    .body_max = HTTP_BODY_MAX,
	    .follow = true,
	};
	buf_fini(&body);
}
