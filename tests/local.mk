# Everything speaks TAP. Unit tests mirror src/; each fuzz target replays its
# corpus here, and becomes a real fuzzer with --enable-fuzzers.
TEST_EXTENSIONS = .sh
LOG_DRIVER = env AM_TAP_AWK='$(AWK)' $(SHELL) $(top_srcdir)/build-aux/tap-driver.sh
SH_LOG_DRIVER = $(LOG_DRIVER)
AM_TESTS_ENVIRONMENT = \
	srcdir='$(abs_top_srcdir)'; export srcdir; \
	top_srcdir='$(abs_top_srcdir)'; export top_srcdir; \
	top_builddir='$(abs_top_builddir)'; export top_builddir; \
	XYSFEED='$(abs_top_builddir)/xysfeed'; export XYSFEED;

TEST_CFLAGS = $(libxysfeed_a_CFLAGS) $(CMOCKA_CFLAGS)

UNIT_TESTS =
if HAVE_CMOCKA
UNIT_TESTS += \
	tests/unit/access_test \
	tests/unit/adopt_test \
	tests/unit/answer_test \
	tests/unit/archive_test \
	tests/unit/asset_test \
	tests/unit/atom_test \
	tests/unit/audience_test \
	tests/unit/base_test \
	tests/unit/canary_test \
	tests/unit/charset_test \
	tests/unit/civil_test \
	tests/unit/completion_test \
	tests/unit/compress_test \
	tests/unit/config_doc_test \
	tests/unit/config_test \
	tests/unit/control_test \
	tests/unit/control_wire_test \
	tests/unit/cron_test \
	tests/unit/date_test \
	tests/unit/delta_test \
	tests/unit/kept_test \
	tests/unit/face_test \
	tests/unit/file_test \
	tests/unit/format_test \
	tests/unit/front_test \
	tests/unit/heard_test \
	tests/unit/errand_test \
	tests/unit/history_test \
	tests/unit/hook_test \
	tests/unit/html_test \
	tests/unit/http_test \
	tests/unit/indexnow_test \
	tests/unit/json_lift_test \
	tests/unit/json_test \
	tests/unit/kramdown_test \
	tests/unit/ledger_test \
	tests/unit/lines_test \
	tests/unit/lint_html_test \
	tests/unit/lint_test \
	tests/unit/liquid_test \
	tests/unit/listing_test \
	tests/unit/live_test \
	tests/unit/log_test \
	tests/unit/markdown_test \
	tests/unit/network_test \
	tests/unit/metrics_test \
	tests/unit/news_test \
	tests/unit/notify_test \
	tests/unit/pages_test \
	tests/unit/permalink_test \
	tests/unit/pidfile_test \
	tests/unit/plan_test \
	tests/unit/profile_test \
	tests/unit/publish_test \
	tests/unit/read_test \
	tests/unit/renditions_test \
	tests/unit/retry_test \
	tests/unit/rss_test \
	tests/unit/rule_test \
	tests/unit/runner_test \
	tests/unit/sandbox_test \
	tests/unit/scan_test \
	tests/unit/sched_test \
	tests/unit/serve_guard_test \
	tests/unit/serve_reply_test \
	tests/unit/serve_request_test \
	tests/unit/server_config_test \
	tests/unit/server_test \
	tests/unit/settle_test \
	tests/unit/status_page_test \
	tests/unit/summary_test \
	tests/unit/survey_test \
	tests/unit/tally_test \
	tests/unit/text_test \
	tests/unit/told_test \
	tests/unit/uri_test \
	tests/unit/utf8_test \
	tests/unit/watch_test \
	tests/unit/window_test \
	tests/unit/xml_lift_test \
	tests/unit/xml_test \
	tests/unit/zone_test
endif

