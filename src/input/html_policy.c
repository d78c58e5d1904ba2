#include "input/html_policy.h"

#include <stdlib.h>
#include <string.h>

#define B(tag)   TAG_BIT(TAG_##tag)
#define AT(attr) ATTR_BIT(ATTR_##attr)

#define PHRASING                                                                         \
	(B(TEXT) | B(A) | B(ABBR) | B(B) | B(BDI) | B(BDO) | B(CITE) | B(CODE) |         \
	    B(DEL) | B(DFN) | B(EM) | B(I) | B(INS) | B(KBD) | B(MARK) | B(Q) |          \
	    B(RUBY) | B(S) | B(SAMP) | B(SMALL) | B(SPAN) | B(STRONG) | B(SUB) |         \
	    B(SUP) | B(TIME) | B(U) | B(VAR) | B(AUDIO) | B(BR) | B(IMG) | B(VIDEO))
#define FLOW                                                                             \
	(PHRASING | TAG_HEADINGS | B(P) | B(PRE) | B(BLOCKQUOTE) | B(DETAILS) | B(DIV) | \
	    B(FIGURE) | B(DL) | B(OL) | B(UL) | B(TABLE) | B(HR))
#define COMMON     (AT(DIR) | AT(HIDDEN) | AT(LANG) | AT(STYLE) | AT(TITLE))
#define EVERYTHING (~UINT64_C(0))

#define INLINE(tag_, attrs_, needs_, nests_)                                             \
	{                                                                                \
		.name = tag_, .role = ROLE_INLINE, .holds = PHRASING,                    \
		.attrs = COMMON | (attrs_), .needs = needs_, .nests = nests_             \
	}
#define HEADING(tag_)                                                                    \
	{                                                                                \
		.name = tag_, .role = ROLE_TEXT, .holds = PHRASING,                      \
		.swallows = B(P) | B(DIV), .attrs = COMMON                               \
	}
#define BLOCK(tag_, attrs_)                                                              \
	{                                                                                \
		.name = tag_, .role = ROLE_FLOW, .holds = FLOW,                          \
		.attrs = COMMON | (attrs_)                                               \
	}

