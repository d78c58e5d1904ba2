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
	tests/unit/base_test \
	tests/unit/utf8_test
endif

tests_unit_base_test_SOURCES = tests/unit/base_test.c
tests_unit_base_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_base_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

tests_unit_utf8_test_SOURCES = tests/unit/utf8_test.c
tests_unit_utf8_test_CFLAGS = $(TEST_CFLAGS)
tests_unit_utf8_test_LDADD = $(XYS_LIBS) $(CMOCKA_LIBS)

check_PROGRAMS += $(UNIT_TESTS)
SYSTEM_TESTS = \

TESTS += $(UNIT_TESTS) $(SYSTEM_TESTS)
EXTRA_DIST += $(SYSTEM_TESTS) \
	tests/tap.sh