tests_unit_access_test_SOURCES = tests/unit/access_test.c
tests_unit_access_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_access_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_adopt_test_SOURCES = tests/unit/adopt_test.c
tests_unit_adopt_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_adopt_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_answer_test_SOURCES = tests/unit/answer_test.c
tests_unit_answer_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_answer_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_archive_test_SOURCES = tests/unit/archive_test.c
tests_unit_archive_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_archive_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_asset_test_SOURCES = tests/unit/asset_test.c
tests_unit_asset_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_asset_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_atom_test_SOURCES = tests/unit/atom_test.c
tests_unit_atom_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_atom_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_audience_test_SOURCES = tests/unit/audience_test.c
tests_unit_audience_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_audience_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_base_test_SOURCES = tests/unit/base_test.c
tests_unit_base_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_base_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_canary_test_SOURCES = tests/unit/canary_test.c
tests_unit_canary_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_canary_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_charset_test_SOURCES = tests/unit/charset_test.c
tests_unit_charset_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_charset_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_civil_test_SOURCES = tests/unit/civil_test.c
tests_unit_civil_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_civil_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_completion_test_SOURCES = tests/unit/completion_test.c
tests_unit_completion_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_completion_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_compress_test_SOURCES = tests/unit/compress_test.c
tests_unit_compress_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_compress_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_config_doc_test_SOURCES = tests/unit/config_doc_test.c
tests_unit_config_doc_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_config_doc_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_config_test_SOURCES = tests/unit/config_test.c
tests_unit_config_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_config_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_control_test_SOURCES = tests/unit/control_test.c
tests_unit_control_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_control_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_control_wire_test_SOURCES = tests/unit/control_wire_test.c
tests_unit_control_wire_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_control_wire_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_cron_test_SOURCES = tests/unit/cron_test.c
tests_unit_cron_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_cron_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_date_test_SOURCES = tests/unit/date_test.c
tests_unit_date_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_date_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_kept_test_SOURCES = tests/unit/kept_test.c
tests_unit_kept_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_kept_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)
tests_unit_delta_test_SOURCES = tests/unit/delta_test.c
tests_unit_delta_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_delta_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_face_test_SOURCES = tests/unit/face_test.c
tests_unit_face_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_face_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_file_test_SOURCES = tests/unit/file_test.c
tests_unit_file_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_file_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_format_test_SOURCES = tests/unit/format_test.c
tests_unit_format_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_format_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_front_test_SOURCES = tests/unit/front_test.c
tests_unit_front_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_front_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_heard_test_SOURCES = tests/unit/heard_test.c
tests_unit_heard_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_heard_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_errand_test_SOURCES = tests/unit/errand_test.c
tests_unit_errand_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_errand_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_history_test_SOURCES = tests/unit/history_test.c
tests_unit_history_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_history_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_hook_test_SOURCES = tests/unit/hook_test.c
tests_unit_hook_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_hook_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_html_test_SOURCES = tests/unit/html_test.c
tests_unit_html_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_html_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_http_test_SOURCES = tests/unit/http_test.c
tests_unit_http_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_http_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_indexnow_test_SOURCES = tests/unit/indexnow_test.c
tests_unit_indexnow_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_indexnow_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_json_lift_test_SOURCES = tests/unit/json_lift_test.c
tests_unit_json_lift_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_json_lift_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_json_test_SOURCES = tests/unit/json_test.c
tests_unit_json_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_json_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_kramdown_test_SOURCES = tests/unit/kramdown_test.c
tests_unit_kramdown_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_kramdown_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_ledger_test_SOURCES = tests/unit/ledger_test.c
tests_unit_ledger_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_ledger_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_lines_test_SOURCES = tests/unit/lines_test.c
tests_unit_lines_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_lines_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_lint_html_test_SOURCES = tests/unit/lint_html_test.c
tests_unit_lint_html_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_lint_html_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_lint_test_SOURCES = tests/unit/lint_test.c
tests_unit_lint_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_lint_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_liquid_test_SOURCES = tests/unit/liquid_test.c
tests_unit_liquid_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_liquid_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_listing_test_SOURCES = tests/unit/listing_test.c
tests_unit_listing_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_listing_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_live_test_SOURCES = tests/unit/live_test.c
tests_unit_live_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_live_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_log_test_SOURCES = tests/unit/log_test.c
tests_unit_log_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_log_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_markdown_test_SOURCES = tests/unit/markdown_test.c
tests_unit_markdown_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_markdown_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_network_test_SOURCES = tests/unit/network_test.c
tests_unit_network_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_network_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_metrics_test_SOURCES = tests/unit/metrics_test.c
tests_unit_metrics_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_metrics_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_news_test_SOURCES = tests/unit/news_test.c
tests_unit_news_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_news_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_notify_test_SOURCES = tests/unit/notify_test.c
tests_unit_notify_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_notify_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_pages_test_SOURCES = tests/unit/pages_test.c
tests_unit_pages_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_pages_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_permalink_test_SOURCES = tests/unit/permalink_test.c
tests_unit_permalink_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_permalink_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_pidfile_test_SOURCES = tests/unit/pidfile_test.c
tests_unit_pidfile_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_pidfile_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_plan_test_SOURCES = tests/unit/plan_test.c
tests_unit_plan_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_plan_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_profile_test_SOURCES = tests/unit/profile_test.c
tests_unit_profile_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_profile_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_publish_test_SOURCES = tests/unit/publish_test.c
tests_unit_publish_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_publish_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_read_test_SOURCES = tests/unit/read_test.c
tests_unit_read_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_read_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_renditions_test_SOURCES = tests/unit/renditions_test.c
tests_unit_renditions_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_renditions_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_retry_test_SOURCES = tests/unit/retry_test.c
tests_unit_retry_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_retry_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_rss_test_SOURCES = tests/unit/rss_test.c
tests_unit_rss_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_rss_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_rule_test_SOURCES = tests/unit/rule_test.c
tests_unit_rule_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_rule_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_runner_test_SOURCES = tests/unit/runner_test.c
tests_unit_runner_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_runner_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_sandbox_test_SOURCES = tests/unit/sandbox_test.c
tests_unit_sandbox_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_sandbox_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_scan_test_SOURCES = tests/unit/scan_test.c
tests_unit_scan_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_scan_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_sched_test_SOURCES = tests/unit/sched_test.c
tests_unit_sched_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_sched_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_serve_guard_test_SOURCES = tests/unit/serve_guard_test.c
tests_unit_serve_guard_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_serve_guard_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_serve_reply_test_SOURCES = tests/unit/serve_reply_test.c
tests_unit_serve_reply_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_serve_reply_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_serve_request_test_SOURCES = tests/unit/serve_request_test.c
tests_unit_serve_request_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_serve_request_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_server_config_test_SOURCES = tests/unit/server_config_test.c
tests_unit_server_config_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_server_config_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_server_test_SOURCES = tests/unit/server_test.c
tests_unit_server_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_server_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_settle_test_SOURCES = tests/unit/settle_test.c
tests_unit_settle_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_settle_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_status_page_test_SOURCES = tests/unit/status_page_test.c
tests_unit_status_page_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_status_page_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_summary_test_SOURCES = tests/unit/summary_test.c
tests_unit_summary_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_summary_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_survey_test_SOURCES = tests/unit/survey_test.c
tests_unit_survey_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_survey_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_tally_test_SOURCES = tests/unit/tally_test.c
tests_unit_tally_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_tally_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_text_test_SOURCES = tests/unit/text_test.c
tests_unit_text_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_text_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_told_test_SOURCES = tests/unit/told_test.c
tests_unit_told_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_told_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_uri_test_SOURCES = tests/unit/uri_test.c
tests_unit_uri_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_uri_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_utf8_test_SOURCES = tests/unit/utf8_test.c
tests_unit_utf8_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_utf8_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_watch_test_SOURCES = tests/unit/watch_test.c
tests_unit_watch_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_watch_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_window_test_SOURCES = tests/unit/window_test.c
tests_unit_window_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_window_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_xml_lift_test_SOURCES = tests/unit/xml_lift_test.c
tests_unit_xml_lift_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_xml_lift_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_xml_test_SOURCES = tests/unit/xml_test.c
tests_unit_xml_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_xml_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_zone_test_SOURCES = tests/unit/zone_test.c
tests_unit_zone_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_zone_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

