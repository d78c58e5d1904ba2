# All code but main.c is in a convenience library that the tests link.
noinst_LIBRARIES += libxysfeed.a
libxysfeed_a_CFLAGS = $(AM_CFLAGS) $(XML_CFLAGS) $(CURL_CFLAGS) $(YAML_CFLAGS) \
	$(INIH_CFLAGS) $(MD4C_CFLAGS) $(SQLITE_CFLAGS) $(PCRE2_CFLAGS) \
	$(UCHARDET_CFLAGS) $(CRYPTO_CFLAGS) $(JANSSON_CFLAGS) $(UTF8PROC_CFLAGS) \
	$(ZLIB_CFLAGS) $(BROTLI_CFLAGS) $(ZSTD_CFLAGS)
XYS_LIBS = libxysfeed.a $(XML_LIBS) $(CURL_LIBS) $(YAML_LIBS) $(INIH_LIBS) \
	$(MD4C_LIBS) $(SQLITE_LIBS) $(PCRE2_LIBS) $(UCHARDET_LIBS) $(CRYPTO_LIBS) \
	$(JANSSON_LIBS) $(UTF8PROC_LIBS) $(ZLIB_LIBS) $(BROTLI_LIBS) $(ZSTD_LIBS)

libxysfeed_a_SOURCES = \
	src/base/arena.c \
	src/base/arena.h \
	src/base/buf.c \
	src/base/buf.h \
	src/base/clock.c \
	src/base/clock.h \
	src/base/date.c \
	src/base/date.h \
	src/base/digest.c \
	src/base/digest.h \
	src/base/err.c \
	src/base/err.h \
	src/base/file.c \
	src/base/file.h \
	src/base/map.c \
	src/base/map.h \
	src/base/slice.c \
	src/base/slice.h \
	src/base/uri.c \
	src/base/uri.h \
	src/base/utf8.c \
	src/base/utf8.h \
	src/base/work.c \
	src/base/work.h \
	src/base/zone.c \
	src/base/zone.h \
	src/model/config.c \
	src/model/config.h \
	src/model/config_draft.h \
	src/model/config_init.c \
	src/model/config_parse.c \
	src/model/config_table.c \
	src/model/config_value.c \
	src/model/diag.c \
	src/model/diag.h \
	src/model/entry.c \
	src/model/entry.h \
	src/model/feed.h \
	src/model/reading.c \
	src/model/reading.h \
	src/model/rule.c \
	src/model/rule.h \
	src/input/adopt.c \
	src/input/adopt.h \
	src/input/charset.c \
	src/input/charset.h \
	src/input/footnote.c \
	src/input/footnote.h \
	src/input/front.c \
	src/input/front.h \
	src/input/front_fields.c \
	src/input/front_fields.h \
	src/input/front_tree.c \
	src/input/front_tree.h \
	src/input/html.c \
	src/input/html.h \
	src/input/html_attr.c \
	src/input/html_attr.h \
	src/input/html_chars.c \
	src/input/html_chars.h \
	src/input/html_fit.c \
	src/input/html_fit.h \
	src/input/html_image.c \
	src/input/html_image.h \
	src/input/html_policy.c \
	src/input/html_policy.h \
	src/input/html_read.c \
	src/input/html_read.h \
	src/input/html_source.c \
	src/input/html_source.h \
	src/input/html_table.c \
	src/input/html_table.h \
	src/input/html_tree.c \
	src/input/html_tree.h \
	src/input/html_write.c \
	src/input/html_write.h \
	src/input/kramdown.c \
	src/input/kramdown.h \
	src/input/liquid.c \
	src/input/liquid.h \
	src/input/markdown.c \
	src/input/markdown.h \
	src/input/permalink.c \
	src/input/permalink.h \
	src/input/piece.c \
	src/input/piece.h \
	src/input/profile.c \
	src/input/profile.h \
	src/input/profile_apply.c \
	src/input/profile_lines.c \
	src/input/profile_lines.h \
	src/input/profile_rules.h \
	src/input/read.c \
	src/input/read.h \
	src/input/render.c \
	src/input/render.h \
	src/input/scan.c \
	src/input/scan.h \
	src/input/summary.c \
	src/input/summary.h \
	src/input/text.c \
	src/input/text.h \
	src/ledger/db.c \
	src/ledger/db.h \
	src/ledger/ledger.c \
	src/ledger/ledger.h \
	src/ledger/ledger_inside.h \
	src/ledger/ledger_published.c \
	src/ledger/ledger_record.c \
	src/ledger/ledger_term.c \
	src/ledger/schema.c \
	src/ledger/schema.h \
	src/ledger/settle.c \
	src/ledger/settle.h