static const struct html_rule rules[TAGS] = {
    [TAG_NONE] = {.name = "", .role = ROLE_INLINE, .attrs = COMMON},
    [TAG_ROOT] = {.name = "", .role = ROLE_FLOW, .holds = FLOW},
    [TAG_TEXT] = {.name = "", .role = ROLE_LEAF},

    [TAG_A] = INLINE("a", AT(HREF), AT(HREF), true),
    [TAG_ABBR] = INLINE("abbr", 0, 0, false),
    [TAG_B] = INLINE("b", 0, 0, false),
    [TAG_BDI] = INLINE("bdi", 0, 0, true),
    [TAG_BDO] = INLINE("bdo", 0, AT(DIR), true),
    [TAG_CITE] = INLINE("cite", 0, 0, false),
    [TAG_CODE] = INLINE("code", AT(CLASS), 0, false),
    [TAG_DEL] = INLINE("del", AT(CITE) | AT(DATETIME), 0, false),
    [TAG_DFN] = INLINE("dfn", 0, 0, false),
    [TAG_EM] = INLINE("em", 0, 0, false),
    [TAG_I] = INLINE("i", 0, 0, false),
    [TAG_INS] = INLINE("ins", AT(CITE) | AT(DATETIME), 0, false),
    [TAG_KBD] = INLINE("kbd", 0, 0, false),
    [TAG_MARK] = INLINE("mark", 0, 0, false),
    [TAG_Q] = INLINE("q", AT(CITE), 0, true),
    [TAG_RP] = INLINE("rp", 0, 0, true),
    [TAG_RT] = INLINE("rt", 0, 0, true),
    [TAG_RUBY] = INLINE("ruby", 0, 0, false),
    [TAG_S] = INLINE("s", 0, 0, false),
    [TAG_SAMP] = INLINE("samp", 0, 0, false),
    [TAG_SMALL] = INLINE("small", 0, 0, true),
    [TAG_SPAN] = INLINE("span", 0, COMMON, true),
    [TAG_STRONG] = INLINE("strong", 0, 0, false),
    [TAG_SUB] = INLINE("sub", 0, 0, true),
    [TAG_SUP] = INLINE("sup", 0, 0, true),
    [TAG_TIME] = INLINE("time", AT(DATETIME), AT(DATETIME), false),
    [TAG_U] = INLINE("u", 0, 0, false),
    [TAG_VAR] = INLINE("var", 0, 0, false),

    [TAG_AUDIO] = {.name = "audio",
	.role = ROLE_LEAF,
	.holds = B(SOURCE),
	.attrs = COMMON | AT(SRC)},
    [TAG_BR] = {.name = "br", .role = ROLE_LEAF},
    [TAG_IMG] = {.name = "img",
	.role = ROLE_LEAF,
	.attrs = COMMON | AT(ALT) | AT(HEIGHT) | AT(WIDTH)},
    [TAG_SOURCE] = {.name = "source", .role = ROLE_LEAF, .attrs = AT(SRC) | AT(TYPE)},
    [TAG_VIDEO] = {.name = "video",
	.role = ROLE_LEAF,
	.holds = B(SOURCE),
	.attrs = COMMON | AT(SRC) | AT(POSTER) | AT(HEIGHT) | AT(WIDTH)},

    [TAG_CAPTION] = {.name = "caption",
	.role = ROLE_TEXT,
	.holds = PHRASING,
	.swallows = TAG_HEADINGS | B(P) | B(DIV),
	.attrs = COMMON,
	.parents = B(TABLE),
	.leaves = EVERYTHING,
	.again = TAG_DIV,
	.lost = TAG_DIV},
    [TAG_DT] = {.name = "dt",
	.role = ROLE_TEXT,
	.holds = PHRASING,
	.swallows = TAG_HEADINGS | B(P) | B(DIV),
	.attrs = COMMON,
	.parents = B(DL),
	.leaves = TAG_HEADINGS | B(P) | B(DIV) | B(DT) | B(DD),
	.lost = TAG_DT},
    [TAG_H1] = HEADING("h1"),
    [TAG_H2] = HEADING("h2"),
    [TAG_H3] = HEADING("h3"),
    [TAG_H4] = HEADING("h4"),
    [TAG_H5] = HEADING("h5"),
    [TAG_H6] = HEADING("h6"),
    [TAG_P] = {.name = "p", .role = ROLE_TEXT, .holds = PHRASING, .attrs = COMMON},
    [TAG_PRE] = {.name = "pre",
	.role = ROLE_TEXT,
	.holds = PHRASING,
	.swallows = TAG_HEADINGS | B(P) | B(DIV),
	.attrs = COMMON},
    [TAG_SUMMARY] = {.name = "summary",
	.role = ROLE_TEXT,
	.holds = PHRASING,
	.swallows = TAG_HEADINGS | B(P) | B(DIV),
	.attrs = COMMON,
	.parents = B(DETAILS),
	.again = TAG_DIV,
	.lost = TAG_DIV},

    [TAG_BLOCKQUOTE] = BLOCK("blockquote", AT(CITE)),
    [TAG_DD] = {.name = "dd",
	.role = ROLE_FLOW,
	.holds = FLOW,
	.attrs = COMMON,
	.parents = B(DL),
	.leaves = TAG_HEADINGS | B(P) | B(DIV) | B(DT) | B(DD),
	.lost = TAG_DD},
    [TAG_DETAILS] = {.name = "details",
	.role = ROLE_FLOW,
	.holds = FLOW | B(SUMMARY),
	.attrs = COMMON | AT(OPEN)},
    [TAG_DIV] = BLOCK("div", 0),
    [TAG_FIGCAPTION] = {.name = "figcaption",
	.role = ROLE_FLOW,
	.holds = FLOW,
	.attrs = COMMON,
	.parents = B(FIGURE),
	.lost = TAG_DIV},
    [TAG_FIGURE] = {.name = "figure",
	.role = ROLE_FLOW,
	.holds = FLOW | B(FIGCAPTION),
	.attrs = COMMON},
    [TAG_LI] = {.name = "li",
	.role = ROLE_FLOW,
	.holds = FLOW,
	.attrs = COMMON,
	.parents = B(OL) | B(UL),
	.leaves = TAG_HEADINGS | B(P) | B(DIV) | B(LI),
	.lost = TAG_LI},
    [TAG_TD] = {.name = "td",
	.role = ROLE_FLOW,
	.holds = FLOW,
	.attrs = COMMON | AT(COLSPAN) | AT(ROWSPAN),
	.parents = B(TABLE) | B(TBODY) | B(THEAD) | B(TR),
	.leaves = EVERYTHING,
	.lost = TAG_DIV},
    [TAG_TH] = {.name = "th",
	.role = ROLE_FLOW,
	.holds = FLOW & ~TAG_HEADINGS,
	.attrs = COMMON | AT(COLSPAN) | AT(ROWSPAN) | AT(SCOPE),
	.parents = B(TABLE) | B(TBODY) | B(THEAD) | B(TR),
	.leaves = EVERYTHING,
	.lost = TAG_DIV},

    [TAG_DL] = {.name = "dl",
	.role = ROLE_PARTS,
	.holds = B(DT) | B(DD),
	.attrs = COMMON,
	.wrap = TAG_DD},
    [TAG_OL] = {.name = "ol",
	.role = ROLE_PARTS,
	.holds = B(LI),
	.attrs = COMMON | AT(REVERSED) | AT(START) | AT(TYPE),
	.wrap = TAG_LI},
    [TAG_TABLE] = {.name = "table",
	.role = ROLE_PARTS,
	.holds = B(CAPTION) | B(THEAD) | B(TBODY),
	.attrs = COMMON,
	.wrap = TAG_TBODY},
    [TAG_TBODY] = {.name = "tbody",
	.role = ROLE_PARTS,
	.holds = B(TR),
	.attrs = COMMON,
	.parents = B(TABLE),
	.leaves = EVERYTHING,
	.lost = TAG_DIV,
	.wrap = TAG_TR},
    [TAG_THEAD] = {.name = "thead",
	.role = ROLE_PARTS,
	.holds = B(TR),
	.attrs = COMMON,
	.parents = B(TABLE),
	.leaves = EVERYTHING,
	.again = TAG_TBODY,
	.lost = TAG_DIV,
	.wrap = TAG_TR},
    [TAG_TR] = {.name = "tr",
	.role = ROLE_PARTS,
	.holds = B(TD) | B(TH),
	.attrs = COMMON,
	.parents = B(TABLE) | B(TBODY) | B(THEAD),
	.leaves = EVERYTHING,
	.lost = TAG_DIV,
	.wrap = TAG_TD},
    [TAG_UL] = {.name = "ul",
	.role = ROLE_PARTS,
	.holds = B(LI),
	.attrs = COMMON,
	.wrap = TAG_LI},

    [TAG_HR] = {.name = "hr", .role = ROLE_RULE},
};

