/*
 * liquid: the few Liquid constructs that Jekyll articles really use.
 *
 *   {{ site.url }} {{ site.baseurl }} {{ page.title }} {{ page.url }}, and
 *   `| relative_url` / `| absolute_url` on them or on a "string"
 *   {% post_url NAME %} {% link PATH %}
 *   {% highlight LANG … %} … {% endhighlight %}   a fenced code block / <pre>
 *   {% raw %} … {% endraw %}, {% comment %} … {% endcomment %}
 * Other output and tags are dropped, what stands between them stays, and a
 * DIAG_WARN names each kind once with its line (20 kinds at most). Braces that
 * never close stand as they are; a tag whose end tag is missing is dropped
 * (raw goes to the end). Text inside Markdown code (fences,
 * backticks) is expanded too, as Jekyll does.
 */
#ifndef INPUT_LIQUID_H
#define INPUT_LIQUID_H

#include "base/arena.h"
#include "base/slice.h"
#include "model/diag.h"

struct liquid_env {
	struct slice site_url; /* without final slash */
	struct slice baseurl;  /* path part of it, "" or "/blog" */
	struct slice page_url, page_title;
	/* The permalink of another article, by its name as in post_url
	 * ("2024-01-02-slug") or path as in link; none when there is none. */
	struct slice (*find)(void *ctx, struct arena *arena, struct slice name);
	void *ctx;
};

/*
 * `line` is that of the text's start. `markdown`: highlight becomes a fence,
 * else <pre><code>. Text without "{{" and "{%" comes back unchanged, uncopied.
 * A text that would grow more than eightfold is DIAG_BAD, the result none.
 */
struct slice liquid_expand(struct slice text, bool markdown, const struct liquid_env *env,
    int line, struct arena *arena, struct diags *diags);

#endif