FUZZ_TARGETS = \
	tests/fuzz/fuzz_access \
	tests/fuzz/fuzz_adopt \
	tests/fuzz/fuzz_answer \
	tests/fuzz/fuzz_canary \
	tests/fuzz/fuzz_charset \
	tests/fuzz/fuzz_config \
	tests/fuzz/fuzz_control \
	tests/fuzz/fuzz_cron \
	tests/fuzz/fuzz_date \
	tests/fuzz/fuzz_delta \
	tests/fuzz/fuzz_front \
	tests/fuzz/fuzz_html \
	tests/fuzz/fuzz_lint \
	tests/fuzz/fuzz_live \
	tests/fuzz/fuzz_markdown \
	tests/fuzz/fuzz_profile \
	tests/fuzz/fuzz_request \
	tests/fuzz/fuzz_rule \
	tests/fuzz/fuzz_uri \
	tests/fuzz/fuzz_xml_lift

if FUZZERS
FUZZ_MAIN =
FUZZ_FLAGS = -fsanitize=fuzzer
else
FUZZ_MAIN = tests/fuzz/replay.c
FUZZ_FLAGS =
endif

tests_fuzz_fuzz_access_SOURCES = tests/fuzz/fuzz_access.c $(FUZZ_MAIN)
tests_fuzz_fuzz_access_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_access_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_access_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_adopt_SOURCES = tests/fuzz/fuzz_adopt.c $(FUZZ_MAIN)
tests_fuzz_fuzz_adopt_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_adopt_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_adopt_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_answer_SOURCES = tests/fuzz/fuzz_answer.c $(FUZZ_MAIN)
tests_fuzz_fuzz_answer_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_answer_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_answer_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_canary_SOURCES = tests/fuzz/fuzz_canary.c $(FUZZ_MAIN)
tests_fuzz_fuzz_canary_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_canary_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_canary_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_charset_SOURCES = tests/fuzz/fuzz_charset.c $(FUZZ_MAIN)
tests_fuzz_fuzz_charset_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_charset_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_charset_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_config_SOURCES = tests/fuzz/fuzz_config.c $(FUZZ_MAIN)
tests_fuzz_fuzz_config_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_config_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_config_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_control_SOURCES = tests/fuzz/fuzz_control.c $(FUZZ_MAIN)
tests_fuzz_fuzz_control_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_control_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_control_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_cron_SOURCES = tests/fuzz/fuzz_cron.c $(FUZZ_MAIN)
tests_fuzz_fuzz_cron_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_cron_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_cron_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_date_SOURCES = tests/fuzz/fuzz_date.c $(FUZZ_MAIN)
tests_fuzz_fuzz_date_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_date_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_date_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_delta_SOURCES = tests/fuzz/fuzz_delta.c $(FUZZ_MAIN)
tests_fuzz_fuzz_delta_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_delta_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_delta_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_front_SOURCES = tests/fuzz/fuzz_front.c $(FUZZ_MAIN)
tests_fuzz_fuzz_front_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_front_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_front_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_html_SOURCES = tests/fuzz/fuzz_html.c $(FUZZ_MAIN)
tests_fuzz_fuzz_html_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_html_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_html_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_lint_SOURCES = tests/fuzz/fuzz_lint.c $(FUZZ_MAIN)
tests_fuzz_fuzz_lint_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_lint_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_lint_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_live_SOURCES = tests/fuzz/fuzz_live.c $(FUZZ_MAIN)
tests_fuzz_fuzz_live_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_live_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_live_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_markdown_SOURCES = tests/fuzz/fuzz_markdown.c $(FUZZ_MAIN)
tests_fuzz_fuzz_markdown_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_markdown_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_markdown_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_profile_SOURCES = tests/fuzz/fuzz_profile.c $(FUZZ_MAIN)
tests_fuzz_fuzz_profile_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_profile_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_profile_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_request_SOURCES = tests/fuzz/fuzz_request.c $(FUZZ_MAIN)
tests_fuzz_fuzz_request_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_request_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_request_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_rule_SOURCES = tests/fuzz/fuzz_rule.c $(FUZZ_MAIN)
tests_fuzz_fuzz_rule_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_rule_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_rule_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_uri_SOURCES = tests/fuzz/fuzz_uri.c $(FUZZ_MAIN)
tests_fuzz_fuzz_uri_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_uri_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_uri_LDADD = $(XYS_LIBS)