const struct html_rule *
html_rule(enum html_tag tag)
{
	return &rules[tag];
}

#define KEEP(name_, tag_)                                                                \
	{                                                                                \
		.name = name_, .action = HTML_KEEP, .tag = TAG_##tag_                    \
	}
#define DROP(name_, loss_)                                                               \
	{                                                                                \
		.name = name_, .action = HTML_DROP, .loss = loss_                        \
	}
#define VOID(name_, loss_)                                                               \
	{                                                                                \
		.name = name_, .action = HTML_VOID, .loss = loss_                        \
	}

/* In the order of strcmp. What is not here is unwrapped. */
static const struct html_policy policies[] = {
    KEEP("a", A),
    KEEP("abbr", ABBR),
    KEEP("acronym", ABBR),
    KEEP("address", DIV),
    DROP("applet", "an applet"),
    VOID("area", NULL),
    KEEP("article", DIV),
    KEEP("aside", DIV),
    {.name = "audio", .action = HTML_MEDIA, .tag = TAG_AUDIO},
    KEEP("b", B),
    VOID("base", NULL),
    VOID("basefont", NULL),
    KEEP("bdi", BDI),
    KEEP("bdo", BDO),
    VOID("bgsound", NULL),
    KEEP("blockquote", BLOCKQUOTE),
    KEEP("br", BR),
    DROP("button", NULL),
    DROP("canvas", "a canvas"),
    KEEP("caption", CAPTION),
    {.name = "center", .action = HTML_KEEP, .tag = TAG_DIV, .align = "center"},
    KEEP("cite", CITE),
    KEEP("code", CODE),
    VOID("col", NULL),
    DROP("datalist", NULL),
    KEEP("dd", DD),
    KEEP("del", DEL),
    KEEP("details", DETAILS),
    KEEP("dfn", DFN),
    DROP("dialog", NULL),
    KEEP("dir", UL),
    KEEP("div", DIV),
    KEEP("dl", DL),
    KEEP("dt", DT),
    KEEP("em", EM),
    VOID("embed", "an embedded object"),
    KEEP("fieldset", DIV),
    KEEP("figcaption", FIGCAPTION),
    KEEP("figure", FIGURE),
    KEEP("footer", DIV),
    {.name = "form", .action = HTML_KEEP, .tag = TAG_DIV, .loss = "a form"},
    VOID("frame", "a frame"),
    KEEP("h1", H1),
    KEEP("h2", H2),
    KEEP("h3", H3),
    KEEP("h4", H4),
    KEEP("h5", H5),
    KEEP("h6", H6),
    KEEP("header", DIV),
    KEEP("hgroup", DIV),
    KEEP("hr", HR),
    KEEP("i", I),
    {.name = "iframe", .action = HTML_FRAME, .loss = "a frame"},
    {.name = "image", .action = HTML_IMAGE},
    {.name = "img", .action = HTML_IMAGE},
    {.name = "input", .action = HTML_INPUT},
    KEEP("ins", INS),
    KEEP("kbd", KBD),
    KEEP("legend", DIV),
    KEEP("li", LI),
    VOID("link", NULL),
    KEEP("listing", PRE),
    KEEP("main", DIV),
    KEEP("mark", MARK),
    KEEP("marquee", DIV),
    DROP("math", "a formula in MathML"),
    KEEP("menu", UL),
    VOID("meta", NULL),
    KEEP("nav", DIV),
    DROP("noembed", NULL),
    {.name = "noscript", .action = HTML_NOSCRIPT},
    {.name = "object", .action = HTML_UNWRAP, .loss = "an embedded object"},
    KEEP("ol", OL),
    KEEP("p", P),
    VOID("param", NULL),
    {.name = "picture", .action = HTML_PICTURE},
    KEEP("plaintext", PRE),
    KEEP("pre", PRE),
    KEEP("q", Q),
    KEEP("rp", RP),
    KEEP("rt", RT),
    KEEP("ruby", RUBY),
    KEEP("s", S),
    KEEP("samp", SAMP),
    DROP("script", NULL),
    KEEP("search", DIV),
    KEEP("section", DIV),
    DROP("select", NULL),
    KEEP("small", SMALL),
    {.name = "source", .action = HTML_SOURCE},
    KEEP("span", SPAN),
    KEEP("strike", S),
    KEEP("strong", STRONG),
    DROP("style", NULL),
    KEEP("sub", SUB),
    KEEP("summary", SUMMARY),
    KEEP("sup", SUP),
    DROP("svg", "a drawing in SVG"),
    KEEP("table", TABLE),
    KEEP("tbody", TBODY),
    KEEP("td", TD),
    DROP("template", NULL),
    DROP("textarea", NULL),
    KEEP("tfoot", TBODY),
    KEEP("th", TH),
    KEEP("thead", THEAD),
    KEEP("time", TIME),
    DROP("title", NULL),
    KEEP("tr", TR),
    VOID("track", NULL),
    KEEP("tt", CODE),
    KEEP("u", U),
    KEEP("ul", UL),
    KEEP("var", VAR),
    {.name = "video", .action = HTML_MEDIA, .tag = TAG_VIDEO},
    VOID("wbr", NULL),
    KEEP("xmp", PRE),
};

static int
by_name(const void *key, const void *row)
{
	return strcmp(key, ((const struct html_policy *)row)->name);
}

const struct html_policy *
html_policy_find(const char *name)
{
	static const struct html_policy unknown = {.name = "", .action = HTML_UNWRAP};
	const struct html_policy *found = bsearch(name, policies,
	    sizeof policies / sizeof *policies, sizeof *policies, by_name);

	return found ? found : &unknown;
}
