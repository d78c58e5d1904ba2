#include "push/post.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

/* What is not plainly harmless is encoded. */
struct slice
post_sign(struct slice secret, struct slice bytes, struct arena *arena)
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
post_request(const struct config_reach *reach, struct slice url, struct slice type,
    struct slice body, struct http_request *request)
{
	*request = (struct http_request){
	    .url = url,
	    .post = true,
	    .body = body,
	    .type = type,
	    .header = reach->header,
	    .user_agent = reach->user_agent,
	    .ca_file = reach->ca_file,
	    .proxy = reach->proxy,
	    .timeout = reach->timeout,
	    .body_max = HTTP_BODY_MAX,
	    .follow = true,
	};
}
