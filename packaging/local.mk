# Units name the installed program. They are made in a folder that has no
# namesake in the sources, so that releases do not carry them.
UNITS = units/xysfeed.service units/xysfeed@.service units/xysfeed-once.service
CLEANFILES += $(UNITS)

$(UNITS): Makefile $(srcdir)/packaging/systemd/hardening.conf
	$(AM_V_at)$(MKDIR_P) units
	$(AM_V_GEN)in=$(srcdir)/packaging/systemd; \
	sed -e "/^@hardening@\$$/r $$in/hardening.conf" -e '/^@hardening@$$/d' \
		-e 's,@bindir[@],$(bindir),g' -e 's,@sysconfdir[@],$(sysconfdir),g' \
		"$$in/$(@F).in" >$@
units/xysfeed.service: $(srcdir)/packaging/systemd/xysfeed.service.in
units/xysfeed@.service: $(srcdir)/packaging/systemd/xysfeed@.service.in
units/xysfeed-once.service: $(srcdir)/packaging/systemd/xysfeed-once.service.in

if SYSTEMD
systemdsystemunit_DATA = $(UNITS) packaging/systemd/xysfeed-once.timer \
	packaging/systemd/xysfeed.socket
sysusersdir = $(prefix)/lib/sysusers.d
sysusers_DATA = packaging/systemd/sysusers.d/xysfeed.conf
tmpfilesdir = $(prefix)/lib/tmpfiles.d
tmpfiles_DATA = packaging/systemd/tmpfiles.d/xysfeed.conf
else
noinst_DATA = $(UNITS)
endif

# The program itself says how shells complete its options, where it can be run.
if NATIVE
bashcompletiondir = $(datadir)/bash-completion/completions
bashcompletion_DATA = completions/xysfeed
zshcompletiondir = $(datadir)/zsh/site-functions
zshcompletion_DATA = completions/_xysfeed
CLEANFILES += $(bashcompletion_DATA) $(zshcompletion_DATA)
endif

completions/xysfeed: xysfeed$(EXEEXT)
	$(AM_V_at)$(MKDIR_P) completions
	$(AM_V_GEN)./xysfeed$(EXEEXT) --completion bash >$@.tmp && mv $@.tmp $@

completions/_xysfeed: xysfeed$(EXEEXT)
	$(AM_V_at)$(MKDIR_P) completions
	$(AM_V_GEN)./xysfeed$(EXEEXT) --completion zsh >$@.tmp && mv $@.tmp $@

EXTRA_DIST += packaging tests/packaging

# The Debian packages, out of a release. Its files bear no trace of who made it
# when, so the packages do not either.
deb:
	date=$$(dpkg-parsechangelog -l $(srcdir)/packaging/debian/changelog -S Timestamp) && \
	TAR_OPTIONS="--sort=name --mtime=@$$date --owner=0 --group=0 --numeric-owner --mode=u=rwX,go=rX" \
		$(MAKE) $(AM_MAKEFLAGS) dist
	$(SHELL) $(srcdir)/packaging/build-deb $(distdir).tar.xz
.PHONY: deb