tests_fuzz_fuzz_xml_lift_SOURCES = tests/fuzz/fuzz_xml_lift.c $(FUZZ_MAIN)
tests_fuzz_fuzz_xml_lift_CFLAGS = $(TEST_CFLAGS)
tests_fuzz_fuzz_xml_lift_LDFLAGS = $(FUZZ_FLAGS)
tests_fuzz_fuzz_xml_lift_LDADD = $(XYS_LIBS)

# The real program, with something hostile in the place of one function.
tests_fault_intruder_SOURCES = src/app/main.c tests/fault/intruder.c
tests_fault_intruder_LDFLAGS = -Wl,--wrap=read_article
tests_fault_intruder_LDADD = $(XYS_LIBS)

# The daemon, with a listener.
tests_push_canary_peer_SOURCES = tests/push/canary_peer.c
tests_push_canary_peer_CFLAGS = $(TEST_CFLAGS)
tests_push_canary_peer_LDADD = $(XYS_LIBS)

check_PROGRAMS += $(UNIT_TESTS) $(FUZZ_TARGETS) tests/fault/intruder \
	tests/push/canary_peer
SYSTEM_TESTS = \
	tests/push/cache.sh \
	tests/push/canary.sh \
	tests/push/channels.sh \
	tests/push/clock.sh \
	tests/push/endtoend.sh \
	tests/push/hubs.sh \
	tests/push/recipes.sh \
	tests/push/selftest.sh \
	tests/system/commands.sh \
	tests/system/daemon.sh \
	tests/system/editions.sh \
	tests/system/exit_codes.sh \
	tests/system/hostile.sh \
	tests/system/intruder.sh \
	tests/system/life.sh \
	tests/system/pages.sh \
	tests/system/promises.sh \
	tests/system/seed.sh \
	tests/system/serve.sh \
	tests/system/servers.sh \
	tests/system/status.sh \
	tests/system/subscribers.sh \
	tests/system/upgrade.sh \
	tests/browser.sh \
	tests/dependencies.sh \
	tests/golden.sh \
	tests/fuzz/replay.sh \
	tests/layers.sh \
	tests/judges.sh \
	tests/fault/self-test \
	tests/fault/kill-sweep \
	tests/push/kill-sweep
TESTS += $(UNIT_TESTS) $(SYSTEM_TESTS)
EXTRA_DIST += $(SYSTEM_TESTS) \
	tests/unit/ledger_here.h \
	tests/unit/peers.h \
	tests/unit/place.h \
	tests/unit/sample.h \
	tests/push/farm.py \
	tests/push/hub/hub.mjs \
	tests/push/hub/package-lock.json \
	tests/push/hub/package.json \
	tests/push/hub/run \
	tests/push/nginx.sh \
	tests/push/peer.py \
	tests/push/peers.sh \
	tests/push/subscriber.py \
	tests/push/teller \
	tests/push/telling.sh \
	tests/tap.sh \
	tests/system/site.sh \
	tests/system/resident.sh \
	tests/system/entries \
	tests/fault/publisher \
	tests/fuzz/corpus \
	tests/fuzz/replay.c \
	tests/golden \
	tests/browser \
	tests/judges \
	tests/readers \
	tests/bench \
	tests/valgrind.supp \
	tests/torture

# The unit tests below valgrind, and those system tests that fit into a few minutes
# and neither trace nor limit the program. Valgrind speaks where tests do not look:
# a log of findings for each process of the program, and its word about openat2,
# which it does not know. It reads the debugging information of gcc, not of clang.
VALGRIND = valgrind -q --error-exitcode=99 --leak-check=full \
	--errors-for-leak-kinds=definite,indirect \
	--suppressions=$(abs_top_srcdir)/tests/valgrind.supp
VALGRIND_TESTS = $(UNIT_TESTS) tests/golden.sh tests/system/commands.sh \
	tests/system/exit_codes.sh tests/system/seed.sh
# It would be locked into the sandbox, too.
VALGRIND_UNFIT = tests/unit/sandbox_test
VALGRIND_LOGS = $(abs_top_builddir)/valgrind-logs

check-valgrind: all
	rm -rf '$(VALGRIND_LOGS)' && mkdir -m 1777 '$(VALGRIND_LOGS)'
	printf '#!/bin/sh\nexec %s "$$@"\n' '$(VALGRIND) --log-file=$(VALGRIND_LOGS)/%p \
		$(abs_top_builddir)/xysfeed' >xysfeed-valgrind
	chmod +x xysfeed-valgrind
	tests=$$(echo ' $(VALGRIND_TESTS) ' | sed 's, $(VALGRIND_UNFIT) , ,'); \
	status=0; $(MAKE) check TESTS="$$tests" LOG_COMPILER='$(VALGRIND)' \
		TESTS_ENVIRONMENT='XYSFEED_SLOW=1 XYSFEED=$(abs_top_builddir)/xysfeed-valgrind' || status=1; \
		! grep -rh '^==' '$(VALGRIND_LOGS)' && exit $$status

clean-local:
	rm -rf '$(VALGRIND_LOGS)' xysfeed-valgrind
.PHONY: check-valgrind

# Random operations thrown at a running daemon, a few of them; its times want a machine
# that is not busy, so it is no part of check.
check-torture: all
	XYSFEED=$(abs_top_builddir)/xysfeed srcdir='$(abs_top_srcdir)' $(top_srcdir)/tests/torture/quick
.PHONY: check-torture

# Feed readers that people use poll all feeds of the seeds; a minute.
READERS_SERVER = xysfeed
check-readers: all
	XYSFEED=$(abs_top_builddir)/xysfeed $(top_srcdir)/tests/readers/run --server $(READERS_SERVER)
.PHONY: check-readers
